"""A sweep whose stacks train on several nodes, in rounds: all are at the same step between two.

What is asked of the sweep, and what it tells, is that of one machine: a round ends where somebody
waits for a step, and is so short that nobody notices it elsewhere. The numbers are the same bit for
bit, since a stack does not know what stands beside it. Knows no Ray.
"""

import io
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from nnlab.config.data import Data
from nnlab.config.stacks import Stack, stacks_of
from nnlab.config.sweep import Sweep
from nnlab.data.description import describe
from nnlab.data.registry import sizes
from nnlab.runs.cluster.part import Begun, EndedNetwork, Report, Want, packed
from nnlab.runs.record.checkpoints import load_newest_readable, load_sweep_checkpoint
from nnlab.runs.store import Run
from nnlab.runs.workers.worker import sweep_to_train, train_held
from nnlab.training.check import plan
from nnlab.training.controls import Controls, NoControls
from nnlab.training.ensemble.run_state import StackRunState
from nnlab.training.ensemble.stacks import data_of, state_of_these
from nnlab.training.ensemble.standing import Ended, Standing
from nnlab.training.ensemble.sweep_fit import SweepFit, SweepState
from nnlab.training.events import Event
from nnlab.training.figures import FIGURES
from nnlab.training.run_clock import RunClock

ROUND_SECONDS = 0.05
"""Seconds of a round, about: controls wait for its end, and each round waits once for the
network."""
MOST_STEPS = 4096
"""Limit for a round."""
STACK_FLOPS = 2_000_000
"""The cost of a stack's step besides its networks' own operations, in operations."""


class RemotePart(Protocol):
    """A `PartWorker` somewhere."""

    def call(self, method: str, *arguments: object) -> Callable[[], Any]:
        """Call a method there. What comes back waits for what it returns.

        What comes back raises what the method raised, or that the part is gone.
        """


