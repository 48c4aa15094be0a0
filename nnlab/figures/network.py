"""A network as a drawing: every neuron a small picture, every weight a line, as plain values.

`nnlab/ui/components/network.js` draws it on a canvas, frame after frame: plotly would need a trace
for each width of a line, and makes them anew each time. All pictures are one sprite, so a frame of
six layers of eight stays at a few kilobytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlab.figures import theme
from nnlab.figures.picture import png_data_uri
from nnlab.texts import _

HEIGHT = 440
"""Pixels of the drawing, whatever the network: nothing below it moves."""
HALF_LEVELS = 10
STRENGTH = 0.85
"""Strongest colour of a picture, 0 neutral to 1 full; only a frame is drawn upon it."""
COLUMNS = 16
"""Pictures in a row of the sprite."""
FEATURE_SIGNS = {"x1": "x₁", "x2": "x₂", "^2": "²", "*": "", "(": " ", ")": ""}

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Layer:
    """One column of the drawing."""

    title: str
    labels: tuple[str, ...]
    """A label for each unit: the names of inputs and outputs, else empty."""
    maps: Floats | None
    """[units, n, n] over the plane, row 0 on top, or [units, n] along a line; None: no pictures."""
    weights: Floats | None = None
    """[units, sources]; None for the inputs."""
    bias: Floats | None = None
    """[units]; None where there is none."""
    notes: tuple[str, ...] = ()
    """A short text on each unit, if any: its value for one example."""


def network_drawing(
    layers: Sequence[Layer],
    *,
    picked: Sequence[int] | None = None,
    unit: float = 1.0,
    dark: bool,
) -> dict[str, Any]:
    """The drawing as the browser gets it: JSON values only.

    Args:
        layers: the inputs first, the outputs last.
        picked: the neuron (layer, unit) or the weight (layer, unit, source) to be set off; layers
            count from 0, the inputs.
        unit: the size of a weight that is drawn as a line of plain width: 1 for weights, less
            where the lines are gradients.
        dark: the page's theme.

    Returns:
        `layers` (title, labels, notes), `weights` (row by row) and `biases` of all layers but the
        first, in three significant digits; `sprite`, a PNG `data:` address of all maps (side ×
        side pixels each, `columns` in a row), None without maps; `colours`, `alt`, `picked`.
    """
    maps = [layer.maps for layer in layers if layer.maps is not None]
    return {
        "height": HEIGHT,
        "layers": [
            {"title": layer.title, "labels": layer.labels, "notes": layer.notes} for layer in layers
        ],
        "weights": [_numbers(layer.weights) for layer in layers[1:]],
        "biases": [_numbers(layer.bias) for layer in layers[1:]],
        "unit": unit,
        "sprite": sprite(maps, dark=dark) if maps else None,
        "side": maps[0].shape[-1] if maps else 0,
        "columns": COLUMNS,
        "colours": {
            "ink": theme.ink(dark),
            "quiet": theme.quiet(dark),
            "paper": theme.paper(dark),
            "neutral": theme.neutral(dark),
            "negative": theme.ORANGE,
            "positive": theme.winner(dark),
        },
        "picked": list(picked) if picked else None,
        "alt": describe_network(layers),
    }


def sprite(maps: Sequence[Floats], *, dark: bool) -> str:
    """All maps, one after another in rows of `COLUMNS`, as a PNG `data:` address.

    Each runs from orange (-s) over neutral (0) to blue (s), where s is its own largest size, but
    at least 1: a neuron that hardly moves looks pale. What is not a number is grey.
    """
    tiles = np.concatenate([np.asarray(one) if one.ndim == 3 else _areas(one) for one in maps])
    units, side, _ = tiles.shape
    scale = np.maximum(1.0, np.nan_to_num(np.abs(tiles)).max(axis=(1, 2), keepdims=True))
    levels = np.rint((np.nan_to_num(tiles) / scale).clip(-1, 1) * HALF_LEVELS) + HALF_LEVELS
    indices = np.where(np.isfinite(tiles), levels, 2 * HALF_LEVELS + 1).astype(np.uint8)
    rows = -(-units // COLUMNS)
    sheet = np.full((rows * COLUMNS, side, side), HALF_LEVELS, np.uint8)
    sheet[:units] = indices
    sheet = sheet.reshape(rows, COLUMNS, side, side).swapaxes(1, 2)
    return png_data_uri(sheet.reshape(rows * side, COLUMNS * side), neuron_palette(dark))


@lru_cache(maxsize=2)
def neuron_palette(dark: bool) -> NDArray[np.uint8]:
    """Orange, neutral, blue in 21 steps, and one grey for what is no number: uint8 [22, 3]."""
    shares = STRENGTH * np.linspace(1, 0, HALF_LEVELS + 1)
    orange = theme.mix(theme.neutral(dark), theme.ORANGE, shares)
    blue = theme.mix(theme.neutral(dark), theme.winner(dark), shares[::-1])
    return np.concatenate([orange, blue[1:], [[128, 128, 128]]]).astype(np.uint8)


def describe_network(layers: Sequence[Layer]) -> str:
    """The drawing in words: its layers, and its largest weight."""
    sizes = ", ".join(f"{layer.title} {len(layer.labels)}" for layer in layers)
    largest: tuple[float, str, str] | None = None
    for before, layer in pairwise(layers):
        if layer.weights is None or not np.isfinite(layer.weights).all():
            continue
        unit, source = np.unravel_index(np.abs(layer.weights).argmax(), layer.weights.shape)
        weight = float(layer.weights[unit, source])
        if largest is None or abs(weight) > abs(largest[0]):
            largest = weight, unit_name(before, int(source)), unit_name(layer, int(unit))
    said = _("The network, neurons by layer: {sizes}.", sizes=sizes)
    if largest is None:
        return said
    weight, source, unit = largest
    strongest = _(
        "The largest weight is {weight:.3g} from {source} to {unit}.",
        weight=weight,
        source=source,
        unit=unit,
    )
    return f"{said} {strongest}"


def unit_name(layer: Layer, unit: int) -> str:
    """`layer 2 neuron 3`, `input x₁`, `output 0`."""
    label = layer.labels[unit]
    if layer.weights is None:
        return _("input {name}", name=label)
    if label:
        return f"{layer.title} {label}"
    return _("{layer} neuron {number}", layer=layer.title, number=unit + 1)


def feature_label(name: str) -> str:
    """`x1^2` as x₁², `sin(x1)` as sin x₁, `x1*x2` as x₁x₂."""
    for written, sign in FEATURE_SIGNS.items():
        name = name.replace(written, sign)
    return name


def _areas(curves: Floats) -> Floats:
    """[units, n] as [units, n, n]: the area between each curve and 0, in the curve's own size."""
    side = curves.shape[1]
    scale = np.maximum(1.0, np.nan_to_num(np.abs(curves)).max(axis=1, keepdims=True))
    heights = 1 - (2 * np.arange(side) + 1) / side  # of the rows' middles, from the top
    shares = (curves / scale)[:, None, :]
    above = (heights[:, None] > 0) & (shares >= heights[:, None])
    below = (heights[:, None] < 0) & (shares <= heights[:, None])
    return (above.astype(np.float32) - below) * scale[:, :, None]


def _numbers(values: Floats | None) -> list[float | None] | None:
    if values is None:
        return None
    flat = np.asarray(values, dtype=np.float64).ravel()
    return [float(f"{value:.3g}") if np.isfinite(value) else None for value in flat]
