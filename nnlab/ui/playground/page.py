"""The Playground: points of the plane, a small network, and its decision boundary as it learns."""

from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnlab.config import Experiment, Model
from nnlab.data.description import describe
from nnlab.errors import NnlabError
from nnlab.models import check_outputs, trace
from nnlab.runs.record.status import Status
from nnlab.texts import _
from nnlab.training.check import plan
from nnlab.ui.components.present import is_presented, show_present_bar, show_present_style
from nnlab.ui.components.stage import show_stage
from nnlab.ui.lab.back_forward import follow_history
from nnlab.ui.lab.left_run import show_left_run
from nnlab.ui.lab.live import live
from nnlab.ui.lab.metrics_table import show_figures
from nnlab.ui.lab.pace import show_pace
from nnlab.ui.lab.recipe_panel import show_recipe_head, show_recipe_table
from nnlab.ui.lab.reproduce import show_reproduction
from nnlab.ui.lab.run_commands import follow, view_of
from nnlab.ui.lab.run_controls import show_controls, status_line
from nnlab.ui.lab.run_messages import show_trouble
from nnlab.ui.lesson.follow import follow_lesson
from nnlab.ui.lesson.strip import show_lesson
from nnlab.ui.messages import say
from nnlab.ui.playground.curves import draw_curves
from nnlab.ui.playground.form import form as form
from nnlab.ui.playground.form.points_own import follow_edits
from nnlab.ui.playground.form.points_unfinished import draw_points_alone, is_unfinished
from nnlab.ui.playground.frame import Frame, make_frame
from nnlab.ui.playground.from_sweep import show_from_sweep
from nnlab.ui.playground.look import show_look
from nnlab.ui.playground.network.network import draw_network
from nnlab.ui.playground.network.neuron import show_picked
from nnlab.ui.playground.panels.panels import show_panels
from nnlab.ui.playground.panels.past import show_past
from nnlab.ui.playground.plane import draw_plane, is_plane
from nnlab.ui.playground.pointed import show_answer
from nnlab.ui.playground.scene import scene_of
from nnlab.ui.runtime.cache import kept
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.runtime.r_squared import variances_of
from nnlab.ui.session.hide import hide_parts
from nnlab.ui.session.labs import fill_widgets, keep_address, playground_state
from nnlab.ui.session.playground_state import PlaygroundState

PLACES = ("plane", "output", "curves", "network", "past")
"""Parts of the picture, from top to bottom of a phone."""
STYLE = Path(__file__).with_name("playground.css")


def show() -> None:
    """The page."""
    st.html(STYLE)
    state = playground_state()
    follow_history(state)
    follow_lesson(state)
    fill_widgets("playground", form.widget_values(state.draft))
    presented = is_presented()
    head = st.container()
    with head:
        show_present_style(presented)
        hide_parts()
    with st.container(key="lab"):
        right, left = st.columns([15, 4], gap="medium")
    with left:
        side = st.container(key="form")
    with right:
        row = st.container(key="settings")
    draft = form.show_form(state.draft, state.look, side=side, row=row)
    follow(state, draft)
    keep_address(state)
    with head:
        show_lesson(state)
        show_recipe_head(state)
        show_from_sweep(state)
    with right:
        problem = _problem(draft)
        show_reproduction(state, blocked=problem is not None)
        live(state, partial(_draw, state, problem, presented))
        show_recipe_table(state)


def _problem(draft: Experiment) -> str | None:
    """Return why the draft cannot be trained, or None where it can."""
    try:
        splits = splits_of(draft.data)
        plan(draft, splits.info, len(splits.train))
    except NnlabError as error:
        return str(error)
    return None


def _cost(draft: Experiment, speed: float | None) -> str:
    """`114 parameters · 0.21 ms a step`."""
    count = _parameters(draft.model, describe(draft.data).input_shape)
    if not speed:
        return _("{count:,} parameters", count=count)
    return _("{count:,} parameters · {time:.3g} ms a step", count=count, time=1000 / speed)


@kept
def _parameters(model: Model, input_shape: tuple[int, ...]) -> int:
    return sum(row.parameters for row in trace(model.layers, input_shape))


# A frame -----------------------------------------------------------------------------------------


def _draw(
    state: PlaygroundState, problem: str | None, presented: bool, status: Status | None
) -> None:
    follow_edits()
    view = view_of(state)
    history = view.refresh() if view is not None else None
    speed = view.steps_per_second() if view is not None else None
    line = status_line(state, status, history, speed)

    def show_more() -> None:
        show_pace(state)
        show_present_bar(presented, network=True)

    place = show_controls(state, status, line, problem=problem is not None, show_more=show_more)
    keep_address(state)
    unfinished = is_unfinished(state.draft.data)
    if problem is not None and not unfinished:
        say("error", problem, icon=":material/error:")
    show_trouble(state, history, status)
    if status is not None:
        show_left_run(state)
    try:
        info = describe(state.draft.data)
        check_outputs(state.draft.model.layers, info.input_shape, info.outputs)
        frame = make_frame(state, status, view, dark=st.context.theme.type == "dark")
    except NnlabError:
        if problem is None:
            raise
        if unfinished:
            _draw_unfinished(state, problem)
        return  # said above
    _draw_frame(state, frame, status, speed)
    with place:
        show_stage(
            scene_of(frame, line, renews=state.panel is not None or state.picked is not None)
        )


def _draw_frame(
    state: PlaygroundState, frame: Frame, status: Status | None, speed: float | None
) -> None:
    """Draw everything below the buttons. `speed` is in steps a second."""
    plane, output, curves, network, past = _places()
    with plane:
        draw_plane(frame)
    with output:
        show_figures(
            frame.figures,
            variances_of(state.draft.data),
            _cost(state.draft, speed),
            run=state.run_id,
        )
        if is_plane(frame):
            show_answer(frame)
        show_look(frame)
    with curves:
        draw_curves(frame)
    with network:
        draw_network(frame)
    with past:
        if status is None and state.left is not None:  # it has no past yet: the room is free
            show_left_run(state)
        else:
            show_past(frame)
    show_picked(frame)
    show_panels(frame)


def _places() -> tuple[DeltaGenerator, ...]:
    """Return the containers of the picture's parts.

    The same for points that are too few yet: else the browser would make the plane anew under the
    hand that places them.
    """
    with st.container(key="shown"):
        return tuple(st.container(key=key) for key in PLACES)


def _draw_unfinished(state: PlaygroundState, problem: str) -> None:
    """Points that are too few to learn from yet: the plane to click on, and what is missing."""
    plane, _output, _curves, network, _past = _places()
    with plane:
        draw_points_alone(state, dark=st.context.theme.type == "dark")
    with network:
        say("info", problem, icon=":material/touch_app:")
