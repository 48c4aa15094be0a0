"""The Playground: points of the plane, a small network, and its decision boundary as it learns."""

from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
import streamlit as st
from torch import nn

from nnlab.config import Data, Experiment, Model
from nnlab.data import registry
from nnlab.data.splits import Splits
from nnlab.errors import NnlabError
from nnlab.figures.boundary import boundary_figure, boundary_picture, points_traces
from nnlab.figures.curves import accuracy_figure, loss_figure
from nnlab.figures.describe import describe_boundary, describe_curves
from nnlab.figures.theme import Spec
from nnlab.insight.boundary import plane_grid
from nnlab.models import build
from nnlab.recipes import RECIPES
from nnlab.runs import History, Status
from nnlab.training import plan
from nnlab.ui import playground_form as form
from nnlab.ui import services
from nnlab.ui.chart import show_chart
from nnlab.ui.figures_table import show_figures
from nnlab.ui.lab import change_rate, differs, view_of
from nnlab.ui.live import live
from nnlab.ui.naming import title
from nnlab.ui.replay import show_replay
from nnlab.ui.run_view import RunView
from nnlab.ui.state import LabState, fill_widgets, lab_state, write_address
from nnlab.ui.transport import let_go, show_transport, show_trouble, status_line

PLANE_HEIGHT = 520


def default() -> Experiment:
    """What a newcomer finds."""
    return RECIPES["spiral"].experiment


def show() -> None:
    """The page."""
    state = lab_state("playground", default)
    fill_widgets("playground", form.widget_values(state.draft))
    with st.container(key="lab"):
        right, left = st.columns([3, 1], gap="medium")
    with left, st.container(key="form"):
        draft = form.show_form(state.draft, on_rate=partial(change_rate, state))
    if state.run_id is not None and differs(draft, state.draft):
        let_go(state)
    state.draft = draft
    write_address(draft, default())
    with right:
        problem = _problem(draft)
        show_replay(state, "playground", watched=True, blocked=problem is not None)
        live(state, partial(_draw, state, problem))


def _problem(draft: Experiment) -> str | None:
    """Why the draft cannot be trained as it stands, None where it can."""
    try:
        splits = _splits(draft.data)
        plan(draft, splits.info, len(splits.train))
    except NnlabError as error:
        return str(error)
    return None


# A frame -----------------------------------------------------------------------------------------


def _draw(state: LabState, problem: str | None, status: Status | None) -> None:
    dark = st.context.theme.type == "dark"
    view = view_of(state)
    history = view.refresh() if view is not None else None
    speed = view.steps_per_second() if view is not None else None
    show_transport(
        state,
        status,
        status_line(state, status, history, speed),
        name=lambda: title(state.draft),
        watched=True,
        problem=problem is not None,
    )
    if problem is not None:
        st.error(problem, icon=":material/error:")
    show_trouble(state, history, status)
    plane, curves = st.columns([10, 9], gap="small")
    with plane:
        _draw_plane(state, view, dark)
    with curves:
        _draw_curves(history, dark)
        show_figures(history)


@dataclass(frozen=True)
class Plane:
    """The picture of a network's answers over the plane, and what it shows in words."""

    picture: str
    words: str


def _draw_plane(state: LabState, view: RunView | None, dark: bool) -> None:
    try:
        splits = _splits(state.draft.data)
        plane = (
            _run_plane(view, dark)
            if view is not None
            else _untrained(state.draft.model, splits.info.input_shape, dark)
        )
    except NnlabError:
        return  # said above the plane already
    names = splits.info.class_names
    show_chart(
        boundary_figure(
            plane.picture,
            _points(state.draft.data, dark),
            class_names=names,
            height=PLANE_HEIGHT,
            dark=dark,
        ),
        key="boundary_chart",
        alt=plane.words,
    )


def _run_plane(view: RunView, dark: bool) -> Plane:
    """Computed once for a step and a theme, however many people look."""
    with view.lock:
        network = view.network()
        known = view.pictures.get(dark)
        if known is None or known[0] != view.weights_step:
            known = (view.weights_step, _plane(network, dark))
            view.pictures[dark] = known
        return known[1]


@lru_cache(maxsize=64)
def _untrained(model: Model, input_shape: tuple[int, ...], dark: bool) -> Plane:
    return _plane(build(model, input_shape), dark)


def _plane(network: nn.Module, dark: bool) -> Plane:
    grid = plane_grid(network)
    names = [str(index) for index in range(len(grid))]
    return Plane(boundary_picture(grid, dark=dark), describe_boundary(grid, class_names=names))


@lru_cache(maxsize=64)
def _splits(data: Data) -> Splits:
    return registry.load(data, services.settings().data_dir)


@lru_cache(maxsize=64)
def _points(data: Data, dark: bool) -> list[Spec]:
    splits = _splits(data)
    parts = (splits.train, splits.val)
    return points_traces(
        np.concatenate([part.x.numpy() for part in parts]),
        np.concatenate([part.y.numpy() for part in parts]),
        np.repeat([False, True], [len(part) for part in parts]),
        classes=splits.info.outputs,
        dark=dark,
    )


def _draw_curves(history: History | None, dark: bool) -> None:
    known = history or History()
    train_x, train = known.curve("train_loss")
    val_x, val = known.curve("val_loss")
    show_chart(
        loss_figure(train_x, train, val_x, val, x_title="step", dark=dark),
        key="loss_chart",
        alt=describe_curves("Loss", train, val),
    )
    train_x, train = known.curve("train_accuracy")
    val_x, val = known.curve("val_accuracy")
    show_chart(
        accuracy_figure(train_x, train, val_x, val, x_title="step", dark=dark),
        key="accuracy_chart",
        alt=describe_curves("Accuracy", train, val, share=True),
    )
