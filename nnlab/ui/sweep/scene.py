"""What the browser draws of a sweep: its nets, their places, and their figures at rest."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from nnlab.config import Data
from nnlab.config.axis import Axis, Scale
from nnlab.config.axis_values import Value
from nnlab.config.data import task_of
from nnlab.config.stacks import stacks_of
from nnlab.config.sweep import Net, Sweep
from nnlab.data.registry import sizes
from nnlab.data.splits import Splits
from nnlab.figures import theme
from nnlab.figures.boundary import class_palette, diverging_palette
from nnlab.files import open_plain
from nnlab.runs.record.status import ALIVE, Status
from nnlab.runs.record.weight_files import LIVE
from nnlab.runs.store import Run
from nnlab.runs.sweeps.ranked import Of
from nnlab.scene.columns import DRAWN
from nnlab.scene.extent import limit_of, reach
from nnlab.ui.components.sweep_views import (
    ShownAxis,
    ShownPoints,
    ShownStack,
    SweepScene,
)
from nnlab.ui.lab.table_plane import drawn_parts, slice_of
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.sweep.fields import value_text

METRICS = ("val_loss", "train_loss", "val_accuracy", "train_accuracy")
MOST_BYTES = 1_000_000
"""Of weights that a page at rest carries."""
MOST_POINTS = 40_000
"""Points of all data sets together that are sent unasked; of more, those of the picked nets and of
the best one."""
RAMP_LIGHT = (
    "#440154",
    "#482475",
    "#414487",
    "#355F8D",
    "#2A788E",
    "#21918C",
    "#22A884",
    "#44BF70",
)
RAMP_DARK = ("#5A9BD4", "#3FB4C4", "#35C2A8", "#4CCB84", "#7AD151", "#A9DB3C", "#D2E21B", "#FDE725")
"""From the first group of nets to the last: viridis (https://bids.github.io/colormap), as far as it
stands out from the page."""
FIELD_LIGHT, FIELD_DARK = "#F0F1F5", "#22262E"
"""Behind a tile that has a curve."""
CURVE_NUMBERS = 60_000
"""Of each metric at rest: the more nets, the fewer moments of each."""


class Figures(Protocol):
    """What is read of `SweepHistory` and `SearchHistory` (nnlab/runs)."""

    step: int

    @property
    def names(self) -> Sequence[str]:
        """The metrics that there are."""
        ...

    @property
    def steps(self) -> Sequence[int] | NDArray[Any]:
        """[N]: optimizer updates of each."""
        ...

    @property
    def reasons(self) -> Sequence[str]:
        """[N]: "" trains."""
        ...

    def figures(self, metric: str, of: Of) -> NDArray[np.float64]:
        """[N], NaN where there is none."""
        ...

    def curve(self, metric: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Steps [k], and values [k, N]."""
        ...


def scene_of(
    sweep: Sweep,
    names: Sequence[str],
    *,
    dark: bool,
    run: Run | None = None,
    status: Status | None = None,
    history: Figures | None = None,
    trials: Sequence[Sequence[Value]] = (),
    picked: tuple[int, ...] = (),
    line: str = "",
) -> SweepScene:
    """The scene of a sweep, of a draft or with its run.

    Args:
        sweep: the sweep; its nets are made here where it is no search.
        names: of the axes, in words.
        dark: the page's theme.
        run: the sweep's run; None: a draft.
        status: of the run.
        history: its figures; not needed while nets train, whose figures come over the wire.
        trials: of a search, the values of each trial so far.
        picked: nets that are shown large.
        line: the page's status line.
    """
    nets = sweep.nets
    values = [net.values for net in nets] if nets else [tuple(one) for one in trials]
    axes, places = _axes_of(sweep, names, values)
    data = sweep.experiment.data
    follows = run is not None and status in ALIVE
    comes = follows and bool(nets)  # with the events; those of trials lie in runs of their own
    metrics = _metrics(sweep, history)
    given = _figures(history, len(places)) if history is not None and not comes else {}
    return SweepScene(
        run=run.id if run is not None else None,
        status=status,
        follows=follows,
        axes=axes,
        places=places,
        metrics=metrics,
        picked=tuple(net for net in picked if net < len(places)),
        line=line,
        weights=_weights(run) if run is not None and not follows else None,
        look={"names": None, **_colours(dark)} if not nets else _look(data, dark),
        **(_drawn(nets, (*picked, *_best(history, metrics[0]))) if nets else {}),
        **given,
    )


# Axes -------------------------------------------------------------------------------------------


def _axes_of(
    sweep: Sweep, names: Sequence[str], values: Sequence[tuple[Value, ...]]
) -> tuple[tuple[ShownAxis, ...], tuple[tuple[int, ...], ...]]:
    """The axes, and the place of each net on them.

    A search by TPE takes values between those that were named: its axes have those that it took.
    """
    axes: list[ShownAxis] = []
    columns: list[list[int]] = []
    for number_, (axis, name) in enumerate(zip(sweep.axes, names, strict=True)):
        found = list(sweep.points[number_])
        taken = [row[number_] for row in values]
        if any(value not in found for value in taken):
            found = sorted(set(taken), key=_sort_key)
        axes.append(_axis(axis, name, found))
        places = {value: place for place, value in enumerate(map(_key, found))}
        columns.append([places[_key(value)] for value in taken])
    return tuple(axes), tuple(zip(*columns, strict=True)) if values else ()


def _axis(axis: Axis, name: str, values: Sequence[Value]) -> ShownAxis:
    numbers = tuple(
        float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)
    )
    return ShownAxis(
        name,
        tuple(value_text(value) for value in values),
        numbers if len(numbers) == len(values) else None,
        _scale(axis, values),
        is_seed=axis.path.endswith("seed"),
    )


