"""The plane of a recorded network of two inputs, with the recorded points upon it."""

from dataclasses import dataclass

import numpy as np
from torch import nn

from nnlab.config import Task
from nnlab.figures.boundary import Axis, boundary_figure, boundary_picture, points_traces
from nnlab.figures.describe import describe_boundary
from nnlab.figures.theme import Spec
from nnlab.insight.plane.boundary import plane_grid
from nnlab.insight.plane.input_slice import InputSlice, input_slice
from nnlab.scene.columns import DRAWN, axis_in_units
from nnlab.texts import _
from nnlab.ui.components.chart import show_chart
from nnlab.ui.runs.recorded.network_seen import Seen
from nnlab.ui.session.widgets import runs as widgets
from nnlab.visible import in_html

HEIGHT = 440
WITHOUT_DATA = np.array([[-6, -6], [6, 6]], np.float32)
"""The corners of the plane where no points were recorded."""


@dataclass(frozen=True)
class _Plane:
    grid: np.ndarray
    limit: float
    """The size of a value that is drawn in full colour."""


def show_plane(seen: Seen, dark: bool) -> None:
    """The view. The plane reaches a little further than the points do."""
    task: Task = "regression" if seen.names is None else "classification"
    points = WITHOUT_DATA if seen.x is None else seen.x.numpy()
    cut = input_slice(points)
    targets = None if seen.y is None else seen.y.numpy()

    def make(network: nn.Sequential) -> _Plane:
        grid = plane_grid(cut.through(network), task=task)
        known = grid if targets is None else targets
        return _Plane(grid, float(np.abs(known[np.isfinite(known)]).max(initial=0)) or 1.0)

    plane = seen.cached(("plane", cut), make)
    traces = []
    if seen.x is not None and targets is not None:
        traces = _points(seen, cut, targets, task, plane.limit, dark)
    words = describe_boundary(
        plane.grid, task=task, class_names=seen.names, points=len(points) if traces else 0
    )
    show_chart(
        boundary_figure(
            boundary_picture(plane.grid, task=task, limit=plane.limit, dark=dark),
            traces,
            class_names=seen.names,
            limit=plane.limit,
            height=HEIGHT,
            axes=_axes(cut),
            is_split=False,
            dark=dark,
        ),
        key=widgets.key("recorded_plane"),
        alt=words,
    )


def _axes(cut: InputSlice) -> tuple[Axis, Axis]:
    return axis_in_units("x₁", cut, 0), axis_in_units("x₂", cut, 1)


def _points(
    seen: Seen, cut: InputSlice, targets: np.ndarray, task: Task, limit: float, dark: bool
) -> list[Spec]:
    """At most `DRAWN` points; a recorder keeps them in no order."""
    assert seen.x is not None
    x, y = seen.x.numpy()[:DRAWN], targets[:DRAWN]
    names = seen.names
    traces = points_traces(
        cut.place(x),
        y,
        np.zeros(len(x), bool),
        task=task,
        classes=len(names or ()),
        limit=limit,
        dark=dark,
    )
    # In the units of the inputs, not in those of the drawn plane.
    traces[0]["text"] = [
        f"x₁ {a:.4g}, x₂ {b:.4g}<br>"
        + (in_html(names[int(target)]) if names else f"y = {float(target):.4g}")
        for (a, b), target in zip(x.tolist(), y.reshape(-1).tolist(), strict=True)
    ]
    traces[0]["hovertemplate"] = f"%{{text}}<extra>{_('data')}</extra>"
    return traces
