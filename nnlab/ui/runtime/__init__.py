"""State shared by all sessions: runs as they are read, snapshots, caches, data sets."""
