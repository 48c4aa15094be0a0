"""Which examples come in which step: seeded, and restorable from the middle of an epoch."""

from typing import TypedDict

import torch
from torch import Tensor

from nnlab.config import Training


class BatchState(TypedDict):
    """Order of the batches, and how far training is in it."""

    epoch: int
    position: int
    permutation: Tensor | None
    generator: Tensor


def batch_of(training: Training, train_size: int) -> int:
    """Examples in a batch: as many as asked for, all of them where there are no more."""
    asked = training.batch_size
    return train_size if asked == "all" else min(asked, train_size)


def draw_order(
    size: int, batch_size: int, replacement: bool, generator: torch.Generator
) -> Tensor | None:
    """The examples of an epoch in their order (int64), batch after batch; None: all as they lie."""
    if replacement:
        count = -(-size // batch_size) * batch_size
        return torch.randint(size, (count,), generator=generator)
    if batch_size == size:
        return None
    return torch.randperm(size, generator=generator)


class Batches:
    """An endless sequence of batches of indices into `size` examples.

    `epoch` counts finished passes, `position` the batches of the pass under way.
    """

    def __init__(
        self, size: int, batch_size: int, *, replacement: bool, seed: int, device: torch.device
    ) -> None:
        self.size, self.batch_size, self.replacement = size, batch_size, replacement
        self.steps_per_epoch = -(-size // batch_size)
        self.epoch = self.position = 0
        self._device = device
        self._generator = torch.Generator().manual_seed(seed)
        self._permutation: Tensor | None = None
        self._indices: tuple[Tensor, ...] = ()

    def next(self) -> Tensor | None:
        """The indices (int64 [n]) of the next batch; None is all examples in their order."""
        if self.position == 0:
            self._permutation = self._draw()
            self._split()
        batch = self._indices[self.position] if self._indices else None
        self.position += 1
        if self.position == self.steps_per_epoch:
            self.position = 0
            self.epoch += 1
        return batch

    def state(self) -> BatchState:
        """A copy that later batches do not change."""
        return {
            "epoch": self.epoch,
            "position": self.position,
            "permutation": self._permutation if self.position else None,
            "generator": self._generator.get_state(),
        }

    def restore(self, state: BatchState) -> None:
        """Go on exactly where `state` was taken."""
        self.epoch, self.position = state["epoch"], state["position"]
        self._generator.set_state(state["generator"])
        self._permutation = state["permutation"]
        self._split()

    def _draw(self) -> Tensor | None:
        return draw_order(self.size, self.batch_size, self.replacement, self._generator)

    def _split(self) -> None:
        drawn = self._permutation
        self._indices = () if drawn is None else drawn.to(self._device).split(self.batch_size)
