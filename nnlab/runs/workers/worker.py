"""Train one run directory, from its newest checkpoint if there is one, and write what happens."""

import errno
import logging
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from nnlab.config.sweep import Sweep
from nnlab.data.registry import load
from nnlab.errors import NnlabError
from nnlab.files import append_line, sweep
from nnlab.runs.record import lock
from nnlab.runs.record.checkpoints import (
    load_checkpoint,
    load_newest_readable,
    load_sweep_checkpoint,
    set_aside,
)
from nnlab.runs.record.log import EVENTS_FILE, newest, read_head_and_tail
from nnlab.runs.record.weight_files import FOLDER, LIVE
from nnlab.runs.store import Run
from nnlab.runs.workers.recorder import Recorder
from nnlab.texts import _
from nnlab.training.controls import Controls
from nnlab.training.ensemble.sweep_fit import SweepFit, fit_sweep
from nnlab.training.events import Event, FitEnded, to_line
from nnlab.training.fit import Fit, fit
from nnlab.training.machine.memory import (
    data_must_fit_in_memory,
    free_memory,
    sweep_must_fit_in_memory,
)

logger = logging.getLogger(__name__)

Begun = tuple[Fit | SweepFit, list[Path]]
"""The training loop, and the newer checkpoints that could not be read."""


def train(
    run: Run,
    *,
    data_dir: Path,
    device: str = "auto",
    controls: Controls | None = None,
    note: str | None = None,
) -> Iterator[Event]:
    """Train the run and yield each event after it was written.

    `note` is what a person should know of how it begins, beside what is found out here.

    What goes wrong ends the run with `fit_ended(reason="failed")` and its message. That event is
    yielded even where a full disk does not take it: the log of the process has it then, and the
    run's status reads interrupted.

    Raises:
        NnlabError: another process trains this run, or its directory cannot be written.
        RunTooNewError: a later nnlab wrote its events.
    """
    read_head_and_tail(run.path)
    with lock.hold(run.path):
        yield from train_held(run, partial(_begin, run, data_dir, device, controls), note=note)


def train_held(
    run: Run,
    begin: Callable[[], Begun],
    *,
    note: str | None = None,
    lost: type[Exception] | tuple[()] = (),
) -> Iterator[Event]:
    """Train as `train` does; the caller holds the run's lock.

    Args:
        run: its directory takes what is told.
        begin: makes what trains, and says which checkpoints could not be read.
        note: as of `train`.
        lost: what is no fault of the run: it is raised, and the run's last word is not said.
    """
    try:
        yield from _train(run, begin, note)
    except lost:
        raise
    except Exception as error:  # whatever it is, a person is waiting to hear of it
        if not run.path.is_dir():
            logger.info("run %s was deleted while it trained", run.id)
            return
        if not isinstance(error, NnlabError):
            logger.exception("run %s failed", run.id)
        yield say_failed(run, error)


def speak_for(run: Run, error: NnlabError, log_size: int) -> None:
    """Write the last word of a run whose worker broke off, unless it has had one itself.

    `log_size` is how many bytes of events there were before that session.
    """
    try:
        with lock.hold(run.path):  # nobody else writes meanwhile
            log = run.path / EVENTS_FILE
            has_grown = log.is_file() and log.stat().st_size > log_size
            last = newest(read_head_and_tail(run.path)[1])
            if not (has_grown and isinstance(last, FitEnded)):
                say_failed(run, error)
    except NnlabError as why:  # deleted, trained again by another, a full disk
        logger.warning("nothing can be said of run %s: %s", run.id, why)


def say_failed(run: Run, error: Exception) -> FitEnded:
    """Write that the run failed, and why: for who holds its lock. Returns the event.

    A full disk does not take it: the log of the process has it then.

    Raises:
        RunDamagedError: its events cannot be read; a later nnlab wrote them.
    """
    event = failure(error, newest(read_head_and_tail(run.path)[1]))
    try:
        append_line(run.path / EVENTS_FILE, to_line(event), durable=True)
    except OSError as full:
        logger.error("run %s failed, and cannot say so (%s): %s", run.id, full, event.error)
    return event


