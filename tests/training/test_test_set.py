"""Who looks at the test set while a network trains, and that nobody else does."""

from pathlib import Path
from typing import Any

import pytest
import torch

from nnlab.config import Experiment, Flatten, Images, Model, Training, mlp
from nnlab.data.registry import load
from nnlab.runs.store import Store
from nnlab.training.events import FitEnded
from nnlab.training.fit import fit
from tests.training.bench import Script

NOWHERE = Path("/nonexistent")


def digits(**data: Any) -> Experiment:
    return Experiment(
        data=Images.model_validate({"kind": "digits", **data}),
        model=Model(layers=(Flatten(), *mlp(outputs=10))),
        training=Training(steps=12, batch_size=100),
    )


def trained(experiment: Experiment, **others: Any) -> tuple[FitEnded, dict[str, Any]]:
    """The end, and the weights."""
    running = fit(experiment, load(experiment.data, NOWHERE), **others)
    *_, ended = running
    assert isinstance(ended, FitEnded)
    return ended, running.weights()


def test_a_run_that_declares_it_evaluates_the_test_set_once_at_its_end() -> None:
    ended, weights = trained(digits(test="at_end"))
    test = load(digits().data, NOWHERE).test
    assert test is not None
    logits = test.x.flatten(1) @ weights["1.weight"].T + weights["1.bias"]
    assert ended.test_accuracy == int((logits.argmax(1) == test.y).sum()) / 297
    assert ended.test_loss == pytest.approx(
        float(torch.nn.functional.cross_entropy(logits, test.y)), rel=1e-5
    )


def test_a_sealed_test_set_is_not_evaluated_and_looking_changes_no_weight() -> None:
    sealed, weights = trained(digits())
    assert (sealed.test_loss, sealed.test_accuracy) == (None, None)
    looked, same = trained(digits(test="at_end"))
    assert looked.train_loss == sealed.train_loss
    assert all(torch.equal(weights[name], same[name]) for name in weights)


def test_a_run_that_is_stopped_has_not_ended_and_does_not_look() -> None:
    stopped, _ = trained(digits(test="at_end"), controls=Script({5: ["stop"]}))
    assert (stopped.reason, stopped.test_accuracy) == ("stopped", None)


@pytest.mark.parametrize(("test", "looks"), [("sealed", 0), ("at_end", 1), ("validates", 1)])
def test_a_look_that_an_experiment_declares_is_counted_on_the_run(
    test: str, looks: int, tmp_path: Path
) -> None:
    run = Store(tmp_path).create(digits(test=test), name="digits")
    assert len(run.meta.peeks) == looks
