"""A name for a run, from what it trains."""

import re
from collections.abc import Mapping
from functools import reduce

from nnlab.config import (
    Activation,
    Attention,
    Conv2d,
    Experiment,
    Linear,
    Model,
    Sequences,
    Sweep,
)
from nnlab.config.live_fields import live_changes
from nnlab.texts import number

RATE = "training.optimizer.lr"
CHANGES = r"( → .+?)?(, \w+ .+? → .+?)*(.*…)?"
"""The part of a title that lists changes; a long one is cut."""
MAX_LENGTH = 80


def title(experiment: Experiment, now: Experiment | None = None) -> str:
    """Return a title such as `spiral · 8-8 tanh · adam 0.03`.

    Args:
        experiment: what a run trains.
        now: the same with what was changed while it trained: `adam 0.03 → 0.1, l1 0 → 0.001`.
    """
    optimizer = experiment.training.optimizer
    network = architecture(experiment.model)
    data = experiment.data
    what = data.task if isinstance(data, Sequences) else data.kind
    said = f"{what} · {network} · {optimizer.kind} {number(optimizer.lr, 6)}"
    changes = (live_changes(experiment, now) if now is not None else None) or {}
    if (rate := changes.pop(RATE, None)) is not None:
        said += f" → {_said(rate)}"
    for path, value in sorted(changes.items()):
        before = reduce(getattr, path.split("."), experiment)
        said += f", {path.rpartition('.')[2]} {_said(before)} → {_said(value)}"
    return said if len(said) <= MAX_LENGTH else f"{said[: MAX_LENGTH - 1]}…"


def sweep_title(sweep: Sweep) -> str:
    """Return a title such as `8 lr × 8 model.seed · spiral · 8-8 tanh`."""
    experiment = sweep.experiment
    if sweep.search is not None:
        said = [f"{sweep.search.trials} trials", *(_last(axis.path) for axis in sweep.axes)]
        varies = ", ".join(said)
    else:
        varies = " × ".join(
            f"{len(values)} {_last(axis.path)}"
            for axis, values in zip(sweep.axes, sweep.points, strict=True)
        )
    said = f"{varies} · {experiment.data.kind} · {architecture(experiment.model)}"
    return said if len(said) <= MAX_LENGTH else f"{said[: MAX_LENGTH - 1]}…"


def _last(path: str) -> str:
    """Return a short name: `lr`, but `model.seed`, because there are three seeds."""
    name = path.rpartition(".")[2]
    return path if name == "seed" or name.isdecimal() or len(name) == 1 else name


def is_title(name: str, experiment: Experiment) -> bool:
    """Whether a name is a title of that experiment, with changes or without; no person gave it."""
    own = title(experiment)
    return name.startswith(own) and re.fullmatch(CHANGES, name.removeprefix(own)) is not None


def _said(value: object) -> str:
    """Format a value: `0.03`, `off`."""
    if value is None or isinstance(value, bool):
        return "on" if value else "off"
    return number(float(value), 6) if isinstance(value, int | float) else str(value)


def architecture(model: Model) -> str:
    """Return text such as `8-8 tanh`: hidden layer widths (`8c`: channels), first activation.

    Attention layers come first: `attention-64 relu`.
    """
    layers = model.layers
    widths = [
        f"{layer.out_channels}c" if isinstance(layer, Conv2d) else str(layer.out_features)
        for layer in layers[:-1]
        if isinstance(layer, Conv2d | Linear)
    ]
    widths = ["attention" for layer in layers if isinstance(layer, Attention)] + widths
    activation = next((layer.kind for layer in layers if isinstance(layer, Activation)), "")
    return f"{'-'.join(widths)} {activation}".strip() if widths else "linear"


def distinct(labels: Mapping[str, str]) -> dict[str, str]:
    """Make labels by run id distinct: equal ones get the last 6 characters of their run's id."""
    plain = list(labels.values())
    return {
        run_id: label if plain.count(label) == 1 else f"{label} · {run_id[-6:]}"
        for run_id, label in labels.items()
    }
