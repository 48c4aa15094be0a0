"""Form parts that more than one laboratory page draws, and the names that they give to fields."""