def _scale(axis: Axis, values: Sequence[Value]) -> Scale:
    """As a range says it; of values that are written out, as they lie."""
    is_range = isinstance(axis.values, str) and ".." in axis.values
    return axis.scale if is_range else Axis(path=axis.path, values=tuple(values)).scale


def _key(value: Value) -> tuple[str, Value]:
    return type(value).__name__, value  # True is no 1


def _sort_key(value: Value) -> tuple[bool, Any]:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return not is_number, value if is_number else str(value)


# Figures ----------------------------------------------------------------------------------------


def _metrics(sweep: Sweep, history: Figures | None) -> tuple[str, ...]:
    """Those that were told; before the one that ranks was, those that will be."""
    data = sweep.experiment.data
    is_classes, validates = task_of(data) == "classification", sizes(data)[1] > 0
    usual = tuple(
        name
        for name in METRICS
        if (is_classes or name.endswith("loss")) and (validates or not name.startswith("val"))
    )
    told = tuple(name for name in METRICS if history is not None and name in history.names)
    return told if usual[0] in told else usual


def _best(history: Figures | None, metric: str) -> tuple[int, ...]:
    """The net with the best figure, which is shown large where none is picked; () without one."""
    if history is None or metric not in history.names:
        return ()
    figures = history.figures(metric, "last")
    known = np.flatnonzero(np.isfinite(figures))
    if not len(known):
        return ()
    worth = figures[known] * (1 if metric.endswith("loss") else -1)
    return (int(known[np.argmin(worth)]),)


def _figures(history: Figures, nets: int) -> dict[str, Any]:
    names = [name for name in METRICS if name in history.names]
    if len(history.steps) != nets or not names:
        return {}
    return {
        "step": int(history.step),
        "steps": tuple(int(step) for step in history.steps),
        "reasons": tuple(history.reasons),
        "figures": {name: {of: history.figures(name, of) for of in get_args(Of)} for name in names},
        "curves": {name: _thinned(*history.curve(name), nets) for name in names},
    }


