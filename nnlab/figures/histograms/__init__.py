"""Histograms of the same numbers at several moments of a run."""
