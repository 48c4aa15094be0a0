"""Charts of pictures and of what a network makes of them."""