def _thinned(
    steps: NDArray[np.float64], values: NDArray[np.float64], nets: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """At most CURVE_NUMBERS numbers, evenly, with the last moment."""
    most = max(20, CURVE_NUMBERS // max(1, nets))
    every = max(1, -(-len(steps) // most))
    kept = slice((len(steps) - 1) % every, None, every)
    return steps[kept], values[kept]


# What evaluates and colours -----------------------------------------------------------------------


def _drawn(nets: Sequence[Net], large: Sequence[int]) -> dict[str, Any]:
    """What the browser needs to evaluate nets of the plane."""
    first = nets[0].experiment.data
    splits = splits_of(first)
    space = _space(first, splits)
    points, points_of = _points(nets, large) if space is not None else ((), ())
    return {
        "stacks": tuple(
            ShownStack(
                stack.nets,
                [layer.model_dump(mode="json") for layer in stack.experiment.model.layers],
            )
            for stack in stacks_of(nets)
        ),
        "shape": tuple(splits.info.input_shape),
        "space": space,
        "points": points,
        "points_of": points_of,
    }


def _space(data: Data, splits: Splits) -> dict[str, Any] | None:
    """The plane or the line over which nets are drawn; None: the data have none."""
    inputs, cut = splits.info.input_shape[0], slice_of(data)
    is_curve = inputs == 1 and splits.info.class_names is None
    if cut is None and inputs != 2 and not is_curve:
        return None
    return {
        "inputs": inputs,
        "extent": list(reach(data, splits)),
        "cut": asdict(cut) if cut is not None else None,
    }


def _points(
    nets: Sequence[Net], large: Sequence[int]
) -> tuple[tuple[ShownPoints, ...], tuple[int, ...]]:
    found: dict[Data, int] = {}
    for net in nets:
        found.setdefault(net.experiment.data, len(found))
    count = sum(min(DRAWN, sum(sizes(data)[:2])) for data in found)
    wanted = (
        set(found)
        if count <= MOST_POINTS
        else {nets[i].experiment.data for i in large if i < len(nets)}
    )
    sent = {data: place for place, data in enumerate(data for data in found if data in wanted)}
    return (
        tuple(_points_of(data) for data in sent),
        tuple(sent.get(net.experiment.data, -1) for net in nets),
    )


def _points_of(data: Data) -> ShownPoints:
    parts = drawn_parts(data)
    x, y = (np.concatenate([getattr(part, name).numpy() for part in parts]) for name in "xy")
    cut = slice_of(data)
    return ShownPoints(
        (x if cut is None else cut.place(x)).astype(np.float32).reshape(len(y), -1),
        y.reshape(-1).astype(np.float32),
        np.repeat([False, True], [len(part) for part in parts]),
    )


def _look(data: Data, dark: bool) -> dict[str, Any]:
    splits = splits_of(data)
    task, names = task_of(data), splits.info.class_names
    classes = len(names or ())
    diverging = diverging_palette(dark)
    colours = class_palette(classes, dark) if classes > 2 else diverging
    return {
        "task": task,
        "limit": limit_of(data, splits) if task == "regression" else 1.0,
        "discretize": False,
        "names": names,
        "colours": colours.tobytes().hex(),
        "differences": diverging.tobytes().hex(),
        **_colours(dark),
    }


def _colours(dark: bool) -> dict[str, Any]:
    return {
        "classes": theme.CLASS_COLOURS,
        "ends": (theme.ORANGE, theme.neutral(dark), theme.BLUE),
        "ramp": RAMP_DARK if dark else RAMP_LIGHT,
        "charts": {
            "ink": theme.ink(dark),
            "faint": theme.faint(dark),
            "paper": theme.paper(dark),
            "field": FIELD_DARK if dark else FIELD_LIGHT,
            "line": theme.winner(dark),
        },
    }


def _weights(run: Run) -> bytes | None:
    """The newest weights of a run at rest; None where there are none, or too many."""
    try:
        with open_plain(run.path / LIVE) as file:
            data = file.read(MOST_BYTES + 1)
    except OSError:
        return None
    return data if len(data) <= MOST_BYTES else None
