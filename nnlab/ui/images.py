"""The Images page: digits and clothes, three architectures, and their training to the end."""

from functools import partial

import streamlit as st

from nnlab.config import Experiment, Images
from nnlab.data.registry import describe, sizes
from nnlab.errors import NnlabError
from nnlab.figures.curves import accuracy_figure, loss_figure
from nnlab.figures.describe import describe_curves
from nnlab.recipes import RECIPES
from nnlab.runs import History, Status
from nnlab.training import plan
from nnlab.ui import images_form as form
from nnlab.ui.answers import answers_of, show_answers, show_pictures, untrained_answers
from nnlab.ui.chart import show_chart
from nnlab.ui.figures_table import show_figures
from nnlab.ui.image_data import downloading, missing, pictures, show_missing, show_samples
from nnlab.ui.image_result import show_progress, show_result
from nnlab.ui.lab import change_rate, differs, view_of
from nnlab.ui.live import live
from nnlab.ui.naming import title
from nnlab.ui.replay import show_replay
from nnlab.ui.run_view import RunView
from nnlab.ui.state import LabState, fill_widgets, lab_state, write_address
from nnlab.ui.transport import (
    current_status,
    let_go,
    show_transport,
    show_trouble,
    status_line,
)


def default() -> Experiment:
    """What a newcomer finds: needs no internet, and is ready in seconds."""
    return RECIPES["digits-mlp"].experiment


def show() -> None:
    """The page."""
    state = lab_state("images", default)
    fill_widgets("images", form.widget_values(state.draft))
    with st.container(key="lab"):
        right, left = st.columns([9, 5], gap="medium")
    with left, st.container(key="form"):
        said = form.show_form(state.draft, on_rate=partial(change_rate, state))
    state.draft = said.draft
    problem = said.problem or _problem(said.draft)
    _let_go_of_another(state, problem)
    write_address(state.draft, default())
    with right:
        blocked = problem is not None or missing(_data(state)) is not None
        show_replay(state, "images", watched=False, blocked=blocked)
        live(state, partial(_draw, state, problem), busy=lambda: downloading(_data(state)))
        _place_pictures(state)
    with said.samples:
        show_samples(_data(state))


def _data(state: LabState) -> Images:
    data = state.draft.data
    assert isinstance(data, Images)
    return data


def _problem(draft: Experiment) -> str | None:
    """Why the draft cannot be trained as it stands, None where it can."""
    try:
        plan(draft, describe(draft.data), sizes(draft.data)[0])
    except NnlabError as error:
        return str(error)
    return None


def _let_go_of_another(state: LabState, problem: str | None) -> None:
    """A run stays in view until the form says something else that can be trained."""
    if state.run_id is None or current_status(state) is None or problem is not None:
        return
    trained = view_of(state)
    if trained is None or not differs(state.draft, trained.experiment):
        return
    if missing(_data(state)) is None:
        let_go(state)


def _shown_data(state: LabState) -> Images:
    """The data of the run in view, else of the form."""
    view = view_of(state)
    data = view.experiment.data if view is not None else state.draft.data
    assert isinstance(data, Images)
    return data


def _place_pictures(state: LabState) -> None:
    try:
        found = pictures(_shown_data(state))
    except NnlabError:
        return
    if len(found.val_y):
        show_pictures(found)


# A frame -----------------------------------------------------------------------------------------


def _use_digits(state: LabState) -> None:
    old = _data(state).kind
    st.session_state["dataset"] = "digits"
    form.change_usual(old)


def _draw(state: LabState, problem: str | None, status: Status | None) -> None:
    dark = st.context.theme.type == "dark"
    view = view_of(state)
    history = view.refresh() if view is not None else None
    speed = view.steps_per_second() if view is not None else None
    absent = missing(_data(state))
    show_transport(
        state,
        status,
        status_line(state, status, history, speed),
        name=lambda: title(state.draft),
        watched=False,
        problem=problem is not None or absent is not None,
    )
    show_progress(state.draft, status, history, speed)
    if absent is not None:
        show_missing(_data(state), absent, partial(_use_digits, state))
    if problem is not None:
        st.error(problem, icon=":material/error:")
    show_trouble(state, history, status)
    _draw_curves(history, dark)
    figures, result = st.columns(2, gap="medium")
    with figures:
        show_figures(history)
    with result:
        show_result(view, status, history)
    _draw_answers(state, view, status, blocked=problem is not None)


def _draw_curves(history: History | None, dark: bool) -> None:
    """Training step by step, validation epoch by epoch, both over epochs."""
    known = history or History()
    steps_per_epoch = known.started.steps_per_epoch if known.started else 1
    steps, epochs = known.progress, known.epochs
    train_x, val_x = steps["step"] / steps_per_epoch, epochs["step"] / steps_per_epoch
    left, right = st.columns(2, gap="small")
    with left:
        loss = steps["train_loss"], epochs["val_loss"]
        show_chart(
            loss_figure(train_x, loss[0], val_x, loss[1], dark=dark),
            key="loss_chart",
            alt=describe_curves("Loss", *loss),
        )
    with right:
        accuracy = steps["train_accuracy"], epochs["val_accuracy"]
        show_chart(
            accuracy_figure(train_x, accuracy[0], val_x, accuracy[1], dark=dark),
            key="accuracy_chart",
            alt=describe_curves("Accuracy", *accuracy, share=True),
        )


def _draw_answers(
    state: LabState, view: RunView | None, status: Status | None, *, blocked: bool
) -> None:
    data = _shown_data(state)
    try:
        found = pictures(data)
    except NnlabError:
        return  # said above already
    if not len(found.val_y) or (view is None and blocked):
        return
    if view is None:
        answers = untrained_answers(state.draft.model, data, found)
    else:
        answers = answers_of(view, found.val_x, moving=status == "running")
    show_answers(found, answers, data.kind)
