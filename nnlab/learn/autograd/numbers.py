"""Texts of a tensor of the graph: in a few characters, and with all digits."""

import torch
from torch import Tensor

from nnlab.texts import _, number

IN_FULL = 8
"""Numbers of a tensor that are written out."""


def short(tensor: Tensor | None) -> str:
    """A number with three digits; of several their Euclidean norm."""
    if tensor is None:
        return "None"
    if tensor.numel() == 1:
        return number(tensor.item())
    return f"‖{number(norm(tensor))}‖"


def norm(tensor: Tensor) -> float:
    """Euclidean, in double precision."""
    return torch.linalg.vector_norm(tensor.double()).item()


def in_full(tensor: Tensor | None) -> str:
    """Format a value as Python does `tensor.item()`; of several, the first and their count."""
    if tensor is None:
        return "None"
    values = tensor.flatten()
    if len(values) == 1:
        return repr(values.item())
    said = ", ".join(repr(value) for value in values[:IN_FULL].tolist())
    if len(values) <= IN_FULL:
        return f"[{said}]"
    return _("[{said}, …], {n:,} numbers", said=said, n=len(values))


def shape_of(tensor: Tensor) -> str:
    """`[1, 8]`; empty of a single number."""
    return str(list(tensor.shape)) if tensor.numel() > 1 else ""


def sign_of(tensor: Tensor | None) -> int:
    """−1 or 1 of a single number, else 0."""
    if tensor is None or tensor.numel() != 1:
        return 0
    value = tensor.item()
    return (value > 0) - (value < 0)
