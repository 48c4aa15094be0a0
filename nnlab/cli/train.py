"""`python -m nnlab train`: a run directory as the pages make it, trained here or on a cluster."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from nnlab.cli.experiment import change
from nnlab.config import Experiment
from nnlab.config.data import opens_test
from nnlab.errors import NnlabError
from nnlab.library.asked.experiment import read_what
from nnlab.library.here.training import FIGURES, make_run, only_if_begun, train_here
from nnlab.library.said import say
from nnlab.runs.record.status import Status, derive_status
from nnlab.runs.store import Run
from nnlab.runs.testset import has_test, open_test
from nnlab.settings import read_settings
from nnlab.texts import _
from nnlab.training.events import FitEnded


def train(
    what: str, changes: list[str], name: str | None, runs: Path | None, *, open_test: bool
) -> int:
    """Train and print the final figures as one JSON line. 0, or 1 where it diverged or failed.

    Raises:
        NnlabError: what cannot be trained at all; no run directory is made then.
    """
    settings = read_settings()
    named = read_what(what)
    experiment = change(named.experiment, changes)
    if open_test and not has_test(experiment):
        raise NnlabError(
            _(
                "--open-test: '{data}' has no test set of its own. Leave --open-test out;"
                " val_accuracy is measured on points that did not train.",
                data=experiment.data.kind,
            )
        )
    run = make_run(replace(named, experiment=experiment), name=name, runs=runs)
    with only_if_begun(run):
        ended = train_here(run, settings)
    if ended.error is not None:
        say(ended.error)
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
