"""The Playground: points of the plane, curves and tables."""
