"""What a run learns from: made by formulas, read from files, split into parts."""
