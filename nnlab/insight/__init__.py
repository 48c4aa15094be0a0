"""Explanations of a network: a module and tensors in, arrays out. Nothing here knows of runs."""
