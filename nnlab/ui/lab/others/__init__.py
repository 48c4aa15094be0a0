"""A run of another person in view: what a page offers in place of its buttons."""
