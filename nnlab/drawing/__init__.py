"""Preprocessing of drawings and photographs into the 28×28 picture that a network reads."""

from nnlab.drawing.files import read_image
from nnlab.drawing.greyscale import EmptyDrawingError
from nnlab.drawing.preprocess import Preprocessing, steps, to_network_input
from nnlab.drawing.split import Piece, split

__all__ = [
    "EmptyDrawingError",
    "Piece",
    "Preprocessing",
    "read_image",
    "split",
    "steps",
    "to_network_input",
]
