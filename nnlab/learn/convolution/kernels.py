"""Kernels: the known ones by name, and those that a person types."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from nnlab.errors import NnlabError, shown
from nnlab.texts import N_, _

Rows = tuple[tuple[float, ...], ...]

PRESETS: dict[str, tuple[str, Rows]] = {
    "vertical": (N_("Vertical edges (Sobel)"), ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))),
    "horizontal": (N_("Horizontal edges (Sobel)"), ((-1, -2, -1), (0, 0, 0), (1, 2, 1))),
    "laplace": (N_("All edges (Laplace)"), ((0, 1, 0), (1, -4, 1), (0, 1, 0))),
    "sharpen": (N_("Sharpen"), ((0, -1, 0), (-1, 5, -1), (0, -1, 0))),
    "blur": (N_("Blur (mean of 9)"), ((1 / 9,) * 3,) * 3),
    "identity": (N_("Identity"), ((0, 0, 0), (0, 1, 0), (0, 0, 0))),
    "wide": (N_("Mean of 25"), ((1 / 25,) * 5,) * 5),
}
"""Kernels by their id: label and values.

Sobel's are those of I. Sobel and G. Feldman (1968), as PyTorch counts them: not turned round.
"""
LARGEST = 100.0
SIDES = (3, 5)


def preset(name: str) -> Tensor:
    """Float32 [k, k]."""
    return torch.tensor(PRESETS[name][1], dtype=torch.float32)


def kernel_of(values: object) -> Tensor:
    """A kernel that a person wrote, as float32 [k, k].

    Args:
        values: k·k numbers row by row; k is 3 or 5.

    Raises:
        NnlabError: another count, or a value that is no number from -100 to 100.
    """
    if not isinstance(values, Sequence) or isinstance(values, str):
        raise NnlabError(
            _("A kernel is a list of numbers, got {received}.", received=shown(values))
        )
    side = math.isqrt(len(values))
    if side not in SIDES or side * side != len(values):
        raise NnlabError(
            _("A kernel has 3×3 or 5×5 numbers, got {count:,}. Choose a preset.", count=len(values))
        )
    for value in values:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not abs(value) <= LARGEST:
            raise NnlabError(
                _(
                    "A value of the kernel is a number from −{most:g} to {most:g}, got {received}."
                    " Change it, or choose a preset.",
                    most=LARGEST,
                    received=shown(value),
                )
            )
    return torch.tensor(values, dtype=torch.float32).reshape(side, side)
