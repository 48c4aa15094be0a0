"""The clock of a run: pauses, the turn of the next step, and the time trained."""

import sys
import time
from collections.abc import Callable

from nnlab.training.controls import Action

SLICE_SECONDS = 0.01
"""Longest sleep at once while a step waits for its turn; controls are polled in between."""


class RunClock:
    """Counts the seconds of training; pauses the run, and keeps it to `steps_per_second`."""

    def __init__(
        self, now: Callable[[], float], sleep: Callable[[float], object] = time.sleep
    ) -> None:
        """`sleep` lets so many seconds of `now` pass."""
        self.now = now
        """The present time in seconds, counted from any moment."""
        self.paused = False
        self.steps_per_second = 0.0
        """The pace: at most so many steps a second; 0: no limit."""
        self._sleep = sleep
        self._pause_at: int | None = None
        self._steps_requested = 0
        self._seconds_before = 0.0
        self._running_since = now()
        self._waiting = False
        self._last_turn: float | None = None
        """Time at which the last step was due; None: the next one is due at once."""

    @property
    def seconds(self) -> float:
        """Seconds of training so far, without pauses and waits for a step's turn."""
        is_running = not (self.paused or self._waiting)
        now = self.now() if is_running else self._running_since
        return self._seconds_before + now - self._running_since

    def start(self, seconds_before: float) -> None:
        """Begin to count. Earlier sessions took `seconds_before`."""
        self._seconds_before, self._running_since = seconds_before, self.now()

    def obey(self, do: Action, *, step: int, left_in_epoch: int) -> None:
        """Obey `pause`, `resume`, `step` or `epoch`, requested after `step` steps."""
        match do:
            case "pause":
                self._pause_at = self._steps_requested = step
            case "resume":
                self._steps_requested = step
                self._resume(pause_at=None)
            case "step":  # two requests at once are two steps
                self._steps_requested = max(self._steps_requested, step) + 1
                self._resume(pause_at=self._steps_requested)
                self._last_turn = None  # a requested step is taken at once, at any pace
            case "epoch":
                self._resume(pause_at=step + left_in_epoch)

    def is_pause_due(self, step: int) -> bool:
        """Whether the run is to pause after `step` steps, and has not yet."""
        return not self.paused and step == self._pause_at

    def most_steps(self, step: int) -> int:
        """Return how many steps may be taken before the next pause; 1 where a pace is set."""
        if self.steps_per_second:
            return 1
        at = self._pause_at
        return sys.maxsize if at is None or at <= step else at - step

    def pause(self) -> None:
        """Pause now: stop counting seconds."""
        self._stop_counting()
        self.paused, self._waiting = True, False
        self._last_turn = None

    def wait_for_turn(self) -> bool:
        """Sleep for at most `SLICE_SECONDS` if the next step has to wait for its turn.

        Returns:
            True after such a sleep: poll the controls, then call again. False: take the step now.
        """
        if not self.steps_per_second:
            self._end_wait()
            return False
        now, between = self.now(), 1 / self.steps_per_second
        turn = now if self._last_turn is None else self._last_turn + between
        if now < turn:
            if not self._waiting:
                self._stop_counting()
                self._waiting = True
            self._sleep(min(turn - now, SLICE_SECONDS))
            return True
        self._last_turn = turn if now < turn + between else now  # no catching up on late steps
        self._end_wait()
        return False

    def _stop_counting(self) -> None:
        self._seconds_before, self._running_since = self.seconds, self.now()

    def _end_wait(self) -> None:
        if self._waiting:
            self._waiting = False
            self._running_since = self.now()

    def _resume(self, pause_at: int | None) -> None:
        self._pause_at = pause_at
        if self.paused:
            self.paused = False
            self._running_since = self.now()
