"""All networks of a sweep diverge within one pass."""

from typing import Any

from nnlab.data.registry import load
from nnlab.training.ensemble.sweep_fit import fit_sweep
from nnlab.training.events import NetEnded, NetsFigures
from tests.runs.sweeps.bench import sweep_of


def test_who_diverged_is_not_evaluated_and_ends_once(data_dir):
    sweep = sweep_of(
        ("training.optimizer.lr", "900,1000"),
        ("model.seed", "0..2"),
        optimizer={"kind": "sgd", "lr": 1.0},
        epochs=4,
        early_stopping={"patience": 1},
    )
    changed: dict[str, Any] = sweep.experiment.model_dump(mode="json") | {"data": {"kind": "bumps"}}
    changed["model"]["layers"][-1]["out_features"] = 1
    changed["model"]["layers"][1] = {"kind": "relu"}
    changed["training"]["loss"] = "mse"
    sweep = type(sweep).from_dict({"experiment": changed, "axes": sweep.model_dump()["axes"]})
    events = list(fit_sweep(sweep, lambda data: load(data, data_dir)))
    ends = [event for event in events if isinstance(event, NetEnded)]
    assert sorted(end.net for end in ends) == list(range(6))
    assert {end.reason for end in ends} == {"diverged"}
    (figures,) = [event for event in events if isinstance(event, NetsFigures)]
    assert figures.best_epoch is None
