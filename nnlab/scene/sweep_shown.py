"""The scene of a sweep: all that its views draw, as plain data."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nnlab.runs.sweeps.ranked import Of


@dataclass(frozen=True)
class ShownAxis:
    """An axis of the sweep as the views draw it."""

    name: str
    """Name in words: `learning rate`."""
    values: tuple[str, ...]
    """Each as it is written on tiles and axes."""
    numbers: tuple[float, ...] | None
    """Positions on a chart's axis; None for words, which are placed side by side."""
    scale: Literal["linear", "log"] = "linear"
    is_seed: bool = False
    """Curves are means over it."""


@dataclass(frozen=True)
class ShownStack:
    """Networks of one shape, and what evaluates them."""

    nets: tuple[int, ...]
    """Row i of each stacked tensor is `nets[i]`."""
    layers: Sequence[Mapping[str, Any]]
    """The layers as JSON (nnlab/config/layers.py)."""


@dataclass(frozen=True)
class ShownPoints:
    """The points of one data set on the plane."""

    x: NDArray[np.float32]
    """[n, 2]: across and up."""
    y: NDArray[np.float32]
    """[n]: the class's number, or the value."""
    validation: NDArray[np.bool_]
    """[n]"""


@dataclass(frozen=True)
class SweepScene:
    """The data that the component draws, as plain values."""

    run: str | None
    """The sweep's run; None: a draft, whose nets are not trained yet."""
    status: str | None
    """Status of the run as the page shows it: if the wire knows another one, the page reruns."""
    follows: bool
    """The run still moves: events and weights come over the wire, and those below may be left
    out."""
    axes: tuple[ShownAxis, ...]
    places: tuple[tuple[int, ...], ...]
    """[N]: of each net, the index of its value on each axis."""
    metrics: tuple[str, ...]
    """Metrics to choose from, the one that ranks by default first: `val_loss` …"""
    stacks: tuple[ShownStack, ...] = ()
    """Empty where nets are not drawn by their weights: searches, which show curves."""
    shape: tuple[int, ...] = ()
    """Shape of one input."""
    space: Mapping[str, Any] | None = None
    """The plane, as `Scene.network` has it; None: the data have none."""
    look: Mapping[str, Any] = field(default_factory=dict)
    """Result of `nnlab.scene.look.look_of`: `task`, `limit`, `colours` and `differences` as
    nnlab/web/colours.js takes them, `classes` and `ends` (of points), `names` (of the classes, or
    None), `ramp` (of groups), `charts` (of lines and text)."""
    points: tuple[ShownPoints, ...] = ()
    points_of: tuple[int, ...] = ()
    """[N]: of each net, which of the points are its own; -1: they come when it is picked."""
    weights: bytes | None = None
    """`live.safetensors` of a run at rest; None where there is none, or it is above 1 MB."""
    step: int = 0
    steps: tuple[int, ...] = ()
    """[N]"""
    reasons: tuple[str, ...] = ()
    """[N]: "" trains, `completed`, `early_stopped`, `stopped`, `diverged`; of trials how they
    stand."""
    figures: Mapping[str, Mapping[Of, NDArray[np.float64]]] = field(default_factory=dict)
    """Figures [N] by metric, NaN where there is none."""
    curves: Mapping[str, tuple[NDArray[np.float64], NDArray[np.float64]]] = field(
        default_factory=dict
    )
    """Steps [k] and values [k, N] by metric."""
    picked: tuple[int, ...] = ()
    """Nets that are shown large: at most two, the newest last."""
    line: str = ""
    """The status line as the page writes it, until the run's first event."""


def packed(scene: SweepScene) -> dict[str, Any]:
    """The scene as JSON, which `readScene` of nnlab/web/sweep/scene.js reads; arrays in base64."""
    return {
        "run": scene.run,
        "status": scene.status,
        "follows": scene.follows,
        "line": scene.line,
        "axes": [asdict(axis) for axis in scene.axes],
        "places": scene.places,
        "metrics": scene.metrics,
        "stacks": [
            {"nets": s.nets, "layers": [dict(one) for one in s.layers]} for s in scene.stacks
        ],
        "shape": scene.shape,
        "space": scene.space and dict(scene.space),
        "look": dict(scene.look),
        "points": [_points(points) for points in scene.points],
        "points_of": scene.points_of,
        "weights": base64.b64encode(scene.weights).decode() if scene.weights else None,
        "step": scene.step,
        "steps": scene.steps,
        "reasons": scene.reasons,
        "figures": {
            metric: {of: _written(values, np.float64) for of, values in by.items()}
            for metric, by in scene.figures.items()
        },
        "curves": {
            metric: {"steps": steps.tolist(), "values": _written(values, np.float32)}
            for metric, (steps, values) in scene.curves.items()
        },
        "picked": scene.picked,
    }


def _points(points: ShownPoints) -> dict[str, str]:
    return {
        "x": _written(points.x, np.float32),
        "y": _written(points.y, np.float32),
        "validation": _written(points.validation, np.uint8),
    }


def _written(values: NDArray[Any], kind: type[np.number[Any]]) -> str:
    """The numbers in base64, row after row, as the browser's arrays read them."""
    return base64.b64encode(np.ascontiguousarray(values, dtype=kind).tobytes()).decode()
