"""Some stacks of a sweep, trained on a node as they are told to, and what they report.

Reports are arrays and plain values: they are made for each round, and cross the network.
"""

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from nnlab.config.stacks import stacks_of
from nnlab.config.sweep import Sweep
from nnlab.errors import NnlabError
from nnlab.runs.cluster.given import Given, taken
from nnlab.runs.cluster.own_memory import RESERVE_BYTES
from nnlab.runs.workers.memory_limit import limit_own
from nnlab.runs.workers.worker import failure, is_out_of_memory
from nnlab.training.check import Plan
from nnlab.training.ensemble.run_state import StackRunState
from nnlab.training.ensemble.stacks import StacksHere, stack_runs
from nnlab.training.ensemble.standing import Ended
from nnlab.training.figures import FIGURES
from nnlab.training.machine import device as devices
from nnlab.training.machine.memory import data_bytes, free_memory, sweep_must_fit_in_memory

Want = Literal["weights", "recent", "sums"]
"""A report's content besides steps and ends: weights for viewers with the newest figures; figures
as means over the steps since the last ones; or only what the sums tell, such as divergences."""


@dataclass(frozen=True)
class EndedNetwork:
    """A network that trains no further, and after which step of its stack that was found."""

    at: int
    stack: int
    """Index of its stack among the stacks of the part."""
    ended: Ended


@dataclass(frozen=True)
class StackReport:
    """State of a stack."""

    taken: int
    figures: NDArray[np.float64] | None
    """[4, n]: a row for each of `FIGURES`; NaN: none."""
    weights: NDArray[np.float16] | None
    """All weights for viewers in one row, in the order of `Begun.shapes`."""


@dataclass(frozen=True)
class Report:
    """The result of a call."""

    made: int
    """Steps, at most as many as were asked for: fewer where nobody trains any more."""
    found: tuple[EndedNetwork, ...]
    """Since the last report."""
    stacks: tuple[StackReport, ...]


@dataclass(frozen=True)
class Begun:
    """The description of a part's stacks."""

    plans: tuple[Plan, ...]
    """Plan of each stack, without its rows."""
    shapes: tuple[dict[str, tuple[int, ...]], ...]
    """Shapes of each stack's weights for viewers, by name: [n, …]."""
    train_size: int
    """Examples that train each network of its first stack."""
    val_size: int
    """Number of validation examples."""
    device: str
    """Name of the device, as in `fit_started`."""
    processor: str
    threads: int
    """Threads that the node would compute in by itself."""


