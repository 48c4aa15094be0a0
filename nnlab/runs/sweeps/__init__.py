"""Runs of many networks: what their events say, as columns and tables."""
