"""What the form asks for: the experiment, the axes and their values, the search."""
