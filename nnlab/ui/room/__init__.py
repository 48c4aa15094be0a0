"""Elements that a class adds to every page."""
