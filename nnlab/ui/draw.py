"""Draw: a digit on a canvas, and what a network that was trained here makes of it."""

import streamlit as st

from nnlab.drawing import Preprocessing, read_image
from nnlab.errors import NnlabError
from nnlab.runs import Status
from nnlab.ui import draw_reading as reading
from nnlab.ui import draw_training as training
from nnlab.ui.draw_canvas import show_canvas
from nnlab.ui.live import live
from nnlab.ui.readers import Reader, labels, readers
from nnlab.ui.run_view import run_view
from nnlab.ui.shell import page_file
from nnlab.ui.state import LabState, leave_lab

CHOSEN = "draw_chosen"
"""The id of the model that the session draws for; outlives a visit to another page."""
CANVAS, FILE = "Draw", "File"


def show() -> None:
    """The page. `run` in the address chooses the model."""
    leave_lab()
    state = training.training_state()
    linked = st.query_params.get("run")
    if linked is not None and linked != st.session_state.get("draw_linked"):
        st.session_state["draw_linked"] = st.session_state[CHOSEN] = linked
        st.session_state.pop("model", None)
    live(state, lambda status: _draw(state, status))


def _draw(state: LabState, status: Status | None) -> None:
    found = readers()
    chosen = _head(state, status, found)
    sheet, seen, answer = st.container(key="desk").columns([10, 10, 12], gap="medium")
    with sheet:
        made = _source()
    with seen:
        st.markdown("##### The network receives")
        reading.show_input(made)
    with answer, st.container(key="prediction"):
        st.markdown("##### It reads")
        _answer(chosen, made)
    if made is not None:
        with st.expander("How this picture was made", key="steps"):
            reading.show_steps(made)


def _head(state: LabState, status: Status | None, found: list[Reader]) -> Reader | None:
    """The model that reads, and how it stands. Keeps its height: nobody's canvas may move away."""
    chosen = _chosen(state, found)
    if state.notice:
        st.warning(state.notice, icon=":material/info:")
    left, right = st.container(key="draw_head").columns(
        2, gap="medium", vertical_alignment="bottom"
    )
    under_way = training.is_under_way(state, status)
    with left, st.container(key="draw_model", vertical_alignment="bottom"):
        if under_way or chosen is not None:
            _choose(found)
        else:
            training.offer(state)
    with right, st.container(key="draw_standing", vertical_alignment="bottom"):
        if under_way:
            training.show_progress(state, status)
        elif chosen is None:
            st.caption("A small CNN learns from scikit-learn's 1,200 digits. Draw in the meantime.")
        elif not any(reader.reads_digits for reader in found):
            training.offer(state)
        else:
            st.page_link(page_file("images"), label="Train another model", icon=":material/image:")
    return chosen


def _chosen(state: LabState, found: list[Reader]) -> Reader | None:
    """The model to read with: the one chosen, or else the newest.

    One that is trained by the button takes its place as soon as it has weights.
    """
    by_id = {reader.run_id: reader for reader in found}
    wanted = st.session_state.get("model") or st.session_state.get(CHOSEN)
    if state.run_id in by_id and st.session_state.get("draw_followed") != state.run_id:
        wanted = st.session_state["draw_followed"] = state.run_id
    if wanted is not None and wanted not in by_id:
        state.notice = "The model that was chosen here is gone: its run was deleted."
        if found:
            state.notice += f" Now '{found[0].name}' reads."
        wanted = None
    if not found:
        st.session_state.pop("model", None)
        st.session_state.pop(CHOSEN, None)
        return None
    run_id = wanted or found[0].run_id
    st.session_state["model"] = st.session_state[CHOSEN] = run_id
    return by_id[run_id]


def _choose(found: list[Reader]) -> None:
    """The list of models; before the first has weights, a place for it."""
    names = labels(found)
    if not names:
        st.selectbox("Model", ["the first one is being trained …"], disabled=True)
        return
    st.selectbox("Model", list(names), format_func=names.__getitem__, key="model")


def _source() -> Preprocessing | None:
    """The canvas, or a picture file, prepared for the network."""
    source = st.segmented_control(
        "Draw, or read a file", [CANVAS, FILE], default=CANVAS, required=True, key="source",
        label_visibility="collapsed",
    )  # fmt: skip
    if source == CANVAS:
        return reading.prepare(show_canvas())
    uploaded = st.file_uploader(
        "A picture of one digit: dark on light or light on dark, any size",
        key="picture_file",
    )
    if uploaded is None:
        return None
    try:
        pixels = read_image(uploaded.getvalue())
        made = reading.prepare(pixels)
    except NnlabError as error:
        st.error(str(error), icon=":material/error:")
        return None
    if made is None:
        st.warning("This picture shows no ink: nothing stands out from its paper.")
    st.image(pixels, alt="The picture that was uploaded.", width=200)
    return made


def _answer(chosen: Reader | None, made: Preprocessing | None) -> None:
    try:
        view = run_view(chosen.run_id) if chosen is not None else None
        answer = reading.read(view, made) if view is not None else None
    except NnlabError as error:
        st.error(str(error), icon=":material/error:")
        return
    reading.show_answer(answer, drawn=made is not None)
    if view is not None:
        newest = " so far: it is still training" if chosen is not None and chosen.training else ""
        st.caption(f"By the weights of step {view.weights_step:,}{newest}.")
