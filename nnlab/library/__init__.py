"""The lab as a library: train, look, record, from a script or a notebook."""
