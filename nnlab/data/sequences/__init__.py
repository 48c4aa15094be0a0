"""Rows of tokens that the lab makes: copy, reverse, sort, balanced brackets."""
