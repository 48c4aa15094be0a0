"""All networks of a sweep diverge within one pass."""

from typing import Any

from nnlab.config import Sweep
from nnlab.data.registry import load
from nnlab.training.ensemble.sweep_fit import fit_sweep
from nnlab.training.events import FitEnded, NetEnded, NetsFigures
from tests.runs.sweeps.bench import sweep_of
from tests.training.bench import FastClock


def hopeless(**training: Any) -> Sweep:
    """Six networks whose rates are far too high."""
    sweep = sweep_of(
        ("training.optimizer.lr", "900,1000"),
        ("model.seed", "0..2"),
        optimizer={"kind": "sgd", "lr": 1.0},
        **training,
    )
    changed: dict[str, Any] = sweep.experiment.model_dump(mode="json") | {"data": {"kind": "bumps"}}
    changed["model"]["layers"][-1]["out_features"] = 1
    changed["model"]["layers"][1] = {"kind": "relu"}
    changed["training"]["loss"] = "mse"
    return Sweep.from_dict({"experiment": changed, "axes": sweep.model_dump()["axes"]})


def test_who_diverged_is_not_evaluated_and_ends_once(data_dir):
    sweep = hopeless(epochs=4, early_stopping={"patience": 1})
    events = list(fit_sweep(sweep, lambda data: load(data, data_dir)))
    ends = [event for event in events if isinstance(event, NetEnded)]
    assert sorted(end.net for end in ends) == list(range(6))
    assert {end.reason for end in ends} == {"diverged"}
    (figures,) = [event for event in events if isinstance(event, NetsFigures)]
    assert figures.best_epoch is None


def test_a_sweep_whose_last_network_diverges_within_a_pass_ends_there(data_dir):
    """Where a `progress` finds it, no evaluation comes to say that nobody trains any more."""
    sweep = hopeless(steps=100_000, evaluate_every=10_000)
    last = list(fit_sweep(sweep, lambda data: load(data, data_dir), clock=FastClock()))[-1]
    assert isinstance(last, FitEnded)
    assert last.reason == "diverged"
    assert last.step < 1000
