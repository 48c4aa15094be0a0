"""When a run stands still or waits for its next step's turn, and for how long it has trained."""

import sys
import time
from collections.abc import Callable

from nnlab.training.controls import Action

SLICE_SECONDS = 0.01
"""A wait for the next step is slept in slices of this length: between two, controls are heard."""


class RunClock:
    """Going, paused or waiting, the step at which to pause next, and the seconds of training."""

    def __init__(
        self, clock: Callable[[], float], sleep: Callable[[float], object] = time.sleep
    ) -> None:
        """`sleep` lets so many seconds of the clock pass."""
        self.clock = clock
        """Seconds, from any moment on."""
        self.paused = False
        self.steps_per_second = 0.0
        """At most so many; 0: as fast as it goes."""
        self._sleep = sleep
        self._pause_at: int | None = None
        self._steps_asked = 0
        self._seconds_before = 0.0
        self._going_since = clock()
        self._waiting = False
        self._last_turn: float | None = None
        """When the last step was due; None: the next one is due at once."""

    @property
    def seconds(self) -> float:
        """Seconds of training so far, pauses and waits for a step's turn left out."""
        stands = self.paused or self._waiting
        now = self._going_since if stands else self.clock()
        return self._seconds_before + now - self._going_since

    def start(self, seconds_before: float) -> None:
        """Begin to count, from what earlier sessions took."""
        self._seconds_before, self._going_since = seconds_before, self.clock()

    def ask(self, do: Action, *, step: int, left_in_epoch: int) -> None:
        """Obey `pause`, `resume`, `step` or `epoch`, asked for after `step` steps."""
        match do:
            case "pause":
                self._pause_at = self._steps_asked = step
            case "resume":
                self._steps_asked = step
                self._go(pause_at=None)
            case "step":  # two that come at once are two steps
                self._steps_asked = max(self._steps_asked, step) + 1
                self._go(pause_at=self._steps_asked)
                self._last_turn = None  # who presses Step waits for no turn
            case "epoch":
                self._go(pause_at=step + left_in_epoch)

    def is_due(self, step: int) -> bool:
        """Whether the run has come to where it pauses."""
        return not self.paused and step == self._pause_at

    def most_steps(self, step: int) -> int:
        """How many may be made before it is asked again: one where each waits for its turn."""
        if self.steps_per_second:
            return 1
        at = self._pause_at
        return sys.maxsize if at is None or at <= step else at - step

    def pause(self) -> None:
        """Stand still from now on."""
        self._stop_counting()
        self.paused, self._waiting = True, False
        self._last_turn = None

    def waits(self) -> bool:
        """Sleep a little where it is not yet the next step's turn, and say so.

        False: the step is to be made now.
        """
        if not self.steps_per_second:
            self._end_wait()
            return False
        now, between = self.clock(), 1 / self.steps_per_second
        turn = now if self._last_turn is None else self._last_turn + between
        if now < turn:
            if not self._waiting:
                self._stop_counting()
                self._waiting = True
            self._sleep(min(turn - now, SLICE_SECONDS))
            return True
        self._last_turn = turn if now < turn + between else now  # turns that were missed are gone
        self._end_wait()
        return False

    def _stop_counting(self) -> None:
        self._seconds_before, self._going_since = self.seconds, self.clock()

    def _end_wait(self) -> None:
        if self._waiting:
            self._waiting = False
            self._going_since = self.clock()

    def _go(self, pause_at: int | None) -> None:
        self._pause_at = pause_at
        if self.paused:
            self.paused = False
            self._going_since = self.clock()
