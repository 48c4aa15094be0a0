"""Explanations of a network's inside that several pages show."""
