"""The facts that the wall needs to draw and name a run: sent once, when the run is new."""

import json
from typing import Any

from nnlab.config import Csv, Experiment, PlaneValues, Points
from nnlab.config.data import page_of, task_of
from nnlab.config.extent import EXTENT, round_up
from nnlab.data.description import describe
from nnlab.runs.store import Run
from nnlab.texts import _, number

MOST_LAYERS = 20_000
"""Bytes of a network's layers in JSON; a larger one is not drawn."""
NAMED = 8
"""Layers that are named; of more, the first."""


def scene_of(run: Run) -> dict[str, Any]:
    """Plain data: `title`, `page`, `facts` (pairs of words), and what a picture needs.

    `network` is None where the run has no plane of two inputs, or trains many networks; then it
    is drawn by its curve. Raises NnlabError: the run is gone, or cannot be read.
    """
    experiment, meta, sweep = run.experiment, run.meta, run.sweep
    layers = [layer.model_dump(mode="json") for layer in experiment.model.layers]
    is_drawn = sweep is None and _has_plane(experiment) and len(json.dumps(layers)) <= MOST_LAYERS
    return {
        "title": meta.name,
        "page": "sweep" if sweep is not None else page_of(experiment.data),
        "facts": _facts(experiment),
        "task": task_of(experiment.data),
        "classes": describe(experiment.data).outputs,
        "limit": _limit(experiment),
        "network": {
            "layers": layers,
            "shape": [2],
            "space": {"inputs": 2, "extent": list(_extent(experiment)), "cut": None},
        }
        if is_drawn
        else None,
    }


def _has_plane(experiment: Experiment) -> bool:
    """A table's plane is a cut through its columns, which the wire does not read."""
    info = describe(experiment.data)
    is_points = info.input_shape == (2,) and info.symbols is None  # not two tokens
    return is_points and not isinstance(experiment.data, Csv)


def _extent(experiment: Experiment) -> tuple[float, float]:
    """Return the range of `nnlab.scene.extent.extent_of`, for data of two inputs."""
    data = experiment.data
    if not isinstance(data, Points):
        return EXTENT
    largest = max((abs(value) for row in data.rows for value in row[:-1]), default=0.0)
    bound = round_up(largest)
    return EXTENT if largest <= EXTENT[1] else (-bound, bound)


def _limit(experiment: Experiment) -> float:
    """Return the limit of `nnlab.scene.extent.limit_of`, for data of two inputs."""
    data = experiment.data
    if isinstance(data, PlaneValues) or not isinstance(data, Points):
        return 1.0
    return max(1.0, round_up(max((abs(row[-1]) for row in data.rows), default=1.0)))


def _facts(experiment: Experiment) -> list[tuple[str, str]]:
    training = experiment.training
    kinds = [layer.kind for layer in experiment.model.layers]
    named = " → ".join(kinds[:NAMED]) + (" → …" if len(kinds) > NAMED else "")
    batch = training.batch_size
    return [
        (_("data"), experiment.data.kind),
        (_("layers"), named),
        (_("optimizer"), f"{training.optimizer.kind} {number(training.optimizer.lr, 6)}"),
        (_("loss"), training.loss),
        (_("batch"), batch if isinstance(batch, str) else f"{batch:,}"),
    ]
