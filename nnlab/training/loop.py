"""The training loop: it obeys controls, takes steps and yields events. Subclasses define a step."""

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
"""Shortest time between two `progress` events."""
ENDS: dict[Action | None, Reason] = {"stop": "stopped", "release": "released"}
"""Actions that end a session at once, and the reason given in `fit_ended`."""


class Loop(Iterator[Event], ABC):
    """A run that trains. Iterate it for its events; its state may be read between two of them."""

    device: torch.device
    threads: int
    total_steps: int

    def __init__(self, controls: Controls, clock: RunClock, random: dict[str, Tensor]) -> None:
        """`random` is the state of PyTorch's global generators, kept for this run alone."""
        self.after_step: Callable[[], object] = _nothing
        """Called after each step, for readers that need the weights oftener than events come.

        It delays every step by its own time. It may read only `step` and `weights()`: the events
        of this step are not out yet, and it must not use the run's random numbers.
        """
        self.look_at = math.inf
        """Time at which `after_step` reads the weights next, in seconds of `time.perf_counter`.

        Set by the owner of `after_step`, so that weights on other machines are fetched by then.
        """
        self.step = 0
        self._controls, self._clock, self._random = controls, clock, random
        self._is_edited = False
        """Whether a weight was set by hand since the last step."""

    def begin(self, seconds: float) -> None:
        """Get ready for the first event. Earlier sessions trained for `seconds`."""
        self._started_at = self.step
        self._clock.start(seconds)
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
        """Seconds of training so far, without pauses and waits for a step's turn."""
        return self._clock.seconds

    @property
    def paused(self) -> bool:
        """Whether the run is paused until a control resumes it."""
        return self._clock.paused

    # Hooks of the subclasses -------------------------------------------------------------------

    @abstractmethod
    def _run(self) -> Iterator[Event]:
        """Yield all events of the session: those of `_train` between the first and the last."""

    @abstractmethod
    def _train_step(self) -> bool:
        """Take one step. Return whether an evaluation, or the end of a network, follows it."""

    @abstractmethod
    def _evaluation(self) -> Generator[Event, None, Reason | None]:
        """Yield the events after a step for which `_train_step` returned True.

        Returns:
            Why the run ends now; None: it continues.
        """

    @abstractmethod
    def _progress(self) -> Iterator[Event]:
        """Yield the regular report on the run's progress."""

    @abstractmethod
    def _edited(self) -> Event:
        """Return the figures after a weight was set by hand while the run does not step."""

    @abstractmethod
    def _set(self, path: str, value: Any) -> str | None:
        """Change a field from the next step on. Return the error message, or None."""

    @abstractmethod
    def _steps_left_in_epoch(self) -> int:
        """Return the number of steps to the end of the epoch."""

    def _request_sharpness(self, seconds: float) -> str | None:
        """Measure the sharpness for so many seconds. Return the error message, or None."""
        del seconds
        return _("Sharpness is measured of one network: open one of the sweep as a run of its own.")

    def _sharpness_events(self) -> Iterator[Event]:
        """Yield a measurement of the sharpness, where one was requested and is due."""
        return iter(())

    def _reason_to_end(self) -> Reason | None:
        """Return why no further step is taken though the budget allows one; None: go ahead."""
        return None

    def _before_checkpoint(self) -> None:
        """Called when a checkpoint was requested, before the event that reports the request."""

    def _progress_seconds(self) -> float:
        """Return the shortest time between two `progress` events, in seconds."""
        return PROGRESS_SECONDS

    # The loop ----------------------------------------------------------------------------------

    def _train(self) -> Generator[Event, None, Reason]:
        """Yield the events of all steps. Return why the run ended."""
        if reason := self._reason_to_end():
            return reason
        next_progress = self._clock.now() + self._progress_seconds()
        while self.step < self.total_steps:
            try:
                controls = self._controls.poll(self.step, paused=self.paused)
            except EndRun as end:
                return end.reason
            needs_figures = False  # a weight was set by hand and its figures are not out yet
            for control in controls:
                if control.do in ENDS:
                    yield self._applied(control)
                    return ENDS[control.do]
                yield self._apply(control)
                needs_figures |= self._is_edited and control.set is not None
            yield from self._sharpness_events()
            if self._clock.is_pause_due(self.step):
                self._clock.pause()
                yield from self._progress()
                needs_figures = self._is_edited
            if self.paused or self._clock.wait_for_turn():
                if needs_figures:
                    yield self._edited()
                continue

            if reason := self._reason_to_end():
                return reason
            needs_evaluation = self._train_step()
            self.after_step()
            if needs_evaluation:
                reason = yield from self._evaluation()
                if reason is not None:
                    return reason
            if self._reports_each_step() or self._clock.now() >= next_progress:
                yield from self._progress()
                next_progress = self._clock.now() + self._progress_seconds()
        return "completed"

    def _reports_each_step(self) -> bool:
        """Whether the pace is so slow that each step has its own `progress`."""
        return 0 < self._clock.steps_per_second <= 1 / PROGRESS_SECONDS

    # Controls ----------------------------------------------------------------------------------

    def _apply(self, control: Control) -> ControlApplied:
        error = None
        match control.do:
            case "pause" | "resume" | "step" | "epoch":
                left = self._steps_left_in_epoch()
                self._clock.obey(control.do, step=self.step, left_in_epoch=left)
            case None if control.pace is not None:
                self._clock.steps_per_second = control.pace
            case None if control.sharpness is not None:
                error = self._request_sharpness(control.sharpness)
            case None if control.set is not None:
                error = self._set(control.set.path, control.set.value)
            case _:
                self._before_checkpoint()
        return self._applied(control, error)

    def _applied(self, control: Control, error: str | None = None) -> ControlApplied:
        change = control.set.model_dump() if control.set is not None else None
        return ControlApplied(
            **self._where(),
            id=control.id,
            do=control.do,
            why=control.why,
            set=change,
            pace=control.pace,
            sharpness=control.sharpness,
            error=error,
        )

    def _where(self) -> dict[str, Any]:
        """Return the fields that every event has."""
        return {"step": self.step, "epoch": self.epoch, "seconds": round(self.seconds, 4)}


def _nothing() -> None:
    """Do nothing after a step."""
