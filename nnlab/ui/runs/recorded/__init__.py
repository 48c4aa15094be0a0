"""A recorded run in full: a loop of somebody's own, written down by `nnlab.record`."""
