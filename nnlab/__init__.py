"""nnlab: a laboratory for neural networks in the browser. Real PyTorch, live, on one page."""

__version__ = "0.1.0"
