"""Training of a sweep: all its networks side by side, one step of each at a time."""

import time
from collections.abc import Callable, Generator, Iterator
from typing import Any, TypedDict

import torch
from torch import Tensor

from nnlab.config import Sweep
from nnlab.config.data import Data
from nnlab.config.stacks import stacks_of
from nnlab.data.splits import Splits
from nnlab.texts import _
from nnlab.training.controls import Controls, NoControls
from nnlab.training.ensemble.columns import Columns, told
from nnlab.training.ensemble.run_state import StackRunState
from nnlab.training.ensemble.run_state import one_net as net_of
from nnlab.training.ensemble.stacks import (
    Stacks,
    StacksHere,
    splits_of_all,
    stack_runs,
    state_of_these,
)
from nnlab.training.events import (
    Event,
    FitEnded,
    FitStarted,
    NetEnded,
    NetsFigures,
    NetsProgress,
    Reason,
)
from nnlab.training.figures import best_of
from nnlab.training.loop import PROGRESS_SECONDS, Loop
from nnlab.training.machine import device as devices
from nnlab.training.run_clock import RunClock
from nnlab.training.state import State, clone
from nnlab.version import VERSION

PROGRESS_SHARE = 300
"""Smallest time between two `nets_progress` as a fraction (1/300) of the seconds trained so far, so
that the log of a long sweep stays small."""
NETS_IN_A_LINE = 128
"""Networks in a line of `nets_figures`, so that lines stay below the readers' limit."""


class SweepState(TypedDict):
    """The full state of a sweep between two steps; plain values and tensors only."""

    step: int
    seconds: float
    random: dict[str, Tensor]
    stacks: list[StackRunState]


def fit_sweep(  # noqa: PLR0913 - clock, sleep and device are passed in for tests
    sweep: Sweep,
    splits_of: Callable[[Data], Splits],
    state: SweepState | None = None,
    controls: Controls | None = None,
    *,
    device: str = "cpu",
    clock: Callable[[], float] = time.perf_counter,
    sleep: Callable[[float], object] = time.sleep,
) -> "SweepFit":
    """Train all networks of a sweep; iterate the result for its events, as with `fit`.

    Each network has the same numbers, bit for bit, as `fit` of its own experiment. With `state` (a
    `SweepFit.snapshot()` of the same sweep) training continues with the same numbers.

    Args:
        sweep: one without a search.
        splits_of: loads data; called once for each different data.
        state: None starts at step 0.
        controls: source of people's requests.
        device: as of `fit`.
        clock: in seconds.
        sleep: lets so many seconds of the clock pass.

    Raises:
        InvalidExperimentError: a network, a batch or a loss does not fit the data.
        NnlabError: this machine does not have the device.
        RunDamagedError: the state is of other networks.
    """
    shapes = stacks_of(sweep.nets)
    splits = splits_of_all(shapes, sweep.nets, splits_of)
    stacks = StacksHere(stack_runs(shapes, sweep.nets, splits, device))
    return SweepFit(stacks, state, controls or NoControls(), RunClock(clock, sleep))


