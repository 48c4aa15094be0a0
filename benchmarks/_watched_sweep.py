"""A sweep in a worker that a page watches, in turn with a process that trains one network alone."""

import subprocess
import time

from benchmarks._watched import LOOK_SECONDS, ask_speed
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.training.events import NetsProgress
from nnlab.wire.events import EventFile
from nnlab.wire.weights import WeightFile


def compare(
    launcher: LocalLauncher,
    run: Run,
    other: subprocess.Popen[str],
    *,
    rounds: int,
    seconds: float,
    warm: float,
) -> list[tuple[float, float]]:
    """For each round the steps a second of the other process, and of the watched sweep.

    A step of the sweep is one of each of its networks. `warm` is the time from resuming it to where
    its measure begins; it stands still while the other is measured.
    """
    launcher.start(run, "step")
    watch = _Watch(run)
    watch.until_paused()
    pairs = []
    for _ in range(rounds):
        outside = ask_speed(other, seconds)
        launcher.ask(run, "resume")
        watch.look(warm)
        begun = watch.newest
        watch.look(seconds)
        ended = watch.newest
        launcher.ask(run, "pause")
        watch.until_paused()
        pairs.append((outside, (ended.step - begun.step) / (ended.seconds - begun.seconds)))
    launcher.ask(run, "stop")
    return pairs


class _Watch:
    """Looks at the files of a sweep as the wire does."""

    def __init__(self, run: Run) -> None:
        self._events, self._files = (
            EventReader(run.path),
            (EventFile(run.path), WeightFile(run.path)),
        )
        self.newest = NetsProgress(step=0, epoch=0, seconds=0, steps=(), train_loss=())

    def until_paused(self) -> None:
        """Look until the sweep stands still."""
        self.newest = self.newest.model_copy(update={"paused": False})
        while not self.newest.paused:
            self.look(LOOK_SECONDS)

    def look(self, seconds: float) -> None:
        """As often as the wire does."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for file in self._files:
                file.look()
            for event in self._events.read_new():
                if isinstance(event, NetsProgress):
                    self.newest = event
            time.sleep(LOOK_SECONDS)
