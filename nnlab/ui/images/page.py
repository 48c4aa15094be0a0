"""The Images page: pictures, a network of any layers, and its training."""

from functools import partial
from pathlib import Path

import streamlit as st

from nnlab.config import Experiment, Images
from nnlab.data.description import describe
from nnlab.data.registry import sizes
from nnlab.errors import NnlabError
from nnlab.runs.record.status import Status
from nnlab.texts import _
from nnlab.training.check import plan
from nnlab.training.machine.memory import free_memory, must_fit_in_memory
from nnlab.ui.components.present import is_presented, show_present_bar, show_present_style
from nnlab.ui.components.stage import RENEWS, Scene, show_stage
from nnlab.ui.images.curves import draw_curves
from nnlab.ui.images.form import form as form
from nnlab.ui.images.frame import ImagesFrame, make_frame
from nnlab.ui.images.missing import downloading, show_missing
from nnlab.ui.images.result import show_progress, show_result
from nnlab.ui.images.tabs.answers import show_pictures
from nnlab.ui.images.tabs.tabs import WEIGHTS, live_tensors, show_tabs
from nnlab.ui.lab.back_forward import follow_history
from nnlab.ui.lab.left_run import show_left_run
from nnlab.ui.lab.live import live
from nnlab.ui.lab.metrics_table import show_figures
from nnlab.ui.lab.recipe_panel import show_recipe_head, show_recipe_table
from nnlab.ui.lab.reproduce import show_reproduction
from nnlab.ui.lab.run_commands import follow, view_of
from nnlab.ui.lab.run_controls import show_controls, status_line
from nnlab.ui.lab.run_messages import show_trouble
from nnlab.ui.lesson.follow import follow_lesson
from nnlab.ui.lesson.strip import show_lesson
from nnlab.ui.messages import say
from nnlab.ui.runtime.image_data import LABELS, missing, pictures, show_samples
from nnlab.ui.runtime.run_view import RunView
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.labs import fill_widgets, images_state, keep_address
from nnlab.ui.session.share import show_sweep_link
from nnlab.ui.session.widgets import images as widgets

STYLE = Path(__file__).with_name("images.css")


def show() -> None:
    """Draw the Images page."""
    st.html(STYLE)
    state = images_state()
    follow_history(state)
    follow_lesson(state)
    if fill_widgets("images", form.widget_values(state.draft)):
        form.fill_builder(state.draft)
    presented = is_presented()
    head = st.container()
    with head:
        show_present_style(presented)
    with st.container(key="lab"):
        right, left = st.columns([8, 5], gap="medium")
    with left, st.container(key="form"):
        said = form.show_form(state.draft)
    problem = said.problem or _problem(said.draft)
    blocked = problem is not None or missing(said.data) is not None
    follow(state, said.draft, blocked=blocked)
    keep_address(state)
    with head:
        show_lesson(state)
        show_recipe_head(state)
    with right:
        show_reproduction(state, blocked=blocked)
        live(
            state, partial(_draw, state, problem, presented), busy=lambda: downloading(_data(state))
        )
        _place_pictures(state)
        show_recipe_table(state)
        show_sweep_link(state.draft, _("Search this network"))
    with said.samples:
        show_samples(_data(state))


def _data(state: LabState) -> Images:
    data = state.draft.data
    assert isinstance(data, Images)
    return data


def _problem(draft: Experiment) -> str | None:
    """Return why the draft cannot be trained; None if it can."""
    try:
        planned = plan(draft, describe(draft.data), sizes(draft.data)[0])
        must_fit_in_memory(draft, planned, free_memory())
    except NnlabError as error:
        return str(error)
    return None


def _place_pictures(state: LabState) -> None:
    """Put the first tab's pictures on the page, once for all frames."""
    view = _shown_view(state)
    data = view.experiment.data if view is not None else state.draft.data
    assert isinstance(data, Images)
    try:
        found = pictures(data)
    except NnlabError:
        return
    if len(found.val_y):
        show_pictures(found)


def _shown_view(state: LabState) -> RunView | None:
    """Return the run that the page shows, or None.

    While the data set chosen in the form is missing, a run on other data is hidden, since its
    curves would be taken for those of the missing data. Choosing its own data shows it again.
    """
    view = view_of(state)
    if view is None or missing(_data(state)) is None:
        return view
    data = view.experiment.data
    return view if isinstance(data, Images) and data.kind == _data(state).kind else None


# A frame -----------------------------------------------------------------------------------------


def _use_digits() -> None:
    widgets["dataset"] = "digits"
    form.change_usual()


def _draw(state: LabState, problem: str | None, presented: bool, status: Status | None) -> None:
    absent = missing(_data(state))
    view = _shown_view(state)
    is_hidden = view is None and state.run_id is not None
    if is_hidden:
        status = None
    blocked = problem is not None or absent is not None
    frame = make_frame(state, status, view, dark=st.context.theme.type == "dark", blocked=blocked)
    history = frame.history if view is not None else None
    speed = view.steps_per_second() if view is not None else None
    line = status_line(state, status, history, speed)
    place = show_controls(
        state, status, line, problem=blocked, show_more=partial(show_present_bar, presented)
    )
    with place:
        show_stage(_scene(frame, line))
    keep_address(state)
    show_progress(state.draft, view.run.id if view is not None else None, status, history, speed)
    if absent is not None:
        show_missing(_data(state), absent, _use_digits, _kept(state, is_hidden))
    if problem is not None:
        say("error", problem, icon=":material/error:")
    show_trouble(state, history, status)
    show_left_run(state)
    if absent is not None and view is None:
        return  # only the message on the missing data is shown
    draw_curves(frame)
    with st.container(key=widgets.key("outcome")):
        figures, result = st.columns(2, gap="medium")
    with figures:
        show_figures(history, run=view.run.id if view is not None else None)
    with result:
        show_result(view, status, history)
    show_tabs(frame)


def _scene(frame: ImagesFrame, line: str) -> Scene:
    """Return the run that the browser follows, with the first layer's weights if they are shown."""
    view = frame.view
    if view is None:
        return Scene(line=line)
    return Scene(
        run=view.run.id,
        line=line,
        status=frame.status,
        parts=live_tensors(frame),
        renews=None if frame.state.panel == WEIGHTS else RENEWS,
    )


def _kept(state: LabState, is_hidden: bool) -> str | None:
    """Return a note on the run that the page hides for now; None if it hides none."""
    view = view_of(state) if is_hidden else None
    if view is None:
        return None
    label = _(LABELS[view.experiment.data.kind])
    return _(
        "Your run on {label} is kept, and continues if it was training: choose {label} again to"
        " see it.",
        label=label,
    )
