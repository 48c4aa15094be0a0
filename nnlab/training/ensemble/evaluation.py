"""Loss and right answers of all networks of a stack over a part of their data, at once.

Each network's figures are the same bit for bit however many stand beside it, as in a step: what
decides when a network stops must not depend on them. PyTorch's own modules differ in the last bits.
"""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor

from nnlab.data.splits import Part
from nnlab.training.ensemble import formulas
from nnlab.training.ensemble.forward import Rows, rows_of
from nnlab.training.ensemble.meter import Sums

ROWS = 256
"""Examples evaluated at once, about: figures depend on it in their last bits, so it is fixed."""


class Evaluation:
    """A part of the data of each network, laid out in padded rows."""

    def __init__(self, parts: Sequence[Part], widths: Sequence[int], loss: str) -> None:
        """`parts` has that of each network, prepared; many may be the same object."""
        self._loss = loss
        distinct = list({id(part): part for part in parts}.values())
        places = {id(part): place for place, part in enumerate(distinct)}
        device = parts[0].x.device
        self._which = torch.tensor([places[id(part)] for part in parts], device=device)
        rows = formulas.padded_rows(ROWS, widths)
        self._chunks: list[tuple[Tensor, Tensor, Rows]] = []
        for begin in range(0, len(parts[0]), rows):
            x, y = (
                torch.stack([getattr(part, name)[begin : begin + rows] for part in distinct])
                for name in ("x", "y")
            )
            size = x.shape[1]
            padded = formulas.padded_rows(size, widths)
            self._chunks.append(
                (_filled(x, padded), _filled(y, padded), rows_of(size, padded, device))
            )

    def keep(self, rows: Tensor) -> None:
        """Go on with some of the networks alone, by their rows (int64 [k])."""
        self._which = self._which[rows]

    @torch.no_grad()
    def measure(self, answer: Callable[[Tensor, Rows], Tensor]) -> Sums:
        """The sums over the part; nothing counted where it is empty.

        `answer` gives the outputs [n, rows, k] for inputs [n, rows, …] in evaluation mode.
        """
        sums = Sums.of(len(self._which))
        for x, y, rows in self._chunks:
            targets = y[self._which]
            outputs = answer(x[self._which], rows)
            each = formulas.losses(outputs, targets, rows.share, self._loss)
            sums.count += rows.size
            sums.loss += each.cpu().numpy().astype(np.float64) * rows.size
            if not targets.is_floating_point():
                right = outputs[:, : rows.size].argmax(2) == targets[:, : rows.size]
                sums.correct += right.sum(1).cpu().numpy().astype(np.float64)
        return sums


def _filled(values: Tensor, rows: int) -> Tensor:
    """[d, size, …] filled up to so many rows by ones that count nothing."""
    return torch.cat(
        [values, values[:, :1].expand(-1, rows - values.shape[1], *values.shape[2:])], 1
    )
