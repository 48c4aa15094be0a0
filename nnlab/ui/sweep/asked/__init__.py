"""The form of a sweep: the experiment, the axes and their values, the search."""
