"""A recording's drawing of data and network, as plain values: points, colours, axes."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from nnlab.config import Csv, Curve, Data, Experiment, Points
from nnlab.config.data import task_of
from nnlab.data.curves import FORMULAS
from nnlab.data.splits import Splits
from nnlab.errors import NnlabError
from nnlab.export.html.plain import network_of
from nnlab.figures import theme
from nnlab.figures.curve_fit import Ranges, ranges
from nnlab.figures.network import network_drawing, neuron_palette
from nnlab.insight.plane.input_slice import InputSlice
from nnlab.scene.columns import columns_slice, drawn_parts, has_plane
from nnlab.scene.extent import limit_of, points_ranges, reach
from nnlab.scene.layers import drawn_layers, live_layers
from nnlab.scene.look import look_of
from nnlab.visible import visible

FORMULA_POINTS = 161
RAMP = 21
"""Colours of a value's points, from the lowest to the highest."""
THEMES = {"light": False, "dark": True}

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Picture:
    """The drawing as JSON, and its points."""

    data: dict[str, Any]
    inputs: Floats
    """[n, inputs], those that train before those that validate."""
    targets: Floats
    """[n], classes or values."""


def picture_of(experiment: Experiment, splits: Splits, network: nn.Sequential) -> Picture:
    """The picture of a run's data and network, for both themes."""
    data, info = experiment.data, splits.info
    train, val = drawn_parts(splits)
    inputs = np.concatenate(
        [part.x.numpy().reshape(-1, info.input_shape[0]) for part in (train, val)]
    )
    targets = np.concatenate([part.y.numpy().reshape(-1) for part in (train, val)])
    task = task_of(data)
    limit = limit_of(data, splits) if task == "regression" else 1.0
    classes = info.outputs if info.class_names else 0
    cut = columns_slice(splits, 0, 1) if isinstance(data, Csv) and has_plane(data) else None
    is_curve = cut is None and info.input_shape == (1,)
    said = {
        "network": network_of(experiment) | {"space": _space(data, splits, cut)},
        "task": task,
        "limit": limit,
        "classNames": [visible(name) for name in info.class_names] if info.class_names else None,
        "columns": [visible(name) for name in data.inputs] if isinstance(data, Csv) else None,
        "points": {
            "train": len(train),
            "colours": {name: point_colours(classes, dark) for name, dark in THEMES.items()},
        },
        "looks": {name: _look(data, splits, dark) for name, dark in THEMES.items()},
        "curve": _curve(data, inputs, targets) if is_curve else None,
        "drawing": drawing_of(network, data, splits),
    }
    return Picture(said, inputs.astype(np.float32), targets.astype(np.float32))


def _space(data: Data, splits: Splits, cut: InputSlice | None) -> dict[str, Any]:
    """Over what the network is drawn, as nnlab/web/grid.js takes it."""
    return {
        "inputs": splits.info.input_shape[0],
        "extent": list(reach(data, splits)),
        "cut": asdict(cut) if cut is not None else None,
    }


def _look(data: Data, splits: Splits, dark: bool) -> dict[str, Any]:
    """Return the colours of the plane in the form that nnlab/web/plane_image.js takes."""
    look = look_of(data, splits, dark=dark)
    used = {name: look[name] for name in ("task", "limit", "discretize", "colours")}
    return used | {"units": look["differences"]}


def point_colours(classes: int, dark: bool) -> list[str]:
    """Return the colours of the classes; for numeric targets, from the lowest to the highest."""
    if classes:
        return list(theme.CLASS_COLOURS[:classes])
    shares = np.linspace(0, 1, RAMP // 2 + 1)
    low = theme.mix(theme.ORANGE, theme.neutral(dark), shares)
    high = theme.mix(theme.neutral(dark), theme.BLUE, shares[1:])
    return [f"#{bytes(colour).hex()}" for colour in np.concatenate([low, high])]


def _curve(data: Data, inputs: Floats, targets: Floats) -> dict[str, Any]:
    """The ranges of the chart of a curve, and the formula that its points were made from."""
    shown: Ranges = (
        points_ranges(data) if isinstance(data, Points) else ranges(inputs[:, 0], targets)
    )
    formula = None
    if isinstance(data, Curve):
        with np.errstate(over="ignore", invalid="ignore"):
            values = FORMULAS[data.kind](np.linspace(*shown.x, FORMULA_POINTS))
        formula = [float(f"{value:.5g}") if np.isfinite(value) else None for value in values]
    return {**asdict(shown), "formula": formula}


def drawing_of(network: nn.Sequential, data: Data, splits: Splits) -> dict[str, Any] | None:
    """The drawing of a network for both themes; None where its layers cannot be drawn."""
    try:
        live = live_layers(network)
        layers = drawn_layers(network, data, splits.info, None)
    except NnlabError:
        return None
    drawn = {
        name: (network_drawing(layers, dark=dark), neuron_palette(dark).tobytes().hex())
        for name, dark in THEMES.items()
    }
    dress = {
        name: {"colours": drawing["colours"], "neurons": neurons}
        for name, (drawing, neurons) in drawn.items()
    }
    return drawn["light"][0] | {"live": {"layers": live}, "dress": dress}
