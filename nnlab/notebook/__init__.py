"""A run in a notebook: the live stage as a widget."""
