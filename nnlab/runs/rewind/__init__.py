"""Past steps of a run: replayed, branched from, reproduced."""
