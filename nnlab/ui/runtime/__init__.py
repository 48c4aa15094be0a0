"""What all sessions share: runs as they are read, networks at a step, caches, data sets."""
