"""A run that is handed to a launcher, as on a cluster, and whose events are read as they come."""

import time
from collections.abc import Iterator

from nnlab.errors import NnlabError
from nnlab.library.here.interrupt import Interruptible
from nnlab.library.said import say
from nnlab.runs.record.log import EventReader
from nnlab.runs.record.status import ALIVE
from nnlab.runs.store import Run
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.texts import _
from nnlab.training.events import Event, FitEnded

READY_SECONDS = 60.0
"""How long is waited for a first word of the cluster."""
LOOK_SECONDS = 0.05
LOST_SECONDS = 3.0
"""A run that nobody trains for so long, and whose last word was not heard, was lost."""


def events_of_handed(run: Run, launcher: LocalLauncher, controls: Interruptible) -> Iterator[Event]:
    """Have the run trained, or trained on, and yield its events as they come, its last word last.

    While no cluster is reached it waits, and says so once: the run goes on by itself.

    Raises:
        NnlabError: no cluster is reached, or the run was lost.
        RunNotFoundError: it was deleted meanwhile.
    """
    reader = EventReader(run.path)
    reader.read_new()
    launcher.wait_until_ready(READY_SECONDS)
    launcher.start(run)
    heard, is_asked, was_away, last = time.monotonic(), False, False, None
    while True:
        alive = launcher.status(run) in ALIVE  # asked first: what it says last is read then
        for event in reader.read_new():
            last = event
            yield event
        if isinstance(last, FitEnded) and not alive:
            return
        if not is_asked and controls.is_asked:
            is_asked = True
            launcher.ask(run, "stop")
            alive = launcher.status(run) in ALIVE
            if not alive:  # it waited for a place
                yield _stopped(last)
                return
        is_away = launcher.away() is not None
        if is_away and not was_away:
            say(_("no cluster is reached; the run goes on by itself when it is back"))
        was_away = is_away
        heard = time.monotonic() if alive or (is_away and not is_asked) else heard
        if time.monotonic() - heard > LOST_SECONDS:
            if is_asked:  # its node died before it could say so
                yield _stopped(last)
                return
            raise NnlabError(
                _(
                    "The run {run} was lost, and is kept up to its newest checkpoint: resume it."
                    " The server's log and worker.log of the run say more.",
                    run=run.id,
                )
            )
        time.sleep(LOOK_SECONDS)


def _stopped(last: Event | None) -> FitEnded:
    """The word of a run that was stopped where nobody trained it; it is not written."""
    if last is None:
        return FitEnded(step=0, epoch=0, seconds=0.0, reason="stopped")
    return FitEnded(step=last.step, epoch=last.epoch, seconds=last.seconds, reason="stopped")
