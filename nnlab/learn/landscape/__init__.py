"""The loss of a network over a plane of its weights, and the way that its training took."""
