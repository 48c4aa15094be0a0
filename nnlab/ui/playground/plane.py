"""The result: the points, and what the network says of every place between and around them."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from torch import nn

from nnlab.config import Csv, Data, Points
from nnlab.config.data import Task, task_of
from nnlab.figures.boundary import (
    boundary_figure,
    boundary_picture,
    class_palette,
    diverging_palette,
    points_traces,
)
from nnlab.figures.describe import describe_boundary
from nnlab.figures.theme import Spec
from nnlab.insight.plane.boundary import plane_grid
from nnlab.insight.plane.input_slice import InputSlice
from nnlab.scene.extent import Extent, extent_of, limit_of
from nnlab.texts import _
from nnlab.ui.components.chart import show_chart
from nnlab.ui.lab.table_plane import axes_of, drawn_parts, slice_of, with_units
from nnlab.ui.playground.curve_plot import draw_fit
from nnlab.ui.playground.form.points_tools import clicked, show_tools
from nnlab.ui.playground.frame import Frame
from nnlab.ui.playground.pointed import keep_pointed
from nnlab.ui.playground.scene import is_drawn_there
from nnlab.ui.runtime.cache import kept
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.session.widgets import playground as widgets

PLANE_HEIGHT = 520


@dataclass(frozen=True)
class Plane:
    """A network's answers over the plane, and what they show in words."""

    grid: NDArray[np.float32]
    """The network's outputs on the grid, as `plane_grid` returns them."""
    words: str

    def picture(self, style: "Style") -> str:
        """Return the picture of a network that the browser does not draw."""
        return boundary_picture(
            self.grid,
            task=style.task,
            limit=style.limit,
            discretize=style.discretize,
            dark=style.dark,
        )


@dataclass(frozen=True)
class Style:
    """The settings that the picture of a plane depends on, besides the network."""

    task: Task
    extent: Extent
    limit: float
    class_names: tuple[str, ...] | None
    discretize: bool
    dark: bool


def draw_plane(frame: Frame) -> None:
    """The boundary behind the points; for data of one input, the curve over them."""
    inputs = frame.splits.info.input_shape
    if is_curve(frame):
        draw_fit(frame)
    elif is_plane(frame):
        _draw_boundary(frame)
    else:
        st.caption(
            _(
                "Data of {inputs} inputs have no plane to be drawn on: the network and the curves"
                " show how it learns.",
                inputs=inputs[0],
            )
            if inputs != (1,)
            else _(
                "Classes along one input have no plane to be drawn on: the network and the curves"
                " show how it learns."
            )
        )


def is_curve(frame: Frame) -> bool:
    """Whether the result is a curve over one input."""
    info = frame.splits.info
    return info.input_shape == (1,) and info.class_names is None


def is_plane(frame: Frame) -> bool:
    """Whether it is a plane: of two inputs, or a slice through a table's columns."""
    is_table = isinstance(frame.state.draft.data, Csv)
    return not is_curve(frame) and (frame.splits.info.input_shape == (2,) or is_table)


def _draw_boundary(frame: Frame) -> None:
    data, look = frame.state.draft.data, frame.state.look
    style = style_of(frame)
    cut = slice_of(data)
    is_edited = isinstance(data, Points) and widgets.get("dataset") == data.kind
    if is_edited:
        show_tools(frame.state)
    is_drawn = is_drawn_there(frame.moment)
    plane = frame.moment.cached(("plane", style, cut), lambda network: _plane(network, style, cut))
    show_chart(
        boundary_figure(
            None if is_drawn else plane.picture(style),
            points_of(data, style.limit, look.validation, frame.dark, cut),
            class_names=style.class_names,
            extent=style.extent,
            limit=style.limit,
            height=PLANE_HEIGHT,
            dark=frame.dark,
            axes=axes_of(data),
        ),
        key="boundary_chart",
        alt=plane.words,
        on_click=partial(clicked, frame.state) if is_edited else None,
        on_point=keep_pointed,
        beneath=beneath(style) if is_drawn else None,
    )


def style_of(frame: Frame) -> Style:
    """How the plane of the frame's data is drawn."""
    data = frame.state.draft.data
    return Style(
        task_of(data),
        extent_of(data, frame.splits),
        limit_of(data, frame.splits) if task_of(data) == "regression" else 1.0,
        frame.splits.info.class_names,
        frame.state.look.discretize,
        frame.dark,
    )


def beneath(style: Style) -> dict[str, Any]:
    """How the browser draws the plane."""
    classes = len(style.class_names or ())
    diverging = diverging_palette(style.dark)
    colours = class_palette(classes, style.dark) if classes > 2 else diverging
    return {
        "task": style.task,
        "limit": style.limit,
        "discretize": style.discretize,
        "colours": colours.tobytes().hex(),
        "units": diverging.tobytes().hex() if classes > 2 else None,
    }


def _plane(network: nn.Sequential, style: Style, cut: InputSlice | None) -> Plane:
    seen = network if cut is None else cut.through(network)
    grid = plane_grid(seen, style.extent, task=style.task)
    return Plane(grid, describe_boundary(grid, task=style.task, class_names=style.class_names))


@kept
def points_of(
    data: Data, limit: float, validation: bool, dark: bool, cut: InputSlice | None
) -> list[Spec]:
    """The traces of the points, as `boundary_figure` takes them: made once for all who look."""
    splits = splits_of(data)
    parts = drawn_parts(data)
    x = np.concatenate([part.x.numpy() for part in parts])
    traces = points_traces(
        x if cut is None else cut.place(x),
        np.concatenate([part.y.numpy() for part in parts]),
        np.repeat([False, True], [len(part) for part in parts]),
        task=task_of(data),
        classes=splits.info.outputs,
        limit=limit,
        show_validation=validation,
        dark=dark,
    )
    return with_units(traces, data) if isinstance(data, Csv) else traces
