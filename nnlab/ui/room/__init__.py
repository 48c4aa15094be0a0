"""What the class puts on every page."""
