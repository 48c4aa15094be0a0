"""Initial weights: what becomes of activations and gradients through many layers."""
