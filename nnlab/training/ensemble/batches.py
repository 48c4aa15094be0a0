"""The batches of a stack: each network its own data, in its own order."""

from collections.abc import Sequence
from typing import TypedDict

import torch
from torch import Tensor

from nnlab.config import Training
from nnlab.data.splits import Part
from nnlab.training.batches import BatchState, draw_order
from nnlab.training.ensemble.formulas import aligned
from nnlab.training.ensemble.forward import Rows, rows_of

CHUNK_NUMBERS = 2**22
"""Inputs that are laid out beforehand, at most: as many steps as fit (16 MB of float32)."""


class StackBatchState(TypedDict):
    """Orders of a stack's batches, and how far each network is in its own."""

    epoch: int
    position: int
    orders: Tensor | None
    """int64 [n, examples of an epoch]; None between two epochs."""
    generators: Tensor
    """uint8 [n, bytes]."""


class StackBatches:
    """An endless sequence of padded batches. Its orders are those of `Batches`, network by network.

    `epoch` counts finished passes, `position` the batches of the pass under way.
    """

    def __init__(
        self, parts: Sequence[Part], trainings: Sequence[Training], batch_size: int, padded: int
    ) -> None:
        """`parts` has the data of each network, prepared; many may be the same object."""
        self.size, self.batch_size, self.padded = len(parts[0]), batch_size, padded
        self.steps_per_epoch = -(-self.size // batch_size)
        self.epoch = self.position = 0
        distinct = list({id(part): part for part in parts}.values())
        places = {id(part): place for place, part in enumerate(distinct)}
        self._x = torch.cat([part.x for part in distinct])
        self._y = torch.cat([part.y for part in distinct])
        self._device = self._x.device
        self._begins = torch.tensor([places[id(part)] * self.size for part in parts]).unsqueeze(1)
        self._generators = [torch.Generator().manual_seed(one.seed) for one in trainings]
        self._with_replacement = trainings[0].sampling == "replacement"
        self._orders: Tensor | None = None
        self._ready: list[tuple[Tensor, Tensor]] = []
        self._ready_from = 0
        self._rows = {
            size: rows_of(size, padded, self._device)
            for size in {batch_size, self.size % batch_size or batch_size}
        }

    def next(self) -> tuple[Tensor, Tensor, Rows]:
        """The inputs [n, padded, inputs] and targets [n, padded, …] of the next step."""
        if self.position == 0:
            self._draw()
        place = self.position - self._ready_from
        if not 0 <= place < len(self._ready):
            self._lay_out(self.position)
            place = 0
        x, y = self._ready[place]
        size = self.batch_size
        self.position += 1
        if self.position == self.steps_per_epoch:
            self.position = 0
            self.epoch += 1
            if not self._with_replacement:
                size = self.size - (self.steps_per_epoch - 1) * self.batch_size
        return x, y, self._rows[size]

    def keep(self, rows: Tensor) -> None:
        """Go on with some of the networks alone, by their rows (int64 [k])."""
        self._begins = self._begins[rows]
        self._generators = [self._generators[row] for row in rows.tolist()]
        self._orders = None if self._orders is None else self._orders[rows]
        self._ready = []

    def state(self) -> StackBatchState:
        """A copy that later batches do not change."""
        return {
            "epoch": self.epoch,
            "position": self.position,
            "orders": self._orders if self.position else None,
            "generators": torch.stack([one.get_state() for one in self._generators]),
        }

    def restore(self, state: StackBatchState) -> None:
        """Go on exactly where `state` was taken."""
        self.epoch, self.position = state["epoch"], state["position"]
        for generator, own in zip(self._generators, state["generators"], strict=True):
            generator.set_state(own.clone())  # it reads from where a tensor begins
        self._orders = state["orders"]
        self._ready = []

    def _draw(self) -> None:
        orders = [
            draw_order(self.size, self.batch_size, self._with_replacement, generator)
            for generator in self._generators
        ]
        drawn = [order for order in orders if order is not None]
        if drawn:  # the whole data in their own order are laid out once
            self._orders, self._ready = torch.stack(drawn), []

    def _lay_out(self, first: int) -> None:
        """Gather the batches from `first` on, as many as CHUNK_NUMBERS allows."""
        n, width = len(self._begins), self._x.shape[1]
        most = max(1, CHUNK_NUMBERS // (n * self.padded * width))
        steps = min(most, self.steps_per_epoch - first)
        picked = self._picked(first, steps) + self._begins
        padded = picked.new_zeros(n, steps, self.padded)  # padding rows have no weight in the loss
        rest = steps * self.batch_size - picked.shape[1]
        picked = torch.nn.functional.pad(picked, (0, rest))
        padded[:, :, : self.batch_size] = picked.view(n, steps, self.batch_size)
        indices = padded.transpose(0, 1).flatten().to(self._device)
        x = self._x.index_select(0, indices).view(steps * n, self.padded, width)
        x = aligned(x).unflatten(0, (steps, n))
        y = self._y.index_select(0, indices).view(steps, n, self.padded, *self._y.shape[1:])
        self._ready = list(zip(x.unbind(), y.unbind(), strict=True))
        self._ready_from = first

    def _picked(self, first: int, steps: int) -> Tensor:
        """int64 [n or 1, examples]: which examples of its data each network takes."""
        begin, end = first * self.batch_size, (first + steps) * self.batch_size
        if self._orders is None:
            return torch.arange(self.size)[begin:end].expand(len(self._begins), -1)
        return self._orders[:, begin:end]


def state_of(state: StackBatchState, row: int) -> BatchState:
    """Return the state of `Batches` for one network."""
    orders = state["orders"]
    return {
        "epoch": state["epoch"],
        "position": state["position"],
        "permutation": None if orders is None else orders[row].clone(),
        "generator": state["generators"][row].clone(),
    }


def of_one(state: BatchState) -> StackBatchState:
    """Return the state of a stack of one from that of `Batches`."""
    order = state["permutation"]
    return {
        "epoch": state["epoch"],
        "position": state["position"],
        "orders": None if order is None else order.unsqueeze(0),
        "generators": state["generator"].unsqueeze(0),
    }
