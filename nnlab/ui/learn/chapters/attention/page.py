"""The chapter's laboratory: a task, a sequence, Train, and the attention that moves."""

from functools import partial
from pathlib import Path

import streamlit as st

from nnlab.config import Attention, Experiment
from nnlab.data.description import describe
from nnlab.data.registry import sizes
from nnlab.errors import NnlabError
from nnlab.models import check_outputs
from nnlab.runs.record.history import History
from nnlab.runs.record.status import ALIVE, Status
from nnlab.texts import _
from nnlab.training.check import plan
from nnlab.ui.components.stage import Scene, show_stage
from nnlab.ui.lab.back_forward import follow_history
from nnlab.ui.lab.left_run import show_left_run
from nnlab.ui.lab.live import live
from nnlab.ui.lab.metrics_table import show_figures
from nnlab.ui.lab.reproduce import show_reproduction
from nnlab.ui.lab.run_commands import follow, view_of
from nnlab.ui.lab.run_controls import show_controls, status_line
from nnlab.ui.lab.run_messages import show_trouble
from nnlab.ui.learn.chapters.attention import form
from nnlab.ui.learn.chapters.attention.curves import draw_curves
from nnlab.ui.learn.chapters.attention.numbers import show_numbers
from nnlab.ui.learn.chapters.attention.picture import show_attention
from nnlab.ui.learn.chapters.attention.scene import parts_of, scene_of
from nnlab.ui.learn.chapters.attention.sequence import say_problem, show_sequence
from nnlab.ui.messages import say
from nnlab.ui.runtime.snapshot import Snapshot, untrained
from nnlab.ui.session.attention_state import AttentionState
from nnlab.ui.session.labs import attention_state, fill_widgets, keep_address
from nnlab.ui.session.widgets import learn as widgets

STYLE = Path(__file__).with_name("attention.css")
PICTURE_STYLE = Path(__file__).parents[4] / "web" / "learn" / "attention.css"
HEAD = "attention_head"
Place = tuple[int, int]
"""An attention layer, by its place in the network, and one of its heads."""


def show_lab() -> None:
    """Draw the whole laboratory."""
    st.html(STYLE)
    st.html(PICTURE_STYLE)
    state = attention_state()
    follow_history(state)
    fill_widgets("learn", form.widget_values(state.draft))
    problem = None
    with st.container(
        key="attention_controls", horizontal=True, vertical_alignment="bottom", gap="medium"
    ):
        form.choose_task()
        field = st.container(
            key="attention_field", horizontal=True, vertical_alignment="bottom", gap="small"
        )
    shown = st.container(key="attention_lab")
    try:
        draft = form.show_network(state.draft)
        problem = _problem(draft)
    except NnlabError as error:
        draft, problem = state.draft, str(error)
    follow(state, draft, blocked=problem is not None)
    keep_address(state)
    with field:
        show_sequence(state, form.data_of(state.draft))
    with shown:
        say_problem(state)
        show_reproduction(state, blocked=problem is not None)
        live(state, partial(_draw, state, problem))


def _problem(draft: Experiment) -> str | None:
    """Return why the draft cannot be trained; None if it can."""
    try:
        plan(draft, describe(draft.data), sizes(draft.data)[0])
    except NnlabError as error:
        return str(error)
    return None


# A frame -----------------------------------------------------------------------------------------


def _draw(state: AttentionState, problem: str | None, status: Status | None) -> None:
    view = view_of(state)
    history = view.refresh() if view is not None else None
    speed = view.steps_per_second() if view is not None else None
    line = status_line(state, status, history, speed)
    place = show_controls(state, status, line, problem=problem is not None)
    keep_address(state)
    if problem is not None:
        say("error", problem, icon=":material/error:")
    show_trouble(state, history, status)
    show_left_run(state)
    experiment = view.experiment if view is not None else state.draft
    info = describe(experiment.data)
    try:
        check_outputs(experiment.model.layers, info.input_shape, info.output_shape)
        moment = view.moment() if view else untrained(experiment.model, info.input_shape)
    except NnlabError:
        if problem is None:
            raise
        with place:
            show_stage(Scene(line=line))
        return  # said above
    picture, side = st.columns([7, 3], gap="medium")
    with picture:
        _draw_picture(state, experiment, moment, is_alive=status in ALIVE)
    with side, st.container(key="attention_curves"):
        show_figures(history, run=state.run_id)
        draw_curves(history or History(), view, dark=_is_dark())
    with place:
        show_stage(scene_of(experiment, info.input_shape, moment, view, status, line))


def _draw_picture(
    state: AttentionState, experiment: Experiment, moment: Snapshot, *, is_alive: bool
) -> None:
    chosen = _choose_head(experiment)
    if chosen is None:
        say(
            "info",
            _(
                "This network has no attention layer, so there is no attention to draw. Choose a"
                " task above for one that has."
            ),
            icon=":material/visibility_off:",
        )
        return
    layer, head = chosen
    data, info = form.data_of(experiment), describe(experiment.data)
    if parts_of(moment) == []:
        say(
            "info",
            _(
                "The weights of this network, {size:.1f} MB, are too many to be sent as it"
                " trains. Its numbers are below.",
                size=moment.bytes_held / 2e6,
            ),
            icon=":material/visibility_off:",
        )
    else:
        show_attention(state, experiment, info, layer=layer, head=head, dark=_is_dark())
    show_numbers(state, moment, data, info, layer=layer, head=head, moves=is_alive)


def _choose_head(experiment: Experiment) -> Place | None:
    """Which head is shown; None where the network has no attention. One alone is not asked for."""
    places = [
        (at, head)
        for at, layer in enumerate(experiment.model.layers)
        if isinstance(layer, Attention)
        for head in range(layer.heads)
    ]
    if len(places) < 2:
        return places[0] if places else None
    if widgets.get(HEAD) not in places:
        widgets[HEAD] = places[0]
    return st.selectbox(
        _("Head"),
        places,
        format_func=lambda one: _("layer {layer}, head {head}", layer=one[0] + 1, head=one[1] + 1),
        key=widgets.key(HEAD),
        width=220,
    )


def _is_dark() -> bool:
    return st.context.theme.type == "dark"
