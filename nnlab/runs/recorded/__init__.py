"""Runs that the lab did not train: a loop of one's own, written down by `nnlab.record`."""
