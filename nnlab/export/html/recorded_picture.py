"""The drawing of a recorded network: points of the plane, and the network where it is a chain."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import ValidationError
from torch import Tensor, nn

from nnlab.config import Model, PlaneClasses, PlaneValues
from nnlab.config.extent import EXTENT, round_up
from nnlab.data.description import Info
from nnlab.data.splits import Part, Splits
from nnlab.errors import NnlabError
from nnlab.export.html.picture import THEMES, Picture, drawing_of, point_colours
from nnlab.models import build
from nnlab.runs.recorded.network import recorded_data
from nnlab.runs.recorded.record import Record
from nnlab.runs.run import Run
from nnlab.scene.columns import DRAWN
from nnlab.scene.look import look_of
from nnlab.visible import visible

LOGIT = 4.0
"""The size of a single logit that is drawn in full colour: a probability of 0.98."""
MOST_CLASSES = 10
"""Limit for classes on a plane: its colours distinguish so many."""
PAIR = {"kind": "linear", "out_features": 2}
"""Follows a network with one logit in the browser: 0 for the first class, the logit for the
second, of which softmax makes the same probabilities as the sigmoid."""

Floats = NDArray[np.float32]
Examples = tuple[Tensor, Tensor | None]


def network_of_record(record: Record) -> nn.Sequential | None:
    """The network as layers of the lab, its weights not those of the run; None: it is no chain."""
    if record.layers is None or record.weights_of is None or record.inputs is None:
        return None
    try:
        model = Model.model_validate({"layers": record.layers})
        return build(model, record.inputs).eval()
    except (ValidationError, NnlabError):  # of a later lab, say: the curves are there all the same
        return None


def is_logit(record: Record) -> bool:
    """Whether the one output says which of two classes it is."""
    return record.task == "classification" and record.outputs == (1,)


def has_plane(record: Record) -> bool:
    """Whether answers over the plane can be drawn: of classes, or of one value."""
    if record.inputs != (2,) or record.outputs is None or len(record.outputs) != 1:
        return False
    count = record.outputs[0]
    return count == 1 or (record.task == "classification" and count <= MOST_CLASSES)


def picture_of_record(run: Run, record: Record, network: nn.Sequential | None) -> Picture:
    """The plane of a recorded run that `has_plane`, for both themes.

    With `network`, of `network_of_record`, its drawing, too. Without data that can be read there
    are no points upon it.
    """
    try:
        examples = recorded_data(run)
    except NnlabError:
        examples = None
    inputs, targets = _points(record, examples)
    is_value = record.task != "classification"
    limit = round_up(float(np.abs(targets).max(initial=0))) if is_value else 1.0
    if is_value and not targets.any():
        limit = LOGIT
    names = _names(record)
    data = PlaneValues(kind="bumps") if is_value else PlaneClasses(kind="gauss")
    info = Info((2,), None if is_value else names)
    part = Part(torch.from_numpy(inputs), torch.from_numpy(targets))
    splits = Splits(part, Part(part.x[:0], part.y[:0]), None, info)
    space = {"inputs": 2, "extent": list(_extent(inputs)), "cut": None}
    said: dict[str, Any] = {
        "space": space,
        "network": _network(record, space) if network is not None else None,
        "drawing": drawing_of(network, data, splits) if network is not None else None,
        "task": "regression" if is_value else "classification",
        "limit": limit,
        "classNames": None if is_value else [visible(name) for name in names],
        "columns": None,
        "points": {
            "train": len(inputs),
            "colours": {
                name: point_colours(0 if is_value else len(names), dark)
                for name, dark in THEMES.items()
            },
        },
        "looks": {name: _look(data, splits, limit, dark) for name, dark in THEMES.items()},
        "curve": None,
    }
    return Picture(said, inputs, targets)


def _names(record: Record) -> tuple[str, ...]:
    count = 2 if is_logit(record) else (record.outputs or (1,))[0]
    named = record.classes or ()
    return tuple(named[i] if i < len(named) else str(i) for i in range(count))


def _network(record: Record, space: dict[str, Any]) -> dict[str, Any]:
    layers = [*(record.layers or ()), *([PAIR] if is_logit(record) else [])]
    return {"layers": layers, "shape": [2], "space": space}


def _points(record: Record, examples: Examples | None) -> tuple[Floats, Floats]:
    """Return the points that are drawn: inputs [n, 2] and targets [n]."""
    if examples is None or examples[1] is None:
        return np.empty((0, 2), np.float32), np.empty(0, np.float32)
    x, y = (one.numpy() for one in examples if one is not None)
    inputs, targets = x.reshape(-1, 2)[:DRAWN].astype(np.float32), y.reshape(-1)[:DRAWN]
    if len(targets) != len(inputs):
        return inputs[:0], np.empty(0, np.float32)
    kept = np.isfinite(inputs).all(axis=1) & np.isfinite(targets.astype(np.float64))
    if record.task == "classification":
        kept &= (targets >= 0) & (targets < len(_names(record)))
    return inputs[kept], targets[kept].astype(np.float32)


def _extent(inputs: Floats) -> tuple[float, float]:
    """Return the range of the points; without points that of the lab's own sets."""
    if not len(inputs):
        return EXTENT
    bound = round_up(1.05 * float(np.abs(inputs).max()))
    return -bound, bound


def _look(data: Any, splits: Splits, limit: float, dark: bool) -> dict[str, Any]:
    """Return the settings for nnlab/web/plane_image.js."""
    look = look_of(data, splits, dark=dark)
    used = {name: look[name] for name in ("task", "discretize", "colours")}
    return used | {"limit": limit, "units": look["differences"]}
