"""What cannot fit in memory is refused before it is tried, with a mend that works."""

import re
import sys

import pytest

from nnlab.config import Conv2d, Experiment, Flatten, Images, Linear, Model, Training
from nnlab.data.description import Info
from nnlab.errors import InvalidExperimentError
from nnlab.training.check import plan
from nnlab.training.fit import fit
from nnlab.training.machine import memory
from nnlab.training.machine.memory import data_must_fit_in_memory, free_memory, must_fit_in_memory
from tests.training.bench import experiment, splits

INFO = Info((1, 28, 28), tuple("0123456789"))
MB = 10**6


def convolution(batch_size: int, optimizer: str = "sgd") -> Experiment:
    """784 inputs; 8·26·26 + 5,408 + 10 outputs, 54,170 parameters."""
    layers = (Conv2d(out_channels=8), Flatten(), Linear(out_features=10))
    training = Training.model_validate(
        {"epochs": 1, "batch_size": batch_size, "optimizer": {"kind": optimizer}}
    )
    return Experiment(data=Images(kind="mnist"), model=Model(layers=layers), training=training)


def check(given: Experiment, free: int) -> None:
    must_fit_in_memory(given, plan(given, INFO, 50_000), free)


def test_a_batch_that_does_not_fit_names_one_that_does() -> None:
    with pytest.raises(
        InvalidExperimentError, match=r"training.batch_size 20,000 need 0.9 GB"
    ) as said:
        check(convolution(20_000), 500 * MB)
    most = int(re.search(r"at most ([\d,]+)", str(said.value))[1].replace(",", ""))  # ty: ignore
    assert most == (500 * MB - 2 * 4 * 54_170) // (4 * (784 + 10_826))
    check(convolution(most), 500 * MB)
    with pytest.raises(InvalidExperimentError):
        check(convolution(most + 1), 500 * MB)


def test_a_network_that_does_not_fit_counts_what_the_optimizer_keeps() -> None:
    parameters = 54_170
    # A thousand examples at once are evaluated: 8·26·26 into the flattening, as many out of it.
    EVALUATION = 4 * 1000 * 2 * 5_408  # noqa: N806
    check(convolution(1, "sgd"), 4 * parameters * 2 + EVALUATION)
    with pytest.raises(InvalidExperimentError, match=r"54,170 parameters need 0.0 GB.*what adam"):
        check(convolution(1, "adam"), 4 * parameters * 4 - 1)


def test_a_run_refuses_before_it_allocates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory.psutil, "virtual_memory", lambda: type("M", (), {"available": 10}))
    with pytest.raises(InvalidExperimentError, match="take smaller layers"):
        fit(experiment(), splits())


def test_an_evaluation_that_does_not_fit_is_refused_though_a_step_would_fit() -> None:
    given = convolution(1)
    needed = 4 * 54_170 + 4 * 1000 * 2 * 5_408
    check(given, needed)
    with pytest.raises(InvalidExperimentError, match=r"An evaluation does not fit.*pool the pict"):
        check(given, needed - 1)


def test_data_that_cannot_be_loaded_are_refused_before_they_are() -> None:
    data = Images(kind="mnist")
    needed = 4 * 784 * 70_000
    data_must_fit_in_memory(data, needed)
    with pytest.raises(InvalidExperimentError, match=r"The data need 0.2 GB"):
        data_must_fit_in_memory(data, needed - 1)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="RLIMIT_DATA is Linux's")
def test_a_process_has_no_more_than_its_own_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "data_bytes", lambda: 100 * MB)
    monkeypatch.setattr("resource.getrlimit", lambda _which: (130 * MB, -1))
    assert free_memory() == 30 * MB