class PartWorker:
    """Holds some stacks of a sweep. Its methods are called one after another, `begin` first."""

    _stacks: StacksHere
    _most_bytes: int | None = None

    def begin(
        self,
        sweep_json: str,
        numbers: Sequence[int],
        device: str,
        threads: int | None,
        memory: int | None,
        *given: Given,
    ) -> Begun:
        """Build the stacks.

        Args:
            sweep_json: the whole sweep.
            numbers: which of its stacks (`stacks_of`) train here.
            device: as of `fit`.
            threads: in which this process computes at most; None: its cores.
            memory: the bytes that it may take, before it says so and ends; None: no limit.
            given: the data of these stacks.

        Raises:
            NnlabError: they cannot be trained here: the device is not here, there is too little
                memory, a network does not fit its data.
        """
        if threads is not None:
            devices.most_threads = threads
        if memory is not None:
            self._most_bytes = limit_own(memory, reserve=RESERVE_BYTES)
        sweep = Sweep.from_json(sweep_json)
        every = stacks_of(sweep.nets)
        shapes = [every[number] for number in numbers]
        sweep_must_fit_in_memory(sweep, free_memory(), shapes)
        splits = dict(taken(one) for one in given)
        with _memory_said():
            stacks = StacksHere(stack_runs(shapes, sweep.nets, splits, device))
        self._stacks, self._threads = stacks, stacks.threads
        self._random = devices.seeded(0, stacks.device)
        seen = [stack.weights() for stack in stacks.runs]
        self._names = [list(own) for own in seen]
        return Begun(
            plans=tuple(replace(stack.plan, rows=[]) for stack in stacks.runs),
            shapes=tuple({name: tuple(v.shape) for name, v in own.items()} for own in seen),
            train_size=stacks.train_size,
            val_size=stacks.val_size,
            device=stacks.device_name,
            processor=stacks.processor,
            threads=stacks.threads,
        )

    def lives(self) -> None:
        """Answers at once, whatever is computed meanwhile: this one comes in a thread beside it."""

    def agree(self, threads: int) -> None:
        """Compute in so many threads from now on, as all parts do: last bits depend on it."""
        self._threads = threads

    def restore(self, states: bytes) -> Report:
        """Go on where `state()` was taken.

        Raises:
            RunDamagedError: they are of other networks.
        """
        self._stacks.restore(torch.load(io.BytesIO(states), weights_only=True))
        return self._report(0, frozenset())

    def advance(self, steps: int, wants: frozenset[Want]) -> Report:
        """Take so many steps (0: none), or as many as there are to take.

        Raises:
            NnlabError: its memory is full.
        """
        with self._own_world():
            if self._most_bytes is not None and data_bytes() > self._most_bytes:
                raise MemoryError
            found = list[EndedNetwork]()
            made = [self._advance(place, steps, found) for place in range(len(self._names))]
            if "sums" in wants:
                self._stacks.read()
            if "recent" in wants:
                self._stacks.take_recent()
            return self._report(max(made), wants, found)

    def state(self) -> tuple[Report, bytes]:
        """The full state of each stack, in the bytes of a checkpoint."""
        with self._own_world():
            states = packed(self._stacks.states())
            return self._report(0, frozenset()), states

    def last(self) -> list[list[dict[str, Any]]]:
        """Return the last figures of each network, by stack and row."""
        with self._own_world():
            return self._stacks.last_figures()

    @contextmanager
    def _own_world(self) -> Iterator[None]:
        with (
            _memory_said(),
            devices.own_world(self._random, self._stacks.device, self._threads),
        ):
            yield

    def _advance(self, place: int, steps: int, found: list[EndedNetwork]) -> int:
        """All steps of a stack before the next one has its own: its tensors stay in the cache."""
        stack = self._stacks.runs[place]
        before = stack.taken
        for _ in range(steps):
            if not stack.trains:
                break
            if stack.step():
                found += self._news(place)
        return stack.taken - before

    def _news(self, place: int) -> list[EndedNetwork]:
        stack = self._stacks.runs[place]
        return [EndedNetwork(stack.taken, place, one) for one in stack.take_news()]

    def _report(
        self, made: int, wants: frozenset[Want], found: Sequence[EndedNetwork] = ()
    ) -> Report:
        rest = [one for place in range(len(self._names)) for one in self._news(place)]
        stacks = tuple(self._of(place, wants) for place in range(len(self._names)))
        return Report(made, (*found, *rest), stacks)

    def _of(self, place: int, wants: frozenset[Want]) -> StackReport:
        stack, figures, weights = self._stacks.runs[place], None, None
        if "weights" in wants or "recent" in wants:
            figures = np.stack([stack.figures[name] for name in FIGURES])
        if "weights" in wants:
            seen = stack.weights()
            weights = np.concatenate([seen[name].numpy().ravel() for name in self._names[place]])
        return StackReport(stack.taken, figures, weights)


@contextmanager
def _memory_said() -> Iterator[None]:
    """Turn out-of-memory exceptions into a message for people, on whatever machine it arrives."""
    try:
        yield
    except Exception as error:
        if isinstance(error, NnlabError) or not is_out_of_memory(error):
            raise
        raise NnlabError(failure(error, None).error) from error


def packed(states: Sequence[StackRunState]) -> bytes:
    """States on the CPU as the bytes that `PartWorker.restore` reads."""
    buffer = io.BytesIO()
    torch.save(list(states), buffer)
    return buffer.getvalue()
