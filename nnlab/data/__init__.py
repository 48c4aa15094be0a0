"""Data sets of runs: made by formulas, read from files, split into parts."""
