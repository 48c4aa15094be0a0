"""The guard that every request and every socket passes first."""
