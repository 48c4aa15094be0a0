"""When a run stands still, and for how long it has trained."""

from collections.abc import Callable

from nnlab.training.controls import Action


class Pace:
    """Going or paused, the step at which to pause next, and the seconds of training so far."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        """Seconds, from any moment on."""
        self.paused = False
        self._pause_at: int | None = None
        self._steps_asked = 0
        self._seconds_before = 0.0
        self._going_since = clock()

    @property
    def seconds(self) -> float:
        """Seconds of training so far, pauses left out."""
        now = self._going_since if self.paused else self.clock()
        return self._seconds_before + now - self._going_since

    def start(self, seconds_before: float) -> None:
        """Begin to count, from what earlier sittings took."""
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
            case "epoch":
                self._go(pause_at=step + left_in_epoch)

    def is_due(self, step: int) -> bool:
        """Whether the run has come to where it pauses."""
        return not self.paused and step == self._pause_at

    def pause(self) -> None:
        """Stand still from now on."""
        self._seconds_before, self._going_since = self.seconds, self.clock()
        self.paused = True

    def _go(self, pause_at: int | None) -> None:
        self._pause_at = pause_at
        if self.paused:
            self.paused = False
            self._going_since = self.clock()
