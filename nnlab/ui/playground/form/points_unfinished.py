"""The plane of points that are too few to learn from yet, to be clicked on."""

from functools import partial

import numpy as np

from nnlab.config import Data, Points
from nnlab.errors import NnlabError
from nnlab.figures.boundary import boundary_figure, points_traces
from nnlab.figures.curve_fit import curve_fit_figure
from nnlab.scene.extent import points_ranges
from nnlab.texts import _
from nnlab.ui.components.chart import show_chart
from nnlab.ui.playground.form.points_edit import class_counts, is_editable
from nnlab.ui.playground.form.points_tools import clicked, show_tools
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.session.playground_state import PlaygroundState

HEIGHTS = {1: 480, 2: 520}
"""Pixels: of the charts that take the place, by the number of inputs."""


def is_unfinished(data: Data) -> bool:
    """Whether these are own points that are too few yet, and can be placed meanwhile."""
    if not isinstance(data, Points) or not is_editable(data):
        return False
    try:
        splits_of(data)
    except NnlabError:
        return True
    return False


def draw_points_alone(state: PlaygroundState, *, dark: bool) -> None:
    """The tools, and the points without a network."""
    data = state.draft.data
    assert isinstance(data, Points)
    show_tools(state)
    rows = np.array(data.rows, np.float64).reshape(-1, data.width + 1)
    nothing = np.empty(0)
    if data.width == 1:
        figure = curve_fit_figure(
            np.full(2, np.nan),
            (rows[:, 0], rows[:, 1]),
            (nothing, nothing),
            points_ranges(data),
            height=HEIGHTS[data.width],
            dark=dark,
        )
    else:
        classes = len(class_counts(data)) if data.task == "classification" else 2
        figure = boundary_figure(
            None,
            points_traces(
                rows[:, :2].astype(np.float32),
                rows[:, -1].astype(np.int64 if data.task == "classification" else np.float32),
                np.zeros(len(rows), bool),
                task=data.task,
                classes=classes,
                dark=dark,
            ),
            class_names=tuple(str(label) for label in range(classes))
            if data.task == "classification"
            else None,
            height=HEIGHTS[data.width],
            dark=dark,
        )
    show_chart(
        figure,
        key="boundary_chart",
        alt=_("{count:,} points of your own, too few to learn from yet.", count=len(data.rows)),
        on_click=partial(clicked, state),
    )
