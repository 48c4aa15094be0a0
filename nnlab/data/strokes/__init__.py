"""Digits that the lab draws itself, in the forms that people write and MNIST does not hold."""

from nnlab.data.strokes.kept import drawn_digits, file_name
from nnlab.data.strokes.pictures import draw_digits

__all__ = ["draw_digits", "drawn_digits", "file_name"]
