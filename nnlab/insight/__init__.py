"""What a network does: a module and tensors in, arrays out. Nothing here knows of runs."""
