"""Rows of tokens that the lab makes: copy, reverse, sort, balanced brackets."""

from nnlab.data.sequences.make import make

__all__ = ["make"]
