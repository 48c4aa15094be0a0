"""Scripts of runs on KMNIST, EMNIST's letters and CIFAR-10: each reads the same files alike."""

from collections.abc import Callable
from pathlib import Path

import pytest

from nnlab.config import (
    Augment,
    Conv2d,
    Experiment,
    Flatten,
    Images,
    Linear,
    Model,
    Pool2d,
    Training,
)
from nnlab.export.script import script
from nnlab.models.code import Style
from nnlab.runs.store import Run
from tests.data import small

CASES: list[tuple[str, Style]] = [
    ("kmnist", "tensors"),
    ("emnist", "module"),
    ("cifar10", "sequential"),
]


@pytest.mark.parametrize(("kind", "style"), CASES)
def test_a_script_reads_the_files_and_prints_the_loss_of_the_run(
    kind: str,
    style: Style,
    trained: Callable[..., tuple[Run, float]],
    elsewhere: Callable[..., str],
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small.shrink(kind, monkeypatch)
    small.put(kind, data_dir)
    classes = 26 if kind == "emnist" else 10
    layers = (
        Conv2d(out_channels=3, stride=2),
        Pool2d(kind="avg_pool2d"),
        Flatten(),
        Linear(out_features=classes),
    )
    run, loss = trained(
        Experiment(
            data=Images.model_validate({"kind": kind, "validation": 10}),
            model=Model(layers=layers),
            training=Training(steps=9, batch_size=20, augment=Augment(shift=1, rotate=10)),
        )
    )
    assert elsewhere(script(run, style), "--data", data_dir) == f"train_loss {loss!r}\n"
