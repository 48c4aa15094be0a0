"""Scripts of the engine `stack`: each prints, to the last digit, the loss of its run."""

from collections.abc import Callable
from typing import Any, get_args

import pytest

from nnlab.config import Experiment
from nnlab.export.script import script
from nnlab.models.code import Style
from nnlab.runs.store import Run

Trained = Callable[..., tuple[Run, float]]
Elsewhere = Callable[..., str]

SGD = {"kind": "sgd", "lr": 0.05}
CASES: dict[str, dict[str, Any]] = {
    "plain": {},
    "adamw": {"optimizer": {"kind": "adamw", "lr": 0.01, "weight_decay": 0.1}},
    "momentum": {"optimizer": {**SGD, "momentum": 0.9, "dampening": 0.2}, "batch_size": 7},
    "nesterov": {"optimizer": {**SGD, "momentum": 0.9, "nesterov": True}, "batch_size": 1},
    "rmsprop": {"optimizer": {"kind": "rmsprop", "lr": 0.01, "momentum": 0.3}},
    "penalties": {"l1": 0.001, "clip_norm": 0.3, "zero_grad": False, "optimizer": SGD},
    "whole": {"batch_size": "all"},
    "replacement": {"sampling": "replacement"},
    "schedule": {"schedule": {"kind": "one_cycle"}},
}


def experiment(between: list[dict[str, Any]], **training: Any) -> Experiment:
    block = [{"kind": "linear", "out_features": 5}, *between, {"kind": "sigmoid"}]
    return Experiment.from_dict(
        {
            "data": {"kind": "moons", "points": 90, "noise": 0.1, "seed": 3},
            "model": {
                "layers": [
                    {"kind": "features", "names": ["x1", "x2", "sin(x1)"]},
                    *block,
                    {"kind": "linear", "out_features": 2},
                ],
                "seed": 4,
            },
            "training": {
                "optimizer": {"kind": "adam", "lr": 0.01},
                "steps": 47,
                "seed": 5,
                **training,
            },
            "engine": "stack",
        }
    )


@pytest.mark.parametrize("name", CASES)
def test_a_script_prints_the_loss_of_its_run(
    name: str, trained: Trained, elsewhere: Elsewhere
) -> None:
    between = [{"kind": "batch_norm"}, {"kind": "dropout", "p": 0.2}] if name == "plain" else []
    run, loss = trained(experiment(between, **CASES[name]))
    assert elsewhere(script(run, "module")).splitlines()[-1] == f"train_loss {loss!r}"


@pytest.mark.parametrize("style", get_args(Style))
def test_every_style_does(style: Style, trained: Trained, elsewhere: Elsewhere) -> None:
    run, loss = trained(experiment([{"kind": "batch_norm"}]))
    assert elsewhere(script(run, style)).splitlines()[-1] == f"train_loss {loss!r}"


def test_live_changes_hold_from_their_step(trained: Trained, elsewhere: Elsewhere) -> None:
    asked = (
        (11, "training.optimizer.lr", 0.02),
        (20, "training.l1", 0.003),
        (25, "weights.1.weight.2.0", 0.75),
        (31, "training.optimizer.momentum", 0.5),
        (40, "training.clip_norm", 0.1),
    )
    run, loss = trained(experiment([], optimizer=SGD), *asked)
    _other, without = trained(experiment([], optimizer=SGD))
    assert without != loss
    assert elsewhere(script(run, "sequential")).splitlines()[-1] == f"train_loss {loss!r}"
