"""The sealed test set: opened when somebody asks for it, and every look is counted."""

import time
from dataclasses import dataclass
from pathlib import Path

from nnlab.config import Experiment
from nnlab.data.registry import load, sizes
from nnlab.errors import NnlabError
from nnlab.runs.network import load_network
from nnlab.runs.store import Run
from nnlab.runs.sweeps.single import must_be_one
from nnlab.texts import _
from nnlab.training.metrics import LOSSES, evaluate


@dataclass(frozen=True)
class OpenedTest:
    """The newest weights' figures on the test set."""

    test_loss: float
    """The mean over all test examples."""
    test_accuracy: float | None
    """0 to 1; None for regression."""
    step: int
    """The step that the weights are from."""


def has_test(experiment: Experiment) -> bool:
    """Whether the data of an experiment have a test part, without loading them."""
    return sizes(experiment.data)[2] > 0


def open_test(run: Run, data_dir: Path) -> OpenedTest:
    """Evaluate the newest weights on the test part, and count the look in the run's meta data.

    Raises:
        NnlabError: the data have no test part, or the run has no weights yet.
        DataUnavailableError: the data are not here.
        RunNotFoundError, RunDamagedError: as `load_network` does.
    """
    must_be_one(run)
    experiment = run.experiment
    if not has_test(experiment):
        raise NnlabError(
            _(
                "'{data}' has no test set of its own: its validation part is all that was kept from"
                " training. Choose digits or mnist to have one.",
                data=experiment.data.kind,
            )
        )
    network, step = load_network(run)
    test = load(experiment.data, data_dir).test
    assert test is not None, "sizes() has said that there is one"
    totals = evaluate(network, test, LOSSES[experiment.training.loss])
    assert totals.mean_loss is not None, "a test part is never empty"
    run.change_meta(peeks=(*run.meta.peeks, time.time()))
    return OpenedTest(totals.mean_loss, totals.accuracy, step)
