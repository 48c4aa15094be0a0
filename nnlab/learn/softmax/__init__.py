"""Softmax and cross-entropy: from logits to probabilities, a loss and a gradient."""
