"""The machine that a run trains on: its devices, its memory, and what limits both."""
