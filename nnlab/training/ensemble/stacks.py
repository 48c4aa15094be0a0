"""The stacks of a sweep as one: where they train is theirs to know."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import torch
from torch import Tensor

from nnlab.config.data import Data
from nnlab.config.stacks import Stack as Shape
from nnlab.config.sweep import Net
from nnlab.data.splits import Splits
from nnlab.errors import RunDamagedError
from nnlab.texts import _
from nnlab.training.ensemble.run_state import StackRunState
from nnlab.training.ensemble.stack_run import StackRun
from nnlab.training.ensemble.standing import Ended, Standing
from nnlab.training.machine import device as devices
from nnlab.training.machine.processor import processor_name
from nnlab.training.state import clone


class Stacks(Protocol):
    """The interface of stacks for `SweepFit`. Lists are in the order of `stacks_of`."""

    device: torch.device
    """The device of this process."""
    device_name: str
    """Name of the device of the networks, as `fit_started` says it."""
    processor: str
    threads: int
    train_size: int
    """Examples that train each network of the first stack."""
    val_size: int
    """Number of validation examples."""

    @property
    def standings(self) -> Sequence[Standing]:
        """Return the standing of each stack."""

    def advance(self, most: int, look_at: float) -> tuple[int, bool]:
        """Take at least one step of each network that trains, at most `most` (≥ 1).

        Returns how many were made, and whether something ended or was measured. At `look_at`, in
        seconds of `time.perf_counter`, somebody looks at the weights again.
        """

    def read(self) -> None:
        """Sum up the steps so far: who has diverged is known after it."""

    def take_recent(self) -> None:
        """Let the figures be the means over the steps since the last call."""

    def take_news(self) -> list[Ended]:
        """Return the networks that ended since the last call, in the order of discovery."""

    def weights(self) -> dict[str, Tensor]:
        """Weights and buffers for viewers, float16 [n, …], by `<stack>/<name>`."""

    def states(self) -> list[StackRunState]:
        """The full state of each between two steps, copied to the CPU."""

    def restore(self, states: Sequence[StackRunState]) -> None:
        """Go on where `states` were taken.

        Raises:
            RunDamagedError: they are of other networks.
        """

    def last_figures(self) -> list[list[dict[str, Any]]]:
        """Return the last figures of each network by stack and row, of the current weights."""


class StacksHere:
    """Stacks that train in this process."""

    def __init__(self, runs: Sequence[StackRun]) -> None:
        """`runs`: at least one."""
        self.standings = self.runs = list(runs)
        self.device = runs[0].device
        self.device_name = devices.device_name(self.device)
        self.processor = processor_name()
        self.threads = max(stack.threads for stack in runs)
        self.train_size, self.val_size = runs[0].train_size, runs[0].val_size

    def advance(self, most: int, look_at: float) -> tuple[int, bool]:
        """One step."""
        del most, look_at
        is_measured = False
        for stack in self.runs:
            if stack.trains:
                is_measured |= stack.step()
        return 1, is_measured

    def read(self) -> None:
        """Sum up the steps so far."""
        for stack in self.runs:
            stack.read()

    def take_recent(self) -> None:
        """Let the figures be the means over the steps since the last call."""
        for stack in self.runs:
            stack.take_recent()

    def take_news(self) -> list[Ended]:
        """Return the networks that ended since the last call."""
        return [one for stack in self.runs for one in stack.take_news()]

    def weights(self) -> dict[str, Tensor]:
        """Weights and buffers for viewers."""
        return {
            f"{place}/{name}": value
            for place, stack in enumerate(self.runs)
            for name, value in stack.weights().items()
        }

    def states(self) -> list[StackRunState]:
        """The full state of each."""
        self.read()
        return clone([stack.state() for stack in self.runs])

    def restore(self, states: Sequence[StackRunState]) -> None:
        """Go on where `states` were taken.

        Raises:
            RunDamagedError: they are of other networks.
        """
        with state_of_these():
            for stack, was in zip(self.runs, states, strict=True):
                stack.restore(clone(was))

    def last_figures(self) -> list[list[dict[str, Any]]]:
        """The last figures of each network."""
        return [stack.last_figures() for stack in self.runs]


def stack_runs(
    shapes: Sequence[Shape], nets: Sequence[Net], splits: Mapping[Data, Splits], device: str
) -> list[StackRun]:
    """The stacks of those shapes, before their first step.

    Args:
        shapes: some of `stacks_of(nets)`.
        nets: all networks of the sweep.
        splits: the data of each network of these stacks.
        device: as of `fit`.

    Raises:
        InvalidExperimentError: a network, a batch or a loss does not fit the data.
        NnlabError: the device is not here.
    """
    return [
        StackRun(shape, [nets[number].experiment for number in shape.nets], splits, device)
        for shape in shapes
    ]


def splits_of_all(
    shapes: Sequence[Shape], nets: Sequence[Net], splits_of: Callable[[Data], Splits]
) -> dict[Data, Splits]:
    """The data of those stacks, each loaded once."""
    return {data: splits_of(data) for data in data_of(shapes, nets)}


def data_of(shapes: Sequence[Shape], nets: Sequence[Net]) -> list[Data]:
    """Return the stacks' data sets, each once."""
    return list(dict.fromkeys(nets[n].experiment.data for shape in shapes for n in shape.nets))


@contextmanager
def state_of_these() -> Iterator[None]:
    """Turn errors of reading a state into a RunDamagedError that says how to fix it.

    The file of the state may be of other networks than the sweep.json beside it.
    """
    try:
        yield
    except (KeyError, IndexError, ValueError, TypeError, AttributeError, RuntimeError) as error:
        raise RunDamagedError(
            _(
                "The newest checkpoint is not of the networks that sweep.json says: put back the"
                " file that was there, or delete the checkpoint."
            )
        ) from error
