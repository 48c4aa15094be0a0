"""The run of a recipe: one that is there, or a new one within so many seconds."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryFile

from nnlab.errors import NnlabError
from nnlab.runs.record.log import EventReader
from nnlab.runs.record.status import Status
from nnlab.runs.store import Run, Store
from nnlab.training.events import FitEnded
from scripts.gallery.wanted import Wanted

ENOUGH = 0.8
"""A run that was stopped counts where it trained for so much of the seconds there are."""
LOOKS_AGAIN = 0.5
"""Seconds between two looks at how long it has trained."""
WHOLE: tuple[Status, ...] = ("finished", "diverged")


def run_of(wanted: Wanted, store: Store, seconds: float) -> Run:
    """A run of that very experiment or sweep; trained now where there is none yet.

    Args:
        wanted: the recipe.
        store: where the gallery's runs are kept.
        seconds: after so many the training is stopped, and what it has come to is kept.

    Raises:
        NnlabError: it cannot be trained here; says why.
    """
    found = _known(wanted, store, seconds)
    if found is not None:
        return found
    before = {run.id for run in _runs(store)}
    said = _train(wanted, store, before, seconds)
    new = [run for run in _runs(store) if run.id not in before and _is_of(run, wanted)]
    ended = [run for run in new if run.status() in (*WHOLE, "stopped")]
    if not ended:
        raise NnlabError(said or "It did not train, and said nothing.")
    return ended[0]


def _known(wanted: Wanted, store: Store, seconds: float) -> Run | None:
    for run in _runs(store):
        if not _is_of(run, wanted):
            continue
        status = run.status()
        if status in WHOLE or (status == "stopped" and _seconds(run) >= ENOUGH * seconds):
            return run
    return None


def _runs(store: Store) -> list[Run]:
    return [summary.run for summary in store.summaries()]


def _is_of(run: Run, wanted: Wanted) -> bool:
    return wanted.asks in (run.experiment, run.sweep) and run.meta.recipe == wanted.id


def _seconds(run: Run) -> float:
    ended = [event for event in EventReader(run.path).read_new() if isinstance(event, FitEnded)]
    return ended[-1].seconds if ended else 0.0


def _train(wanted: Wanted, store: Store, before: set[str], seconds: float) -> str:
    """Train it as a person would; what was said last where it went wrong."""
    command = [sys.executable, "-m", "nnlab", wanted.command, wanted.id]
    command += ["--name", wanted.title, "--runs", str(store.root)]
    with (
        TemporaryFile("w+", encoding="utf-8") as said,
        subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=said, cwd=Path.cwd()
        ) as process,
    ):
        is_told = False
        while process.poll() is None:
            time.sleep(LOOKS_AGAIN)
            if not is_told and _trained_for(store, before) >= seconds:
                process.send_signal(signal.SIGINT)  # as Ctrl-C does: the run is kept
                is_told = True
        said.seek(0)
        lines = [line for line in said if line.startswith("nnlab: ")]
    return lines[-1].removeprefix("nnlab: ").strip() if lines else ""


def _trained_for(store: Store, before: set[str]) -> float:
    """Seconds of training of what has begun meanwhile, without what it took to begin."""
    new = [summary for summary in store.summaries() if summary.run.id not in before]
    return max((one.last.seconds for one in new if one.last is not None), default=0.0)
