"""The graph that PyTorch records of a computation, and what `backward()` does in it."""
