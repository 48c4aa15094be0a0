"""Sweeps of several stacks that end in every way there is, and how two states are compared."""

from typing import Any

import numpy as np
import torch

from nnlab.config import Sweep
from tests.runs.sweeps.bench import sweep_of

SHAPES = (("width", "3,5"), ("training.batch_size", "10,20"))
"""Four stacks."""


def shapes(**training: Any) -> Sweep:
    """Four stacks of two networks."""
    return sweep_of(*SHAPES, ("model.seed", "0,1"), **training)


def budgets() -> Sweep:
    """Stacks that spend their budgets one after another."""
    return sweep_of(("width", "3,5"), ("training.epochs", "1,2,4"), ("model.seed", "0,1"))


def early() -> Sweep:
    """Networks that stop early, each for itself."""
    return sweep_of(
        *SHAPES,
        ("training.optimizer.lr", "0.001,0.3"),
        epochs=30,
        early_stopping={"patience": 1},
        evaluate_every=1,
    )


def at_loss() -> Sweep:
    """Networks that stop at a loss."""
    return sweep_of(
        *SHAPES,
        ("training.optimizer.lr", "0.01,0.3"),
        epochs=20,
        stop_at_loss=0.5,
        evaluate_every=1,
    )


def diverging(*rates: float) -> Sweep:
    """Numbers to learn, at rates of which some are far too high."""
    sweep = sweep_of(
        ("width", "3,5"),
        ("training.optimizer.lr", list(rates)),
        ("model.seed", "0,1"),
        optimizer={"kind": "sgd", "lr": 0.01},
        epochs=2,
    )
    changed: dict[str, Any] = sweep.experiment.model_dump(mode="json") | {"data": {"kind": "bumps"}}
    changed["model"]["layers"][-1]["out_features"] = 1
    changed["model"]["layers"][1] = {"kind": "relu"}
    changed["training"]["loss"] = "mse"
    return Sweep.from_dict({"experiment": changed, "axes": sweep.model_dump()["axes"]})


def noisy_data() -> Sweep:
    """Stacks that learn from data of their own; dropout; a schedule."""
    return sweep_of(
        ("width", "3,5"),
        ("data.noise", "0,0.3"),
        ("data.seed", "0,1"),
        schedule={"kind": "cosine"},
    )


SWEEPS = {
    "shapes": shapes(),
    "budgets": budgets(),
    "early": early(),
    "at_loss": at_loss(),
    "some_diverge": diverging(0.01, 1000),
    "all_diverge": diverging(900, 1000),
    "noisy_data": noisy_data(),
}


def equal(one: Any, other: Any) -> bool:
    """Whether two states are the same bit for bit, seconds left out."""
    if isinstance(one, torch.Tensor):
        return one.dtype == other.dtype and torch.equal(one.nan_to_num(), other.nan_to_num())
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(
            key == "seconds" or equal(value, other[key]) for key, value in one.items()
        )
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, float) and np.isnan(one):
        return bool(np.isnan(other))
    return one == other
