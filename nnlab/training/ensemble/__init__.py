"""Many networks of one shape trained at once: their parameters stacked on a leading axis."""
