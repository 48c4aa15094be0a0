"""The Draw page: a canvas, and what a network reads on it."""
