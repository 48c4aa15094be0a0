"""The list of models above the desk, and the state of the chosen one."""

import streamlit as st

from nnlab.runs.record.status import Status
from nnlab.texts import _
from nnlab.ui.draw import training
from nnlab.ui.messages import say
from nnlab.ui.runtime.drawing_models import Reader, labels, shipped_trouble, why_not
from nnlab.ui.session.draw_state import draw_state
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.widgets import draw as widgets
from nnlab.ui.shell import page_file
from nnlab.visible import visible

MODEL = "reader"


def follow_link() -> None:
    """Choose the model that the address names by `run`, once."""
    linked = st.query_params.get("run")
    state = draw_state()
    if linked is not None and linked != state.linked:
        state.linked = state.model = linked
        widgets.forget(MODEL)


def show_models(state: LabState, status: Status | None, found: list[Reader]) -> Reader | None:
    """The model that reads, and how it stands. Keeps its height: nobody's canvas may move away."""
    chosen = _chosen(state, found)
    if state.notice:
        say("warning", state.notice, icon=":material/info:")
    trouble = shipped_trouble()
    if trouble is not None:
        say("warning", trouble, icon=":material/warning:")
    left, right = st.container(key="draw_head").columns(
        2, gap="medium", vertical_alignment="bottom"
    )
    under_way = training.is_under_way(state, status)
    with left, st.container(key="draw_model", vertical_alignment="bottom"):
        if under_way or chosen is not None:
            _choose(found)
        else:
            st.caption(_("No network here reads digits yet. Train one, and draw in the meantime."))
            training.offer(state)
    with right, st.container(key="draw_standing", vertical_alignment="bottom"):
        if under_way:
            training.show_progress(state, status)
        elif chosen is None:
            training.offer_other(state)
        elif not any(reader.reads_digits for reader in found):
            training.offer(state)
        elif not any(reader.reads_digits for reader in found if not reader.ships):
            training.invite(state)
        else:
            with st.container(key="more", horizontal=True, vertical_alignment="center"):
                if training.has_ready() and not any(
                    reader.recipe == training.READY for reader in found if not reader.ships
                ):
                    training.offer_ready(state)
                st.page_link(page_file("images"), label=_("Train another"), icon=":material/image:")
    return chosen


def _chosen(state: LabState, found: list[Reader]) -> Reader | None:
    """The model to read with: the one chosen, or else the newest.

    One that is trained by the button takes its place as soon as it has weights.
    """
    by_id = {reader.run_id: reader for reader in found}
    page = draw_state()
    picked = widgets.get(MODEL)
    # A browser sends the label. Of one that has changed since ("still training") Streamlit does not
    # know the run, and gives it as it came.
    wanted = page.listed.get(picked, picked) or page.model
    if state.run_id in by_id:
        if page.followed != state.run_id:
            page.followed, page.left = state.run_id, wanted
            wanted = state.run_id
        elif wanted == state.run_id:
            page.left = None  # the browser has heard of it
        elif page.left is not None and wanted == page.left:
            wanted = state.run_id  # a busy browser lost it, and says the old one once more
    if wanted is not None and wanted not in by_id:
        state.notice = why_not(wanted)
        if found:
            state.notice += " " + _("Now '{name}' reads.", name=found[0].name)
        wanted = None
    if not found:
        widgets.forget(MODEL)
        page.model = None
        return None
    run_id = wanted or found[0].run_id
    page.model = run_id
    widgets[MODEL] = run_id
    return by_id[run_id]


def _choose(found: list[Reader]) -> None:
    """The list of models; before the first has weights, a place for it."""
    names = labels(found)
    if not names:
        st.selectbox(
            _("Model"),
            [_("the first one is being trained …")],
            disabled=True,
            key=widgets.key("no_reader"),
        )
        return
    shown = {run_id: visible(label) for run_id, label in names.items()}
    draw_state().listed |= {label: run_id for run_id, label in shown.items()}
    st.selectbox(_("Model"), list(shown), format_func=shown.__getitem__, key=widgets.key(MODEL))
