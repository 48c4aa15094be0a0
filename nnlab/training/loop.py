"""The loop: steps, one after another, as people ask for them. What a step is, others say."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator
from typing import Any

import torch
from torch import Tensor

from nnlab.texts import _
from nnlab.training.controls import Action, Control, Controls, EndRun
from nnlab.training.events import ControlApplied, Event, Reason
from nnlab.training.machine import device as devices
from nnlab.training.run_clock import RunClock

PROGRESS_SECONDS = 0.1
"""`progress` comes at most this often."""
ENDS: dict[Action | None, Reason] = {"stop": "stopped", "release": "released"}
"""Actions that end a session at once, and the reason given in `fit_ended`."""


class Loop(Iterator[Event], ABC):
    """A run under way. Iterate it for its events; between two of them look at its state."""

    device: torch.device
    threads: int
    total_steps: int

    def __init__(self, controls: Controls, pace: RunClock, random: dict[str, Tensor]) -> None:
        """`random` is the state of PyTorch's own generators, of this run alone."""
        self.after_step: Callable[[], object] = _nothing
        """Called after each step, for whoever looks at the weights oftener than events come.

        It costs its own time, at every step; it may read `step` and `weights()`, and nothing else:
        no event of this step has come yet, and random numbers are the run's own.
        """
        self.look_at = math.inf
        """When `after_step` looks at the weights next, in seconds of `time.perf_counter`.

        Set by whoever set `after_step`: weights that come from afar are fetched by then.
        """
        self.step = 0
        self._controls, self._pace, self._random = controls, pace, random
        self._is_edited = False
        """Whether a weight was set by hand since the last step."""

    def begin(self, seconds: float) -> None:
        """Be ready for the first event, after so many seconds in earlier sessions."""
        self._started_at = self.step
        self._pace.start(seconds)
        self._events = self._run()

    def __next__(self) -> Event:
        with devices.own_world(self._random, self.device, self.threads):
            return next(self._events)

    @property
    @abstractmethod
    def epoch(self) -> int:
        """The pass over the training data that the last step belonged to, counted from 1."""

    @abstractmethod
    def weights(self) -> dict[str, Tensor]:
        """The newest weights and buffers for viewers, on the CPU."""

    @abstractmethod
    def snapshot(self) -> Any:
        """The full state between two steps, copied to the CPU."""

    @property
    def seconds(self) -> float:
        """Seconds of training so far, pauses and waits for a step's turn left out."""
        return self._pace.seconds

    @property
    def paused(self) -> bool:
        """Whether the run stands still until a control lets it go on."""
        return self._pace.paused

    # What a run of one kind or another does --------------------------------------------------

    @abstractmethod
    def _run(self) -> Iterator[Event]:
        """First and last words around `_until_end`."""

    @abstractmethod
    def _train_step(self) -> bool:
        """One step. True where something is to be measured after it."""

    @abstractmethod
    def _measured(self) -> Iterator[Event]:
        """Yield the events after a step for which `_train_step` returned True. May raise EndRun."""

    @abstractmethod
    def _progress(self) -> Iterator[Event]:
        """Yield the regular report on the run's progress."""

    @abstractmethod
    def _edited(self) -> Event:
        """The figures after a weight was set by hand in a run that waits."""

    @abstractmethod
    def _set(self, path: str, value: Any) -> str | None:
        """Change a field from the next step on. Returns why that was refused."""

    @abstractmethod
    def _left_in_epoch(self) -> int:
        """Steps to the end of the epoch."""

    def _ask_sharpness(self, seconds: float) -> str | None:
        """Measure the sharpness for so long. Returns why that was refused."""
        del seconds
        return _("Sharpness is measured of one network: open one of the sweep as a run of its own.")

    def _look_closer(self) -> Iterator[Event]:
        """Yield measurements between two steps that somebody asked for."""
        return iter(())

    def _may_begin(self) -> None:
        """Called before the first step: raises EndRun where there is none to make."""

    def _asked(self) -> None:
        """Called when a checkpoint was asked for."""

    def _progress_seconds(self) -> float:
        """From one `progress` to the next, at least."""
        return PROGRESS_SECONDS

    # The loop ----------------------------------------------------------------------------------

    def _until_end(self) -> Generator[Event, None, Reason]:
        try:
            self._may_begin()
            yield from self._steps()
        except EndRun as end:
            if end.control is not None:
                yield self._applied(end.control)
            return end.reason
        return "completed"

    def _steps(self) -> Iterator[Event]:
        next_progress = self._pace.clock() + self._progress_seconds()
        while self.step < self.total_steps:
            is_news = False  # whether weights were set by hand that nobody has measured yet
            for control in self._controls.poll(self.step, paused=self.paused):
                if control.do in ENDS:
                    raise EndRun(ENDS[control.do], control)
                yield self._apply(control)
                is_news |= self._is_edited and control.set is not None
            yield from self._look_closer()
            if self._pace.is_due(self.step):
                self._pace.pause()
                yield from self._progress()
                is_news = self._is_edited
            if self.paused or self._pace.waits():
                if is_news:
                    yield self._edited()
                continue
            is_measured = self._train_step()
            self.after_step()
            if is_measured:
                yield from self._measured()
            if self._is_watched_by_step() or self._pace.clock() >= next_progress:
                yield from self._progress()
                next_progress = self._pace.clock() + self._progress_seconds()

    def _is_watched_by_step(self) -> bool:
        """Whether the pace is so slow that each step has its own `progress`."""
        return 0 < self._pace.steps_per_second <= 1 / PROGRESS_SECONDS

    # Controls ----------------------------------------------------------------------------------

    def _apply(self, control: Control) -> ControlApplied:
        error = None
        match control.do:
            case "pause" | "resume" | "step" | "epoch":
                left = self._left_in_epoch()
                self._pace.ask(control.do, step=self.step, left_in_epoch=left)
            case None if control.pace is not None:
                self._pace.steps_per_second = control.pace
            case None if control.sharpness is not None:
                error = self._ask_sharpness(control.sharpness)
            case None if control.set is not None:
                error = self._set(control.set.path, control.set.value)
            case _:
                self._asked()
        return self._applied(control, error)

    def _applied(self, control: Control, error: str | None = None) -> ControlApplied:
        asked = control.set.model_dump() if control.set is not None else None
        return ControlApplied(
            **self._where(),
            id=control.id,
            do=control.do,
            why=control.why,
            set=asked,
            pace=control.pace,
            sharpness=control.sharpness,
            error=error,
        )

    def _where(self) -> dict[str, Any]:
        return {"step": self.step, "epoch": self.epoch, "seconds": round(self.seconds, 4)}


def _nothing() -> None:
    """Do nothing after a step."""
