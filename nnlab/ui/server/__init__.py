"""The page Server: machines, what trains on them, and what waits."""
