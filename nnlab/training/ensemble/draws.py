"""Dropout's random numbers in a stack: each network has a generator of its own."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

import torch
from torch import Tensor

from nnlab.training.seeds import LAYERS, own_seed

STEPS = 16
"""Drawn at once: a call for each network and step would take longer than the step itself."""


class DrawState(TypedDict):
    """State of the random draws of a stack."""

    position: int
    """Steps of the drawn ones that are taken."""
    generators: Tensor
    """uint8 [n, bytes]: as they were before the drawn ones."""


class Draws:
    """Numbers from U(0, 1) for every layer of dropout: [n, rows, width] a step and layer."""

    def __init__(
        self, seeds: Sequence[int], widths: Mapping[int, int], rows: int, device: torch.device
    ) -> None:
        """`seeds`: the `training.seed` of each network; `widths` of the layers, by their place."""
        self._generators = [torch.Generator().manual_seed(own_seed(s, LAYERS)) for s in seeds]
        self._widths, self._rows, self._device = dict(widths), rows, device
        self._before = self._states()
        self._drawn: dict[int, Tensor] = {}
        self._position = STEPS

    def next(self) -> dict[int, Tensor]:
        """The numbers of the next step, by the layer's place; empty without dropout."""
        if not self._widths:
            return {}
        if self._position == STEPS:
            self._before = self._states()
            self._draw()
            self._position = 0
        drawn = {place: numbers[self._position] for place, numbers in self._drawn.items()}
        self._position += 1
        return drawn

    def keep(self, rows: Tensor) -> None:
        """Go on with some of the networks alone, by their rows (int64 [k])."""
        self._generators = [self._generators[row] for row in rows.tolist()]
        self._before = self._before[rows]
        self._drawn = {p: numbers[:, rows].contiguous() for p, numbers in self._drawn.items()}

    def state(self) -> DrawState:
        """Return the state for `restore`."""
        return {"position": self._position, "generators": self._before}

    def restore(self, state: DrawState) -> None:
        """Go on exactly where `state` was taken."""
        for generator, own in zip(self._generators, state["generators"], strict=True):
            generator.set_state(own.clone())  # it reads from where a tensor begins
        self._before, self._position = self._states(), state["position"]
        if self._widths and self._position < STEPS:
            self._draw()

    def _draw(self) -> None:
        sizes = [self._rows * width for width in self._widths.values()]
        each = [torch.rand(STEPS, sum(sizes), generator=own) for own in self._generators]
        parts = torch.stack(each, 1).to(self._device).split(sizes, dim=2)
        shape = (STEPS, len(each), self._rows)
        self._drawn = {
            place: part.reshape(*shape, width)
            for (place, width), part in zip(self._widths.items(), parts, strict=True)
        }

    def _states(self) -> Tensor:
        return torch.stack([generator.get_state() for generator in self._generators])
