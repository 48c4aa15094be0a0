"""A run directory as the pages make it, trained in this process with a progress bar."""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from nnlab.config import Experiment
from nnlab.data.description import describe
from nnlab.data.registry import sizes
from nnlab.errors import NnlabError, NowhereToTrainError
from nnlab.library.asked.experiment import Named
from nnlab.library.here.handed import events_of_handed
from nnlab.library.here.interrupt import Interruptible, stop_on_interrupt
from nnlab.library.said import say
from nnlab.runs.engine import launcher_of
from nnlab.runs.record.control import FileControls
from nnlab.runs.record.log import log_size
from nnlab.runs.room import Room
from nnlab.runs.store import Run, Store
from nnlab.runs.sweeps.short import in_short
from nnlab.runs.workers.worker import train as train_run
from nnlab.settings import Settings, read_settings
from nnlab.texts import _
from nnlab.training.check import plan
from nnlab.training.events import Diverged, Event, FitEnded, FitStarted

FIGURES = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")


def make_run(named: Named, *, name: str | None, runs: Path | None) -> Run:
    """A run directory with the experiment; nothing is trained yet.

    Raises:
        NnlabError: what cannot be trained at all, no room, or a name that is none; no run
            directory is made then.
    """
    experiment = named.experiment
    plan(experiment, describe(experiment.data), sizes(experiment.data)[0])
    return room_for_one(runs).create(
        experiment, name=named.name if name is None else name, recipe=named.recipe
    )


def room_for_one(runs: Path | None) -> Store:
    """The runs directory, in which there is room for one more run.

    Raises:
        NnlabError: a setting that is none, or no room; names the mend.
    """
    settings = read_settings()
    store = Store(runs or settings.runs_dir)
    Room.of(settings, runs_dir=store.root).make(store)
    return store


@contextmanager
def only_if_begun(made: Run) -> Iterator[None]:
    """A run that was just made is removed where there is nowhere to train it."""
    try:
        yield
    except NowhereToTrainError:
        if not log_size(made.path):
            Store(made.path.parent).delete(made.id)
        raise


def train_here(run: Run, settings: Settings, *, progress: bool = True) -> FitEnded:
    """Train a run in this process, or on; the first Ctrl-C stops it and keeps it.

    With NNLAB_ENGINE=ray it trains on the cluster, and its events are read here as they come.

    With `progress` a bar shows on stderr how far it is, and a line says why it diverged.

    Returns its last word.

    Raises:
        NnlabError: another process trains it, or it was deleted meanwhile; no cluster is reached.
    """
    since = time.time() if log_size(run.path) else 0.0  # a branch was told before it began
    controls = Interruptible(FileControls(run.path, since, is_orphan=lambda: False))
    last: Event | None = None
    diverged: Diverged | None = None
    with (
        _log_file(run),
        stop_on_interrupt(controls),
        bar_of(run.id, _("step"), shown=progress) as bar,
    ):
        for event in _events(run, settings, controls):
            _show(bar, event)
            diverged = event if isinstance(event, Diverged) else diverged
            last = event
    if not isinstance(last, FitEnded):
        raise NnlabError(_("The run {run} was deleted while it trained.", run=run.id))
    if progress and diverged is not None:
        say(_why_diverged(run.experiment, diverged))
    return last


def _events(run: Run, settings: Settings, controls: Interruptible) -> Iterator[Event]:
    if settings.engine == "local":
        yield from train_run(
            run, data_dir=settings.data_dir, device=settings.device, controls=controls
        )
        return
    launcher = launcher_of(as_command(run, settings))
    try:
        yield from events_of_handed(run, launcher, controls)
    finally:
        launcher.close()


def as_command(run: Run, settings: Settings) -> Settings:
    """The settings for a launcher of a command: its run has all places, and no time limit."""
    return settings.model_copy(
        update={"runs_dir": run.path.parent, "share": False, "run_minutes": None}
    )


def train_on(run: Run, *, progress: bool) -> FitEnded:
    """Train as `train_here`, with the settings' data and device; a notebook shows it meanwhile.

    Raises:
        NnlabError: the run failed, or as `train_here` does.
    """
    is_one = run.sweep is None  # many networks have no stage in a notebook
    if progress and is_one and {"IPython", "marimo"} & sys.modules.keys():
        from nnlab.notebook import show  # widgets take a second, and only a notebook shows them

        show(run)
    ended = train_here(run, read_settings(), progress=progress)
    if ended.error is not None:
        raise NnlabError(ended.error)
    return ended


def bar_of(label: str, unit: str, *, shown: bool) -> tqdm:
    """A progress bar on stderr; one that shows nothing where it is not asked for."""
    return tqdm(
        desc=label,
        unit=unit,
        file=sys.stderr,
        disable=not shown,
        dynamic_ncols=True,
        mininterval=0.1 if sys.stderr.isatty() else 10,  # in a log every line stays
    )


def _show(bar: tqdm, event: Event) -> None:
    if isinstance(event, FitStarted):
        bar.total = event.total_steps
    told = in_short(event, [event])  # of a sweep its best network
    shown = {label: getattr(told, label, None) for label in FIGURES}
    if any(value is not None for value in shown.values()):
        known = (f"{label}={value:.4g}" for label, value in shown.items() if value is not None)
        bar.set_postfix_str(" ".join(known), refresh=False)
    bar.update(event.step - bar.n)


def _why_diverged(experiment: Experiment, diverged: Diverged) -> str:
    rate = experiment.training.optimizer.lr
    if diverged.last_good_step is None:
        return _(
            "Diverged at step {step:,}: {quantity} became {value}. Lower training.optimizer.lr (now"
            " {rate:g}).",
            step=diverged.step,
            quantity=diverged.quantity,
            value=diverged.value,
            rate=rate,
        )
    return _(
        "Diverged at step {step:,}: {quantity} became {value}. The checkpoint of step {kept:,} is"
        " kept. Lower training.optimizer.lr (now {rate:g}).",
        step=diverged.step,
        quantity=diverged.quantity,
        value=diverged.value,
        kept=diverged.last_good_step,
        rate=rate,
    )


@contextmanager
def _log_file(run: Run) -> Iterator[None]:
    """Write the engine's log to the worker's log file; the terminal gets one line on it."""
    handler = logging.FileHandler(run.path / "worker.log", delay=True, encoding="utf-8")
    logger = logging.getLogger("nnlab")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()
