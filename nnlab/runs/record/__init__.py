"""The files of one run directory: events, controls, lock, checkpoints, and the status they give."""