class SpreadStacks:
    """The stacks of a sweep, each in one of several parts."""

    def __init__(  # noqa: PLR0913 - collaborators are passed in, so that tests give their own
        self,
        sweep: Sweep,
        parts: Sequence[RemotePart],
        given: Mapping[Data, object],
        *,
        device: str,
        threads: int | None,
        memory: int | None,
        clock: Callable[[], float],
    ) -> None:
        """Let the parts build what each has. Arguments as of `spread_sweep`."""
        stacks = stacks_of(sweep.nets)
        self._shares = shared_out(stacks, len(parts))
        self._parts, self._clock = parts[: len(self._shares)], clock
        text = sweep.to_json()
        begun: list[Begun] = self._all(
            "begin",
            [
                (
                    text,
                    own,
                    device,
                    threads,
                    memory,
                    *(given[data] for data in _data(sweep, stacks, own)),
                )
                for own in self._shares
            ],
        )
        plans = self._in_order([part.plans for part in begun])
        self._shapes = self._in_order([part.shapes for part in begun])
        self.standings = [
            Standing(stack.nets, planned) for stack, planned in zip(stacks, plans, strict=True)
        ]
        self._row = [{net: row for row, net in enumerate(stack.nets)} for stack in stacks]
        self.device = torch.device("cpu")
        self.device_name = _names(part.device for part in begun)
        self.processor = _names(part.processor for part in begun)
        self.threads = max(part.threads for part in begun)
        first = next(part for part, own in zip(begun, self._shares, strict=True) if 0 in own)
        self.train_size, self.val_size = first.train_size, first.val_size
        self._all("agree", [(self.threads,)] * len(self._parts))
        self._news: list[Ended] = []
        self._weights: dict[str, Tensor] | None = None
        """Weights of the newest step, where they are here."""
        self._steps, self._seconds_a_step = 1, 0.0

    def advance(self, most: int, look_at: float) -> tuple[int, bool]:
        """A round of at most `most` steps. Weights come with it where it ends after `look_at`."""
        steps, begun = min(most, self._steps), self._clock()
        is_watched = begun + steps * self._seconds_a_step >= look_at
        made, is_news = self._round(steps, {"weights"} if is_watched else set())
        self._reckon(steps, self._clock() - begun)
        return made, is_news

    def read(self) -> None:
        """Sum up the steps so far."""
        self._round(0, {"sums"})

    def take_recent(self) -> None:
        """Let the figures be the means over the steps since the last call."""
        self._round(0, {"recent"})

    def take_news(self) -> list[Ended]:
        """Return the networks that ended since the last call, in the order of discovery."""
        news, self._news = self._news, []
        return news

    def weights(self) -> dict[str, Tensor]:
        """Weights and buffers for viewers, and with them the newest figures."""
        if self._weights is None:
            self._round(0, {"weights"})
        assert self._weights is not None
        return self._weights

    def states(self) -> list[StackRunState]:
        """The full state of each stack."""
        replies: list[tuple[Report, bytes]] = self._all("state", [()] * len(self._parts))
        self._take([report for report, _states in replies])
        return self._in_order(
            [torch.load(io.BytesIO(own), weights_only=True) for _report, own in replies]
        )

    def restore(self, states: Sequence[StackRunState]) -> None:
        """Go on where `states` were taken.

        Raises:
            RunDamagedError: they are of other networks.
        """
        with state_of_these():
            if len(states) != len(self.standings):
                raise ValueError(len(states))
            own = [packed([states[number] for number in share]) for share in self._shares]
        self._take(self._all("restore", [(one,) for one in own]))
        self._weights = None

    def last_figures(self) -> list[list[dict[str, Any]]]:
        """Return the last figures of each network, by stack and row."""
        return self._in_order(self._all("last", [()] * len(self._parts)))

    def _round(self, steps: int, wants: set[Want]) -> tuple[int, bool]:
        reports = self._all("advance", [(steps, frozenset(wants))] * len(self._parts))
        if steps:
            self._weights = None
        is_news = self._take(reports)
        if "weights" in wants:
            self._weights = self._seen(reports)
        return max(report.made for report in reports), is_news

    def _all(self, method: str, arguments: Sequence[tuple[object, ...]]) -> list[Any]:
        """Call all parts at once, and wait for all."""
        pairs = zip(self._parts, arguments, strict=True)
        promises = [part.call(method, *own) for part, own in pairs]
        return [promise() for promise in promises]

    def _take(self, reports: Sequence[Report]) -> bool:
        """Take over how the stacks do. Returns whether a network has ended."""
        found: list[tuple[int, int, EndedNetwork]] = []
        for numbers, report in zip(self._shares, reports, strict=True):
            for number, own in zip(numbers, report.stacks, strict=True):
                standing = self.standings[number]
                standing.taken = own.taken
                if own.figures is not None:
                    standing.figures = dict(zip(FIGURES, own.figures, strict=True))
            found += [(one.at, numbers[one.stack], one) for one in report.found]
        # As one machine finds them: step by step, and in a step stack by stack.
        for _at, number, one in sorted(found, key=lambda each: each[:2]):
            self.standings[number].ended[self._row[number][one.ended.net]] = one.ended
            self._news.append(one.ended)
        return bool(found)

    def _seen(self, reports: Sequence[Report]) -> dict[str, Tensor]:
        rows = self._in_order([[own.weights for own in report.stacks] for report in reports])
        found: dict[str, Tensor] = {}
        for number, (row, shapes) in enumerate(zip(rows, self._shapes, strict=True)):
            # What comes out of an object store may not be written to, and a tensor may.
            whole, begin = torch.from_numpy(row.copy()), 0
            for name, shape in shapes.items():
                end = begin + torch.Size(shape).numel()
                found[f"{number}/{name}"], begin = whole[begin:end].view(shape), end
        return found

    def _reckon(self, steps: int, took: float) -> None:
        """How many steps the next round has."""
        self._seconds_a_step = took / steps
        if steps == self._steps:  # one that was cut short says little of longer ones
            fitting = MOST_STEPS if took <= 0 else int(ROUND_SECONDS / self._seconds_a_step)
            self._steps = max(1, min(fitting, 2 * steps, MOST_STEPS))

    def _in_order(self, by_part: Sequence[Sequence[Any]]) -> list[Any]:
        """Return each part's values for its stacks, in the order of all stacks."""
        found: list[Any] = [None] * sum(map(len, self._shares))
        for numbers, own in zip(self._shares, by_part, strict=True):
            for number, value in zip(numbers, own, strict=True):
                found[number] = value
        return found


