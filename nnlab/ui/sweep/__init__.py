"""The page of sweeps: many networks at once."""
