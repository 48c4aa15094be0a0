"""What is wrong with a network or its training, found from measurements."""
