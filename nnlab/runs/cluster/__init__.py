"""Runs that train on the nodes of a Ray cluster."""
