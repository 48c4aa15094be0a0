"""Ink that is no digit, drawn by the lab itself: letters, signs, scribbles, several digits."""

from nnlab.data.no_digits.pictures import SHARES, draw_no_digits

__all__ = ["SHARES", "draw_no_digits"]
