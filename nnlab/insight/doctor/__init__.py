"""Diagnostics of a network and its training, found from measurements."""
