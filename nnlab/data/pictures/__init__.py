"""People's own pictures as a data set: read from a zip, made one size, kept, split."""
