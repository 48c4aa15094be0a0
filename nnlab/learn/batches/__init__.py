"""Batches: how they are dealt, how noisy their gradients are, what they cost in memory."""