def failure(error: Exception, last: Event | None) -> FitEnded:
    """Return the final event of a failed run; `last` is its newest event."""
    step, epoch, seconds = (last.step, last.epoch, last.seconds) if last else (0, 0, 0.0)
    return FitEnded(step=step, epoch=epoch, seconds=seconds, reason="failed", error=_say(error))


def resumed_note(unreadable: list[Path], step: int) -> str | None:
    """Return the note of a run resumed at `step`, since these checkpoints were unreadable."""
    if not unreadable:
        return None
    names = ", ".join(path.name for path in unreadable)
    return _(
        "Resumed from step {step:,}: what is newer could not be read and was set aside ({files})."
        " The steps since then are trained once more, without what was changed meanwhile.",
        step=step,
        files=names,
    )


def _train(run: Run, begin: Callable[[], Begun], note: str | None) -> Iterator[Event]:
    sweep(run.path / FOLDER)
    sweep(run.path, f"{LIVE}.")
    running, unreadable = begin()
    for path in unreadable:
        set_aside(path)
    notes = [one for one in (note, resumed_note(unreadable, running.step)) if one is not None]
    recorder = Recorder(run.path, running, " ".join(notes) or None)
    try:
        for event in running:
            yield recorder.record(event)
    finally:
        recorder.close()


def _begin(run: Run, data_dir: Path, device: str, controls: Controls | None) -> Begun:
    if run.sweep is None:
        return _one(run, data_dir, device, controls)
    return _many(run, data_dir, device, controls)


def _one(
    run: Run, data_dir: Path, device: str, controls: Controls | None
) -> tuple[Fit, list[Path]]:
    """The fit of a run of one network, and the checkpoints that could not be read."""
    experiment = run.experiment
    data_must_fit_in_memory(experiment.data, free_memory())
    splits = load(experiment.data, data_dir)
    state, unreadable = load_newest_readable(run.path, load_checkpoint)
    return fit(experiment, splits, state, controls, device=device), unreadable


def _many(
    run: Run, data_dir: Path, device: str, controls: Controls | None
) -> tuple[SweepFit, list[Path]]:
    """Return the training loop of a sweep, whose networks train together."""
    many = sweep_to_train(run)
    sweep_must_fit_in_memory(many, free_memory())
    state, unreadable = load_newest_readable(run.path, load_sweep_checkpoint)
    splits_of = partial(load, data_dir=data_dir)
    return fit_sweep(many, splits_of, state, controls, device=device), unreadable


def sweep_to_train(run: Run) -> Sweep:
    """The sweep whose networks train together in this run, which has one.

    Raises:
        NnlabError: it is a search.
    """
    many = run.sweep
    assert many is not None
    if many.search is not None:
        raise NnlabError(
            _(
                "The run {run} is a search: its trials are runs of their own, and a search begins"
                " on its page or by python -m nnlab sweep.",
                run=run.id,
            )
        )
    return many


def is_out_of_memory(error: Exception) -> bool:
    """Whether it says that there was no more memory."""
    text = str(error)
    is_refused = isinstance(error, OSError) and error.errno == errno.ENOMEM
    return (
        isinstance(error, MemoryError)
        or is_refused
        or "allocate" in text
        or "out of memory" in text
    )


def _say(error: Exception) -> str:
    if isinstance(error, NnlabError):
        return str(error)
    text = str(error)
    if is_out_of_memory(error):
        return _(
            "The memory that a run may take here is full: take a smaller training.batch_size or"
            " network. (NNLAB_WORKER_MEMORY says how much a run may take.)"
        )
    if isinstance(error, OSError):
        return _(
            "A file could not be written ({error}): make room, then resume the run.",
            error=error.strerror,
        )
    return _(
        "{kind}: {error}. The whole story is in worker.log of this run.",
        kind=type(error).__name__,
        error=text,
    )