class SpreadSweep(SweepFit):
    """A sweep whose stacks train elsewhere, while this process computes nothing."""

    def __next__(self) -> Event:
        return next(self._events)  # other runs that this process leads share PyTorch's world


def spread_sweep(  # noqa: PLR0913 - collaborators are passed in, so that tests give their own
    sweep: Sweep,
    parts: Sequence[RemotePart],
    given: Mapping[Data, object],
    state: SweepState | None = None,
    controls: Controls | None = None,
    *,
    device: str = "cpu",
    threads: int | None = None,
    memory: int | None = None,
    clock: Callable[[], float] = time.perf_counter,
    sleep: Callable[[float], object] = time.sleep,
) -> SpreadSweep:
    """Train as `fit_sweep` does, with its numbers, events and states, but in parts on nodes.

    Args:
        sweep: one without a search.
        parts: new ones; of more parts than there are stacks the last ones are left alone.
        given: of each data what the parts' `begin` takes of them.
        state: None begins anew; a state of `fit_sweep` will do, and the other way round.
        controls: what people ask for.
        device: as of `fit`, on each node.
        threads: in which each part computes at most, where the experiments do not say.
        memory: the bytes that each part may take; None: no limit.
        clock: in seconds, the one by which a viewer's next look is told (`Loop.look_at`).
        sleep: lets so many seconds of the clock pass.

    Raises:
        NnlabError: as `fit_sweep`.
        Exception: what the promise of a part raised, then or while it is iterated.
    """
    stacks = SpreadStacks(
        sweep, parts, given, device=device, threads=threads, memory=memory, clock=clock
    )
    return SpreadSweep(stacks, state, controls or NoControls(), RunClock(clock, sleep))


def train_spread(  # noqa: PLR0913 - collaborators are passed in, so that tests give their own
    run: Run,
    parts: Sequence[RemotePart],
    given: Mapping[Data, object],
    controls: Controls,
    *,
    lost: type[Exception],
    device: str = "cpu",
    threads: int | None = None,
    memory: int | None = None,
    note: str | None = None,
) -> Iterator[Event]:
    """Train the sweep of a run in parts, as `worker.train` does here. The caller has its lock.

    What goes wrong ends the run with `fit_ended(reason="failed")`. Only where a part is gone, what
    its promise raised is raised here, and no event says so: the run goes on with other parts from
    its newest checkpoint.

    Args:
        run: of a sweep.
        parts: as of `spread_sweep`, as is what is not here.
        given: of each data what the parts' `begin` takes of them.
        controls: what people ask for.
        lost: what the promises of a part raise that is gone.
        device: as of `fit`, on each node.
        threads: in which each part computes at most, where the experiments do not say.
        memory: the bytes that each part may take; None: no limit.
        note: said by `fit_started`.
    """

    def begin() -> tuple[SpreadSweep, list[Any]]:
        sweep = sweep_to_train(run)
        state, unreadable = load_newest_readable(run.path, load_sweep_checkpoint)
        running = spread_sweep(
            sweep, parts, given, state, controls, device=device, threads=threads, memory=memory
        )
        return running, unreadable

    return train_held(run, begin, note=note, lost=lost)


def shared_out(stacks: Sequence[Stack], parts: int) -> list[list[int]]:
    """Which stacks each part has, by number, growing; none has nothing.

    The most expensive one first, each to whom has least so far.
    """
    costs = [_cost(stack) for stack in stacks]
    shares: list[list[int]] = [[] for _ in range(min(parts, len(stacks)))]
    loads = [0.0] * len(shares)
    for number in sorted(range(len(stacks)), key=lambda one: -costs[one]):
        least = loads.index(min(loads))
        shares[least].append(number)
        loads[least] += costs[number]
    return [sorted(share) for share in shares]


def _cost(stack: Stack) -> float:
    experiment = stack.experiment
    planned = plan(experiment, describe(experiment.data), sizes(experiment.data)[0])
    return STACK_FLOPS + planned.step_flops * len(stack.nets)


def _data(sweep: Sweep, stacks: Sequence[Stack], numbers: Sequence[int]) -> list[Data]:
    return data_of([stacks[number] for number in numbers], sweep.nets)


def _names(names: Iterator[str]) -> str:
    return ", ".join(dict.fromkeys(names))
