"""`python -m nnlab train`: a run directory as the pages make it, trained in this process."""

import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from nnlab.cli.experiment import change, read_experiment
from nnlab.cli.interrupt import Interruptible, stop_on_interrupt
from nnlab.config import Experiment
from nnlab.config.data import opens_test
from nnlab.data.description import describe
from nnlab.data.registry import sizes
from nnlab.errors import NnlabError
from nnlab.recipes import Recipe
from nnlab.runs.record.control import FileControls
from nnlab.runs.record.status import Status, derive_status
from nnlab.runs.room import Room
from nnlab.runs.store import MAX_NAME, Run, Store
from nnlab.runs.sweeps.short import in_short
from nnlab.runs.testset import has_test, open_test
from nnlab.runs.workers.worker import train as train_run
from nnlab.settings import read_settings
from nnlab.texts import _
from nnlab.training.check import plan
from nnlab.training.events import Diverged, Event, FitEnded, FitStarted

FIGURES = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")


def train(
    what: str, changes: list[str], name: str | None, runs: Path | None, *, open_test: bool
) -> int:
    """Train and print the final figures as one JSON line. 0, or 1 where it diverged or failed.

    Raises:
        NnlabError: what cannot be trained at all; no run directory is made then.
    """
    settings = read_settings()
    experiment, recipe = read_what(what)
    experiment = change(experiment, changes)
    plan(experiment, describe(experiment.data), sizes(experiment.data)[0])
    if open_test and not has_test(experiment):
        raise NnlabError(
            _(
                "--open-test: '{data}' has no test set of its own. Leave --open-test out;"
                " val_accuracy is measured on points that did not train.",
                data=experiment.data.kind,
            )
        )
    store = Store(runs or settings.runs_dir)
    Room.of(settings, runs_dir=store.root).make(store)
    run = store.create(
        experiment,
        name=name if name is not None else (recipe.id if recipe else Path(what).stem)[:MAX_NAME],
        recipe=recipe.id if recipe else None,
    )
    ended = train_here(run, settings.data_dir, settings.device)
    status = derive_status([ended], held=False)
    figures = _figures(ended, experiment)
    if open_test and status in ("finished", "stopped") and "test_accuracy" not in figures:
        figures |= _test_figures(run, settings.data_dir)
    print(
        json.dumps(
            {
                "run": run.id,
                "status": status,
                "step": ended.step,
                "epoch": ended.epoch,
                "seconds": ended.seconds,
                **figures,
            }
        ),
        flush=True,
    )
    return 1 if is_bad(status) else 0


def read_what(what: str) -> tuple[Experiment, Recipe | None]:
    """As `read_experiment`; of a zip of pictures what trains on them at first."""
    if Path(what).suffix.lower() != ".zip":
        return read_experiment(what)
    from nnlab.cli.pictures import experiment_on

    return experiment_on(Path(what)), None


def train_here(run: Run, data_dir: Path, device: str) -> FitEnded:
    """Train a run in this process and show its progress; the first Ctrl-C stops it and keeps it.

    Returns its last word.

    Raises:
        NnlabError: another process trains it, or it was deleted meanwhile.
    """
    controls = Interruptible(FileControls(run.path, time.time(), is_orphan=lambda: False))
    bar = tqdm(
        desc=run.id,
        unit=_("step"),
        file=sys.stderr,
        dynamic_ncols=True,
        mininterval=0.1 if sys.stderr.isatty() else 10,  # in a log every line stays
    )
    last: Event | None = None
    diverged: Diverged | None = None
    with _log_file(run), stop_on_interrupt(controls), bar:
        for event in train_run(run, data_dir=data_dir, device=device, controls=controls):
            _show(bar, event)
            diverged = event if isinstance(event, Diverged) else diverged
            last = event
    if not isinstance(last, FitEnded):
        raise NnlabError(_("The run {run} was deleted while it trained.", run=run.id))
    if diverged is not None:
        say(_why_diverged(run.experiment, diverged))
    if last.error is not None:
        say(last.error)
    return last


def _show(bar: tqdm, event: Event) -> None:
    if isinstance(event, FitStarted):
        bar.total = event.total_steps
    told = in_short(event, [event])  # of a sweep its best network
    shown = {label: getattr(told, label, None) for label in FIGURES}
    if any(value is not None for value in shown.values()):
        known = (f"{label}={value:.4g}" for label, value in shown.items() if value is not None)
        bar.set_postfix_str(" ".join(known), refresh=False)
    bar.update(event.step - bar.n)


def _figures(ended: FitEnded, experiment: Experiment) -> dict[str, float]:
    values = {label: getattr(ended, label) for label in (*FIGURES, "test_accuracy")}
    if opens_test(experiment.data) == "validates":
        values["test_accuracy"] = ended.val_accuracy
    return {label: value for label, value in values.items() if value is not None}


def _test_figures(run: Run, data_dir: Path) -> dict[str, Any]:
    accuracy = open_test(run, data_dir).test_accuracy
    return {} if accuracy is None else {"test_accuracy": accuracy}


def is_bad(status: Status) -> bool:
    """Whether the exit status says that nothing usable came out."""
    return status in ("diverged", "failed")


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


def say(reason: str) -> None:
    """One line on stderr."""
    print(f"nnlab: {' '.join(reason.split())}", file=sys.stderr)


@contextmanager
def _log_file(run: Run) -> Iterator[None]:
    """What the engine logs goes where a worker's log goes: the terminal gets one line on it."""
    handler = logging.FileHandler(run.path / "worker.log", delay=True, encoding="utf-8")
    logger = logging.getLogger("nnlab")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()