class SweepFit(Loop):
    """The training of a sweep. Iterate it for its events; `snapshot()` between two of them.

    A step of the sweep is one step of each network that still trains. The end of one network
    (budget spent, stopped early, diverged) does not affect the others.
    """

    def __init__(
        self, stacks: Stacks, state: SweepState | None, controls: Controls, clock: RunClock
    ) -> None:
        """`stacks` have not taken a step; they continue from `state`, if it is given.

        Raises:
            RunDamagedError: the state is of other networks.
        """
        self._stacks = stacks
        self._columns = Columns(stacks.standings)
        self.total_steps = max(stack.plan.total_steps for stack in stacks.standings)
        self.device, self.threads = stacks.device, stacks.threads
        super().__init__(controls, clock, devices.seeded(0, self.device))
        if state is not None:
            with state_of_these():
                self.step = state["step"]
                self._random.update(clone(state["random"]))
            stacks.restore(state["stacks"])
        self.begin(state["seconds"] if state is not None else 0.0)

    @property
    def epoch(self) -> int:
        """Epoch of the network that is furthest, counted from 1."""
        return max(max(stack.epochs()) for stack in self._stacks.standings)

    def snapshot(self) -> SweepState:
        """The full state between two steps, copied to the CPU."""
        return SweepState(
            step=self.step,
            seconds=self.seconds,
            random=clone(self._random),
            stacks=self._stacks.states(),
        )

    def weights(self) -> dict[str, Tensor]:
        """Return the weights for viewers: float16 by stack and name, and figures of each network.

        `<stack>/<name>` [n, …], its rows in the order of `stacks_of`; `train_loss`,
        `train_accuracy`, `val_loss`, `val_accuracy` float32 [nets] (NaN: none), `steps` int32
        [nets], `ended` uint8 [nets] (`ENDED`).
        """
        return self._stacks.weights() | self._columns.live()

    # Steps -------------------------------------------------------------------------------------

    def _train_step(self) -> bool:
        most = min(self.total_steps - self.step, self._clock.most_steps(self.step))
        taken, needs_evaluation = self._stacks.advance(most, self.look_at)
        self.step += taken
        return needs_evaluation

    def _evaluation(self) -> Generator[Event, None, Reason | None]:
        yield from self._ended_nets()
        return self._reason_to_end()

    def _steps_left_in_epoch(self) -> int:
        return max((s.left_in_epoch for s in self._stacks.standings if s.trains), default=1)

    def _set(self, path: str, value: Any) -> str | None:
        return _(
            "{path} cannot be changed while a sweep trains: make another sweep, or train the"
            " network on alone.",
            path=path,
        )

    def _progress_seconds(self) -> float:
        return max(PROGRESS_SECONDS, self.seconds / PROGRESS_SHARE)

    def _reason_to_end(self) -> Reason | None:
        # Also asked before each step: a `progress` may have found that the last network diverged.
        return None if any(stack.trains for stack in self._stacks.standings) else "completed"

    # Events ------------------------------------------------------------------------------------

    def _run(self) -> Iterator[Event]:
        yield self._started()
        yield from self._ended_nets()
        reason = yield from self._train()
        self._stacks.read()
        yield from self._ended_nets()
        figures = self._columns.last(self._stacks.last_figures())
        yield from self._last(figures)
        if set(self._columns.reasons()) == {"diverged"}:
            reason = "diverged"  # no network has usable weights
        yield FitEnded(**self._where(), reason=reason, **best_of(figures))

    def _ended_nets(self) -> Iterator[NetEnded]:
        """Yield an event for each network that has ended since the last call."""
        for one in self._stacks.take_news():
            yield NetEnded(
                step=one.step,
                epoch=one.epoch,
                seconds=round(self.seconds, 4),
                net=one.net,
                reason=one.reason,
                value=one.value,
            )

    def _started(self) -> FitStarted:
        stacks = self._stacks
        return FitStarted(
            **self._where(),
            schema=1,
            nnlab=VERSION,
            torch=torch.__version__,
            device=stacks.device_name,
            threads=stacks.threads,
            fused=False,
            processor=stacks.processor,
            parameters=sum(stack.parameters for stack in stacks.standings),
            train_size=stacks.train_size,
            val_size=stacks.val_size,
            steps_per_epoch=max(s.plan.steps_per_epoch for s in stacks.standings),
            total_steps=self.total_steps,
            nets=self._columns.count,
        )

    def _progress(self) -> Iterator[Event]:
        self._stacks.take_recent()
        yield from self._ended_nets()
        yield NetsProgress(
            **self._where(),
            steps=self._columns.steps(),
            paused=self.paused,
            **self._columns.newest(),
        )

    def _edited(self) -> Event:
        raise NotImplementedError  # no weight of a sweep is set by hand

    def _last(self, figures: dict[str, list[Any]]) -> Iterator[NetsFigures]:
        columns = {
            "reasons": self._columns.reasons(),
            "steps": self._columns.steps(),
            "epochs": self._columns.epochs(),
            **told({"train_loss": [None] * self._columns.count} | figures),
        }
        for first in range(0, self._columns.count, NETS_IN_A_LINE):
            part = {n: column[first : first + NETS_IN_A_LINE] for n, column in columns.items()}
            yield NetsFigures(**self._where(), first=first, **part)


def one_net(state: SweepState, sweep: Sweep, number: int) -> State:
    """Return the state from which `fit` continues with one network of the sweep, on the CPU.

    Raises:
        RunDamagedError: the state is of other networks.
    """
    training = sweep.nets[number].experiment.training
    with state_of_these():
        for shape, own in zip(stacks_of(sweep.nets), state["stacks"], strict=True):
            if number in shape.nets:
                found = net_of(own, shape.nets.index(number))
                found["random"] = devices.seeded(training.seed, torch.device("cpu"))
                found["epoch_totals"]["classes"] = sweep.experiment.task == "classification"
                found["seconds"] = state["seconds"]
                return clone(found)
    raise AssertionError(number)  # every network is in a stack
