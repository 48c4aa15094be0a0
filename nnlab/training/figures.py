"""Figures of many networks as columns: what they are called, and which network is the best."""

from collections.abc import Mapping, Sequence
from typing import Any

FIGURES = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
"""Figures of each network during training."""


def best_of(figures: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """The figures of the network with the lowest loss: validation, or training where none is.

    Empty where none has a loss. `figures`: a list by name, with a value for each network or None.
    """
    losses = figures.get("val_loss", ())
    if all(loss is None for loss in losses):
        losses = figures.get("train_loss", ())
    ranked = [(loss, net) for net, loss in enumerate(losses) if loss is not None]
    return {name: column[min(ranked)[1]] for name, column in figures.items()} if ranked else {}
