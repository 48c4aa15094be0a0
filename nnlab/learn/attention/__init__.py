"""Attention in the small: short sequences, and what one head makes of them."""
