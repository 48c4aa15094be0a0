"""The network's output outside its training data, where it is confident, too."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
import torch
from torch import Tensor, nn

from nnlab.config import Experiment, Images
from nnlab.data.description import describe
from nnlab.data.registry import load
from nnlab.data.splits import Splits
from nnlab.errors import NnlabError
from nnlab.figures import theme
from nnlab.figures.boundary import boundary_figure, boundary_picture, points_traces
from nnlab.figures.describe import describe_boundary
from nnlab.insight.plane.boundary import plane_grid
from nnlab.insight.plane.input_slice import InputSlice
from nnlab.runs.network import load_network
from nnlab.runs.store import Run
from nnlab.texts import _, number
from nnlab.ui import services
from nnlab.ui.components.chart import show_chart
from nnlab.ui.components.tables import facts_table
from nnlab.ui.lab.table_plane import axes_of, slice_of
from nnlab.ui.messages import say
from nnlab.ui.runs.files import mark
from nnlab.ui.runtime.cache import answers
from nnlab.ui.session.widgets import runs as widgets

SQUARE = 6.0
"""Half the side of the square in which planes have their points."""
HEIGHT = 430
RESOLUTION = 120


def show_outside(run: Run, dark: bool) -> None:
    """A plane twice as wide as the data, or pictures that are none."""
    experiment = run.experiment
    info = describe(experiment.data)
    if info.symbols is not None:
        return  # of sequences there is no outside: every token is one of the data's
    shape = info.input_shape
    if shape == (2,) or slice_of(experiment.data) is not None:
        st.markdown(_("##### Outside the data it learned from"))
        _show_plane(run, experiment, dark)
    elif isinstance(experiment.data, Images):
        st.markdown(_("##### Outside the data it learned from"))
        _show_pictures(run, experiment)
    elif shape == (1,):
        st.markdown(_("##### Outside the data it learned from"))
        _show_curve(run, experiment)


# The plane --------------------------------------------------------------------------------------


def _show_plane(run: Run, experiment: Experiment, dark: bool) -> None:
    try:
        splits = load(experiment.data, services.settings().data_dir)
        cut = slice_of(experiment.data)
        half = SQUARE if cut is not None else _half(splits)
        grid = _grid(run, half, cut)
    except NnlabError as error:
        say("error", error, icon=":material/error:")
        return
    task, names = experiment.task, splits.info.class_names
    parts = (splits.train, splits.val)
    x = np.concatenate([part.x.numpy() for part in parts])
    traces = points_traces(
        x if cut is None else cut.place(x),
        np.concatenate([part.y.numpy() for part in parts]),
        np.repeat([False, True], [len(part) for part in parts]),
        task=task,
        classes=splits.info.outputs,
        dark=dark,
    )
    for trace in traces:
        trace["marker"]["size"] = 4
    figure = boundary_figure(
        boundary_picture(grid, task=task, dark=dark),
        traces,
        class_names=names,
        extent=(-2 * half, 2 * half),
        height=HEIGHT,
        axes=axes_of(experiment.data),
        dark=dark,
    )
    edge = {"type": "rect", "x0": -half, "x1": half, "y0": -half, "y1": half}
    figure.add_shape(**edge, line={"width": 2, "dash": "dash", "color": theme.ink(dark)})
    show_chart(
        figure,
        key=widgets.key("outside_chart"),
        alt=describe_boundary(grid, task=task, class_names=names),
    )
    st.caption(f"{_('The dashed square holds all the data.')} {_sureness(grid, experiment)}")


def _half(splits: Splits) -> float:
    """Half the side of the square around 0 that holds all points; 6 for the planes of the lab."""
    furthest = max(float(part.x.abs().max()) for part in (splits.train, splits.val) if len(part))
    return max(SQUARE, furthest)


def _grid(run: Run, half: float, cut: InputSlice | None) -> np.ndarray:
    def draw() -> np.ndarray:
        network, _step = load_network(run)
        seen = network if cut is None else cut.through(network)
        return plane_grid(seen, (-2 * half, 2 * half), RESOLUTION, task=run.experiment.task)

    return answers.get_or_make(("outside", run, half, cut, mark(run)), draw)


def _sureness(grid: np.ndarray, experiment: Experiment) -> str:
    """How sure the answers are inside and outside; the square is the middle quarter of the grid."""
    quarter = RESOLUTION // 4
    inside = np.zeros(grid.shape[1:], dtype=bool)
    inside[quarter:-quarter, quarter:-quarter] = True
    if experiment.task == "regression":
        near, far = grid[0][inside], grid[0][~inside]
        return _(
            "Inside, answers lie from {low:.3g} to {high:.3g}; outside, from {lowest:.3g} to"
            " {highest:.3g}.",
            low=near.min(),
            high=near.max(),
            lowest=far.min(),
            highest=far.max(),
        )
    sure = grid.max(axis=0)
    return _(
        "The likeliest class has {inside:.0%} on average inside, and {outside:.0%} outside, where"
        " the network has seen nothing.",
        inside=sure[inside].mean(),
        outside=sure[~inside].mean(),
    )


# Pictures and curves ----------------------------------------------------------------------------


def _show_pictures(run: Run, experiment: Experiment) -> None:
    """Pictures that are none of the ten classes: one is named all the same."""
    names = describe(experiment.data).class_names or ()
    shape = describe(experiment.data).input_shape
    noise = torch.rand(1, *shape, generator=torch.Generator().manual_seed(0))
    stripes = torch.zeros(1, *shape)
    stripes[..., ::4] = 1
    pictures = {
        _("all black"): torch.zeros(1, *shape),
        _("all white"): torch.ones(1, *shape),
        _("noise"): noise,
        _("stripes"): stripes,
    }
    try:
        network, _step = load_network(run)
    except NnlabError as error:
        say("error", error, icon=":material/error:")
        return
    rows = [(what, _answer(network, picture, names)) for what, picture in pictures.items()]
    facts_table(rows, _("Answers to pictures that are none of the classes"))
    st.caption(_("None of these is any of the ten classes, yet the ten probabilities sum up to 1."))


@torch.inference_mode()
def _answer(network: nn.Module, picture: Tensor, names: Sequence[str]) -> str:
    probability, index = network(picture)[0].softmax(dim=0).max(dim=0)
    return f"{names[int(index)]} ({float(probability):.1%})"


@torch.inference_mode()
def _show_curve(run: Run, experiment: Experiment) -> None:
    try:
        splits = load(experiment.data, services.settings().data_dir)
        network, _step = load_network(run)
    except NnlabError as error:
        say("error", error, icon=":material/error:")
        return
    low, high = float(splits.train.x.min()), float(splits.train.x.max())
    width = high - low
    places = [low - width, low - width / 2, (low + high) / 2, high + width / 2, high + width]
    answers = network(torch.tensor([[place] for place in places]))
    if experiment.task == "classification":
        said = [
            _(
                "class {name}, {probability:.1%}",
                name=int(row.argmax()),
                probability=float(row.softmax(0).max()),
            )
            for row in answers
        ]
    else:
        said = [number(float(row[0]), 4) for row in answers]
    facts_table(
        [(f"x = {number(place)}", text) for place, text in zip(places, said, strict=True)],
        _("Answers beyond the data"),
    )
    st.caption(_("The training data lie from x = {low:.3g} to {high:.3g}.", low=low, high=high))
