"""A run that a page watches, in turn with a process that does the same work alone."""

import math
import subprocess
import time
from collections.abc import Callable

from benchmarks._process import hear, tell
from nnlab.runs.store import Run
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.ui.runtime.run_view import RunView
from nnlab.wire.events import EventFile
from nnlab.wire.weights import WeightFile

LOOK_SECONDS = 1 / 30
"""From one look of the wire at the run's files to the next."""
PAGE_SECONDS = 1.0
"""From one run of the page to the next, as long as it shows what the server alone can make."""


def compare(  # noqa: PLR0913 - both sides of a comparison
    launcher: LocalLauncher,
    run: Run,
    other: subprocess.Popen[str],
    frame: Callable[[RunView], None],
    *,
    rounds: int,
    seconds: float,
    warm: float,
) -> list[tuple[float, float]]:
    """For each round the steps a second of the other process and of the watched run.

    Args:
        launcher: starts the run, and ends it.
        run: has not trained yet.
        other: as `ask_speed` has it.
        frame: what the page does when it runs again, before Streamlit.
        rounds: how often each of both is measured.
        seconds: for how long.
        warm: seconds from resuming the run to where its measure begins.
    """
    launcher.start(run, "step")
    reader = Reader(run, frame)
    reader.wait(lambda: reader.view.history.paused)
    pairs = []
    for _ in range(rounds):
        outside = ask_speed(other, seconds)
        pairs.append((outside, reader.speed(launcher, seconds, warm)))
    launcher.ask(run, "stop")
    reader.wait(lambda: reader.view.history.ended is not None)
    return pairs


class Reader:
    """Looks at a run as the wire and a page do."""

    def __init__(self, run: Run, frame: Callable[[RunView], None]) -> None:
        self.view, self._frame = RunView(run), frame
        self._files = EventFile(run.path), WeightFile(run.path)

    def wait(self, holds: Callable[[], bool]) -> None:
        """Look until `holds()`."""
        while not holds():
            self._frame(self.view)
            time.sleep(0.02)

    def speed(self, launcher: LocalLauncher, seconds: float, warm: float) -> float:
        """Steps a second of the run over `seconds`, by the run's own clock."""
        launcher.ask(self.view.run, "resume")
        self.look(warm)
        before = self.view.history.progress
        step, clock = before.tail("step", 1)[0], before.tail("seconds", 1)[0]
        self.look(seconds)
        after = self.view.history.progress
        speed = (after.tail("step", 1)[0] - step) / (after.tail("seconds", 1)[0] - clock)
        launcher.ask(self.view.run, "pause")
        self.wait(lambda: self.view.history.paused)
        return speed

    def look(self, seconds: float) -> None:
        """As long as that."""
        end = time.monotonic() + seconds
        page = -math.inf
        while (began := time.monotonic()) < end:
            for file in self._files:
                file.look()
            if began - page >= PAGE_SECONDS:
                page = began
                self._frame(self.view)
            time.sleep(max(0.0, LOOK_SECONDS - (time.monotonic() - began)))
        self.view.refresh()


def ask_speed(process: subprocess.Popen[str], seconds: float) -> float:
    """Steps a second over `seconds` of a process that answers a number of seconds with that."""
    tell(process, str(seconds))
    return float(hear(process))
