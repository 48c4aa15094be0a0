"""Networks of a sweep against the same networks alone: equal bit for bit, or not."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from nnlab.config import Axis, Experiment, Sweep
from nnlab.config.data import Data
from nnlab.data.registry import load
from nnlab.data.splits import Splits
from nnlab.training.ensemble.sweep_fit import fit_sweep, one_net
from nnlab.training.fit import fit

STEPS = 1000
DRAWN = 20
"""Of 64 networks, at random."""
BATCHES = (1, 7, 10)
"""Of 228 examples: 7 and 10 leave a shorter last batch."""
ADAM = {"kind": "adam", "lr": 0.01}
SGD = {"kind": "sgd", "lr": 0.03}
OPTIMIZERS: dict[str, dict[str, Any]] = {
    "SGD": SGD,
    "SGD, momentum, decay": {**SGD, "momentum": 0.9, "weight_decay": 0.001},
    "SGD, Nesterov": {**SGD, "momentum": 0.9, "nesterov": True},
    "Adam": ADAM,
    "AdamW": {**ADAM, "kind": "adamw", "weight_decay": 0.1},
    "RMSprop": {"kind": "rmsprop", "lr": 0.003, "momentum": 0.5},
}
ACTIVATIONS = ("relu", "tanh", "sigmoid", "leaky_relu", "gelu", "silu")
BETWEEN: dict[str, list[dict[str, Any]]] = {
    "batch norm": [{"kind": "batch_norm"}],
    "dropout": [{"kind": "dropout", "p": 0.3}],
    "batch norm and dropout": [{"kind": "batch_norm"}, {"kind": "dropout", "p": 0.3}],
}


def cases() -> Iterator[tuple[str, Sweep]]:
    """Each activation, loss, optimizer, normalisation and dropout, at each batch."""
    for batch in BATCHES:
        for activation in ACTIVATIONS:
            yield f"{activation}, batch {batch}", _sweep(batch, activation=activation)
        for loss in ("nll", "mse"):
            yield f"{loss}, batch {batch}", _sweep(batch, loss=loss)
        for name, optimizer in OPTIMIZERS.items():
            yield f"{name}, batch {batch}", _sweep(batch, optimizer=optimizer)
        for name, between in BETWEEN.items():
            if batch > 1 or "norm" not in name:  # a batch of one cannot be normalised
                yield f"{name}, batch {batch}", _sweep(batch, between=between)


def equal(sweep: Sweep) -> int:
    """How many of DRAWN networks have the weights of the same network alone, after STEPS steps."""
    together = fit_sweep(sweep, _load)
    for _event in together:
        pass
    state, count = together.snapshot(), 0
    for number in random.Random(0).sample(range(len(sweep.nets)), DRAWN):
        experiment = sweep.nets[number].experiment
        alone = fit(experiment, _load(experiment.data))
        for _event in alone:
            pass
        ours = one_net(state, sweep, number)["model"]
        count += alone.step == STEPS and all(
            torch.equal(value, ours[name]) for name, value in alone.weights().items()
        )
    return count


def _load(data: Data) -> Splits:
    return load(data, Path("no-data-needed"))


def _sweep(
    batch: int,
    *,
    activation: str = "tanh",
    loss: str = "cross_entropy",
    optimizer: dict[str, Any] = ADAM,
    between: list[dict[str, Any]] | None = None,
) -> Sweep:
    block = [{"kind": "linear", "out_features": 8}, *(between or []), {"kind": activation}]
    outputs = 1 if loss == "mse" else 2
    last = [{"kind": "log_softmax"}] if loss == "nll" else []
    experiment = Experiment.from_dict(
        {
            "data": {"kind": "plane" if loss == "mse" else "circle", "points": 456},
            "model": {
                "layers": [*block, *block, {"kind": "linear", "out_features": outputs}, *last]
            },
            "training": {
                "loss": loss,
                "optimizer": optimizer,
                "batch_size": batch,
                "steps": STEPS,
            },
        }
    )
    axes = (
        Axis(path="training.optimizer.lr", values="log:0.001..0.03:8"),
        Axis(path="model.seed", values="0..7"),
    )
    return Sweep(experiment=experiment, axes=axes)
