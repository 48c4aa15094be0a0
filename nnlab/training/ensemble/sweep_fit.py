"""A sweep under way: all its networks, a step of each at a time."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypedDict

import torch
from torch import Tensor

import nnlab
from nnlab.config import Sweep
from nnlab.config.data import Data
from nnlab.config.stacks import stacks_of
from nnlab.data.splits import Splits
from nnlab.texts import _
from nnlab.training import device as devices
from nnlab.training.controls import Controls, EndRun, NoControls
from nnlab.training.ensemble.stack_run import StackRun, StackRunState
from nnlab.training.ensemble.stack_run import one_net as net_of
from nnlab.training.events import (
    Event,
    FitEnded,
    FitStarted,
    NetEnded,
    NetsFigures,
    NetsProgress,
)
from nnlab.training.loop import PROGRESS_SECONDS, Loop
from nnlab.training.pace import Pace
from nnlab.training.state import State, clone

PROGRESS_SHARE = 300
"""`nets_progress` comes so often in the time that a sweep has trained: its log stays small."""
NETS_IN_A_LINE = 128
"""Of `nets_figures`, whose lines stay below what readers take."""
FIGURES = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
ENDED = ("", "completed", "early_stopped", "stopped", "diverged")
"""Why a network trains no further, by its code in what viewers get."""


class SweepState(TypedDict):
    """The full state of a sweep between two steps; plain values and tensors only."""

    step: int
    seconds: float
    random: dict[str, Tensor]
    stacks: list[StackRunState]


def fit_sweep(
    sweep: Sweep,
    splits_of: Callable[[Data], Splits],
    state: SweepState | None = None,
    controls: Controls | None = None,
    *,
    device: str = "cpu",
    clock: Callable[[], float] = time.perf_counter,
    sleep: Callable[[float], object] = time.sleep,
) -> "SweepFit":
    """Train all networks of a sweep and yield what happens, as `fit` does of one.

    Each has the same numbers bit for bit as `fit` of its own experiment. With `state` (a
    `SweepFit.snapshot()` of the same sweep) it goes on with the same numbers.

    Args:
        sweep: one without a search.
        splits_of: loads data; called once for each that differs.
        state: None begins anew.
        controls: what people ask for.
        device: as of `fit`.
        clock: in seconds.
        sleep: lets so many seconds of the clock pass.

    Raises:
        InvalidExperimentError: a network, a batch or a loss does not fit the data.
        NnlabError: the device is not here.
    """
    return SweepFit(sweep, splits_of, state, controls or NoControls(), device, Pace(clock, sleep))


class SweepFit(Loop):
    """A sweep under way. Iterate it for its events; between two of them `snapshot()` its state.

    A step of the sweep is one of each network that still trains. One that has ended (its budget
    spent, stopped early, diverged) leaves the others alone.
    """

    def __init__(
        self,
        sweep: Sweep,
        splits_of: Callable[[Data], Splits],
        state: SweepState | None,
        controls: Controls,
        device: str,
        pace: Pace,
    ) -> None:
        nets = sweep.nets
        data = {net.experiment.data for net in nets}
        splits = {one: splits_of(one) for one in data}
        self.stacks = [
            StackRun(shape, [nets[number].experiment for number in shape.nets], splits, device)
            for shape in stacks_of(nets)
        ]
        self.count = len(nets)
        self.total_steps = max(stack.plan.total_steps for stack in self.stacks)
        self.device = self.stacks[0].device
        self.threads = max(stack.threads for stack in self.stacks)
        super().__init__(controls, pace, devices.seeded(0, self.device))
        if state is not None:
            state = clone(state)
            self.step = state["step"]
            for stack, was in zip(self.stacks, state["stacks"], strict=True):
                stack.restore(was)
            self._random.update(state["random"])
        self.begin(state["seconds"] if state is not None else 0.0)

    @property
    def epoch(self) -> int:
        """That of the network which is furthest."""
        return max(max(stack.epochs()) for stack in self.stacks)

    def snapshot(self) -> SweepState:
        """The full state between two steps, copied to the CPU."""
        for stack in self.stacks:
            stack.read()
        return clone(
            SweepState(
                step=self.step,
                seconds=self.seconds,
                random=self._random,
                stacks=[stack.state() for stack in self.stacks],
            )
        )

    def weights(self) -> dict[str, Tensor]:
        """What viewers draw: float16 weights by stack and name, and figures of each network.

        `<stack>/<name>` [n, …], its rows in the order of `stacks_of`; `train_loss`,
        `train_accuracy`, `val_loss`, `val_accuracy` float32 [nets] (NaN: none), `steps` int32
        [nets], `ended` uint8 [nets] (`ENDED`).
        """
        found = {
            f"{place}/{name}": value
            for place, stack in enumerate(self.stacks)
            for name, value in stack.weights().items()
        }
        for name in FIGURES:
            found[name] = torch.tensor(
                self._of_all(lambda s, n=name: s.figures[n].tolist())
            ).float()
        found["steps"] = torch.tensor(self._of_all(StackRun.steps), dtype=torch.int32)
        codes = [ENDED.index(reason) for reason in self._reasons()]
        found["ended"] = torch.tensor(codes, dtype=torch.uint8)
        return found

    # Steps -------------------------------------------------------------------------------------

    def _train_step(self) -> bool:
        self.step += 1
        is_measured = False
        for stack in self.stacks:
            if stack.trains:
                is_measured |= stack.step()
        return is_measured

    def _measured(self) -> Iterator[Event]:
        yield from self._news()
        if not any(stack.trains for stack in self.stacks):
            raise EndRun("completed")

    def _left_in_epoch(self) -> int:
        return max((s.left_in_epoch for s in self.stacks if s.trains), default=1)

    def _set(self, path: str, value: Any) -> str | None:
        return _(
            "{path} cannot be changed while a sweep trains: make another sweep, or train the"
            " network on alone.",
            path=path,
        )

    def _progress_seconds(self) -> float:
        return max(PROGRESS_SECONDS, self.seconds / PROGRESS_SHARE)

    def _may_begin(self) -> None:
        if not any(stack.trains for stack in self.stacks):
            raise EndRun("completed")

    # Events ------------------------------------------------------------------------------------

    def _run(self) -> Iterator[Event]:
        yield self._started()
        yield from self._news()
        reason = yield from self._until_end()
        for stack in self.stacks:
            stack.read()
        yield from self._news()
        figures = self._whole_figures()
        yield from self._last_figures(figures)
        if set(self._reasons()) == {"diverged"}:
            reason = "diverged"  # nothing came of any network
        yield FitEnded(**self._where(), reason=reason, **_best(figures))

    def _news(self) -> Iterator[NetEnded]:
        for stack in self.stacks:
            for one in stack.take_news():
                yield NetEnded(
                    step=one.step,
                    epoch=one.epoch,
                    seconds=round(self.seconds, 4),
                    net=one.net,
                    reason=one.reason,
                    value=one.value,
                )

    def _started(self) -> FitStarted:
        plans = [stack.plan for stack in self.stacks]
        return FitStarted(
            **self._where(),
            schema=1,
            nnlab=nnlab.__version__,
            torch=torch.__version__,
            device=devices.device_name(self.device),
            threads=self.threads,
            fused=False,
            processor=devices.processor_name(),
            parameters=sum(stack.parameters for stack in self.stacks),
            train_size=self.stacks[0].train_size,
            val_size=self.stacks[0].val_size,
            steps_per_epoch=max(plan.steps_per_epoch for plan in plans),
            total_steps=self.total_steps,
            nets=self.count,
        )

    def _progress(self) -> Iterator[Event]:
        for stack in self.stacks:
            stack.take_recent()
        yield from self._news()
        figures = {
            name: self._of_all(lambda s, n=name: [_six(value) for value in s.figures[n].tolist()])
            for name in FIGURES
        }
        yield NetsProgress(
            **self._where(),
            steps=self._of_all(StackRun.steps),
            paused=self.paused,
            **_without_empty(figures),
        )

    def _edited(self) -> Event:
        raise NotImplementedError  # no weight of a sweep is set by hand

    def _whole_figures(self) -> dict[str, list[Any]]:
        """The last figures of each network, with all digits."""
        rows: list[list[dict[str, Any]]] = []
        for stack in self.stacks:
            rows.append([])
            for row in range(len(stack.nets)):
                ended, best = stack.ended.get(row), stack.best(row).best
                whole: dict[str, Any] = {}
                if ended is None or ended.reason != "diverged":
                    whole = stack.whole_figures(row)
                if best is not None:
                    whole |= {
                        "best_val_loss": best["val_loss"],
                        "best_val_accuracy": best["val_accuracy"],
                        "best_epoch": best["epoch"],
                    }
                rows[-1].append(whole)
        names = dict.fromkeys(name for own in rows for row in own for name in row)
        return {
            name: self._in_order([[_finite(row.get(name)) for row in own] for own in rows])
            for name in names
        }

    def _last_figures(self, figures: dict[str, list[Any]]) -> Iterator[NetsFigures]:
        columns = {
            "reasons": self._reasons(),
            "steps": self._of_all(StackRun.steps),
            "epochs": self._of_all(StackRun.epochs),
            **_without_empty({"train_loss": [None] * self.count} | figures),
        }
        for first in range(0, self.count, NETS_IN_A_LINE):
            part = {n: column[first : first + NETS_IN_A_LINE] for n, column in columns.items()}
            yield NetsFigures(**self._where(), first=first, **part)

    def _reasons(self) -> list[str]:
        return self._of_all(
            lambda s: [s.ended[row].reason if row in s.ended else "" for row in range(len(s.nets))]
        )

    def _of_all(self, column: Callable[[StackRun], list[Any]]) -> list[Any]:
        """A value of each network, in the order of the sweep."""
        return self._in_order([column(stack) for stack in self.stacks])

    def _in_order(self, columns: Sequence[Sequence[Any]]) -> list[Any]:
        found: list[Any] = [None] * self.count
        for stack, column in zip(self.stacks, columns, strict=True):
            for net, value in zip(stack.nets, column, strict=True):
                found[net] = value
        return found


def one_net(state: SweepState, sweep: Sweep, number: int) -> State:
    """The state with which `fit` goes on with one network of the sweep alone, on the CPU."""
    for shape, own in zip(stacks_of(sweep.nets), state["stacks"], strict=True):
        if number in shape.nets:
            found = net_of(own, shape.nets.index(number))
            training = sweep.nets[number].experiment.training
            found["random"] = devices.seeded(training.seed, torch.device("cpu"))
            found["epoch_totals"]["classes"] = sweep.experiment.task == "classification"
            found["seconds"] = state["seconds"]
            return clone(found)
    raise IndexError(number)


def _best(figures: dict[str, list[Any]]) -> dict[str, Any]:
    """The figures of the network with the lowest loss: validation, or training where none is."""
    losses = figures.get("val_loss", [])
    if all(loss is None for loss in losses):
        losses = figures.get("train_loss", [])
    ranked = sorted((loss, net) for net, loss in enumerate(losses) if loss is not None)
    return {name: column[ranked[0][1]] for name, column in figures.items()} if ranked else {}


def _without_empty(figures: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Without the figures that no network has, but for the loss of training."""
    return {
        name: column
        for name, column in figures.items()
        if name == "train_loss" or any(value is not None for value in column)
    }


def _six(value: float) -> float | None:
    return float(f"{value:.6g}") if math.isfinite(value) else None


def _finite(value: float | None) -> float | None:
    return value if value is None or math.isfinite(value) else None
