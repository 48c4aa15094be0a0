"""Runs: every run made so far, with its experiment, status, figures and curves."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Literal

import streamlit as st

from nnlab.errors import NnlabError, RunNotFoundError
from nnlab.runs.disk import in_words
from nnlab.runs.record.status import ALIVE
from nnlab.runs.record.weight_files import list_checkpoints, list_recorded
from nnlab.runs.store import Listed, RecordedSummary, Run
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.messages import say
from nnlab.ui.runs.compare.compare import forget_deleted, show_comparison
from nnlab.ui.runs.details import details as details
from nnlab.ui.runs.disk_panel import show_disk
from nnlab.ui.runs.filters import clear_filters, show_filters
from nnlab.ui.runs.list import show_rows, show_selection
from nnlab.ui.runs.recorded.details import show_recorded_parts, show_recorded_status
from nnlab.ui.runs.sharing import show_sharing, show_whose
from nnlab.ui.runs.tags import show_tags
from nnlab.ui.runtime.recorded_history import recorded_history
from nnlab.ui.runtime.run_history import run_history
from nnlab.ui.session.address import RUN
from nnlab.ui.session.labs import leave_lab
from nnlab.ui.session.runs_state import RunsState, runs_state
from nnlab.ui.session.sweep_state import open_run
from nnlab.ui.session.widgets import runs as widgets
from nnlab.ui.shell import messages, page_file
from nnlab.ui.words import plain

STYLE = Path(__file__).with_name("runs.css")
FRAME_SECONDS = 2.0
"""Seconds between two reruns while a run is alive: a list may move more slowly than a chart."""
REST_SECONDS = 5.0
"""The same, for new runs alone, while none is."""


def show() -> None:
    """The page. All of it is one fragment, which looks again only while a run is alive."""
    leave_lab()
    st.html(STYLE)
    st.title(_("Runs"), anchor=False)
    found = _summaries()
    looks_again = any(summary.status in ALIVE for summary in found)

    @st.fragment(run_every=FRAME_SECONDS if looks_again else None)
    def frame() -> None:
        summaries = _summaries()
        with messages():
            _show(runs_state(), summaries)
        if any(summary.status in ALIVE for summary in summaries) != looks_again:
            st.rerun()

    @st.fragment(run_every=None if looks_again else REST_SECONDS)
    def watch() -> None:
        """A loop that is recorded begins outside of the lab: the list looks for it, unasked."""
        if {one.run.id for one in _summaries()} - {one.run.id for one in found}:
            st.rerun()

    frame()
    watch()


def _summaries() -> list[Listed]:
    return doors.store().listed(doors.launcher().pending())


def _show(state: RunsState, summaries: Sequence[Listed]) -> None:
    damaged = doors.store().damaged()
    here = {summary.run.id for summary in summaries}
    _follow_address(state, here)
    if state.selected is not None and state.selected not in here:
        state.notice = state.notice or _("The run {id} was deleted.", id=state.selected)
        state.selected = state.asking = None
    forget_deleted(state, summaries)
    if state.asking is not None and state.asking[0] == "open":
        _open(state, state.asking[1])
    if state.notice:
        say("info", state.notice, icon=":material/info:")
    if state.comparing:
        show_comparison(state, summaries)
        return
    if summaries:
        left, right = st.columns([3, 2], gap="large")
        with left:
            shown = show_filters(summaries)
            show_selection(state)
            selected = _selected(state, summaries, shown)
            if shown:
                show_rows(shown, state, selected.run.id if selected else None)
            else:
                st.markdown(_("No run matches."))
                st.button(_("Show all runs"), key=widgets.key("show_all"), on_click=clear_filters)
        with right, st.container(key="run_details"):
            if selected is not None:
                _show_run(state, selected, summaries)
    elif not damaged:
        _show_nothing_yet(state)
    if damaged:
        _show_damaged(state, damaged)
    if summaries:
        show_disk(state)


def _follow_address(state: RunsState, here: Collection[str]) -> None:
    """`run=` in the address names the run to show, once: then a person chooses another."""
    named = st.query_params.get(RUN)
    if named and named != state.addressed:
        if named in here:
            state.selected, state.comparing = named, False
        else:
            try:
                doors.store().get(named)
            except NnlabError as error:
                state.notice = str(error)
    state.addressed = named


def _selected(
    state: RunsState, summaries: Sequence[Listed], shown: Sequence[Listed]
) -> Listed | None:
    """The chosen run; before a choice the first of the list, which then stays the choice."""
    if state.selected is None and shown:
        state.selected = shown[0].run.id
    return next((summary for summary in summaries if summary.run.id == state.selected), None)


def _show_nothing_yet(state: RunsState) -> None:
    with st.container(key="run_list"):
        st.markdown(
            _("No runs yet. Train a network, and it stays here with its curves and weights.")
        )
        st.caption(
            _("A PyTorch loop of your own appears here, too: `with nnlab.record(model, …)`.")
        )
        if st.button(_("Open the Playground"), key=widgets.key("to_playground"), type="primary"):
            st.switch_page(page_file("playground"))
        details.show_restore(state, None)


# One run -----------------------------------------------------------------------------------------


def _show_run(state: RunsState, summary: Listed, summaries: Sequence[Listed]) -> None:
    dark = st.context.theme.type == "dark"
    try:
        st.subheader(plain(summary.meta.name), anchor=False)
        if isinstance(summary, RecordedSummary):
            recorded = recorded_history(summary.run)
            show_recorded_status(summary, recorded)
            _show_buttons(state, summary)
            show_tags(state, summary, summaries)
            show_recorded_parts(state, summary, recorded, dark)
            return
        history = run_history(summary.run)
        details.show_status(summary, history)
        _show_buttons(state, summary)
        show_tags(state, summary, summaries)
        details.show_parts(state, summary, history, dark)
    except RunNotFoundError as error:
        say("info", error, icon=":material/info:")


def _show_buttons(state: RunsState, summary: Listed) -> None:
    run, name = summary.run, summary.meta.name

    # Callbacks know which run they were drawn for; by the time that they run, it may be gone.
    def ask(what: Literal["open", "rename", "delete"]) -> None:
        state.asking, state.notice = (what, run.id), None
        if what == "rename":
            widgets["new_name"] = name

    is_recorded = isinstance(summary, RecordedSummary)
    buttons = [] if is_recorded else [("open", _("Open"), ":material/open_in_new:")]
    own = doors.may_change(summary.meta)
    if own:
        buttons += [
            ("rename", _("Rename"), ":material/edit:"),
            ("delete", _("Delete"), ":material/delete:"),
        ]
    with st.container(horizontal=True, gap="small", key="run_buttons", vertical_alignment="center"):
        for key, label, icon in buttons:
            kind = "primary" if key == "open" else "secondary"
            st.button(label, key=widgets.key(key), type=kind, icon=icon, on_click=ask, args=(key,))
        if own:
            show_sharing(state, summary)
        else:
            show_whose(state, summary)
    if not own:
        return
    if state.asking == ("rename", run.id):
        _show_rename(state, run)
    elif state.asking == ("delete", run.id):
        kept = list_recorded(run.path) if is_recorded else list_checkpoints(run.path)
        what_goes = _(
            "Its curves, weights and {n} checkpoint ({amount}) are gone for good.",
            "Its curves, weights and {n} checkpoints ({amount}) are gone for good.",
            n=len(kept),
            amount=in_words(details.disk_use(summary)),
        )
        if summary.status in ALIVE:
            what_goes += " " + (
                _("Its loop goes on, and is recorded no longer.")
                if is_recorded
                else _("It is stopped first.")
            )
        _show_delete(state, run, name, what_goes)


def _open(state: RunsState, run_id: str) -> None:
    state.asking = None
    try:
        lab = open_run(doors.store().get(run_id))
    except NnlabError as error:
        state.notice = str(error)
        return
    st.switch_page(page_file(lab))


def _show_rename(state: RunsState, run: Run) -> None:
    def save() -> None:
        def rename() -> None:
            doors.store().rename(run.id, widgets["new_name"])

        state.asking = None if _tried(state, rename) else state.asking

    with st.form("rename_form"):
        st.text_input(_("Name, 1 to 80 characters"), key=widgets.key("new_name"), max_chars=80)
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                _("Save"), key=widgets.key("save_name"), type="primary", on_click=save
            )
            st.form_submit_button(
                _("Cancel"), key=widgets.key("keep_name"), on_click=_never_mind, args=(state,)
            )


def _show_delete(state: RunsState, run: Run, name: str, what_goes: str) -> None:
    def delete() -> None:
        def remove() -> None:
            launcher, store = doors.launcher(), doors.store()
            if run.id in launcher.pending():
                launcher.ask(run, "stop")  # out of the queue
            store.delete(run.id)

        if _tried(state, remove):
            state.notice = _("“{name}” was deleted.", name=name)
        state.selected = state.asking = None

    with st.container(border=True, key="delete_box"):
        st.markdown(_("Delete **{name}**? {what_goes}", name=plain(name), what_goes=what_goes))
        with st.container(horizontal=True, gap="small"):
            st.button(
                _("Delete for good"),
                key=widgets.key("confirm_delete"),
                type="primary",
                on_click=delete,
            )
            st.button(
                _("Keep it"), key=widgets.key("keep_run"), on_click=_never_mind, args=(state,)
            )


def _never_mind(state: RunsState) -> None:
    state.asking = None


def _tried(state: RunsState, action: Callable[[], None]) -> bool:
    """Whether it went well; if not, its message is the notice."""
    try:
        action()
    except NnlabError as error:
        state.notice = str(error)
        return False
    state.notice = None
    return True


# Runs that cannot be read ------------------------------------------------------------------------


def _show_damaged(state: RunsState, damaged: Sequence[tuple[Run, str]]) -> None:
    def ask(run: Run) -> None:
        state.asking, state.notice = ("delete", run.id), None

    with st.container(key="damaged_runs"):
        st.markdown(_("##### Runs that cannot be read"))
        for run, reason in damaged:
            with st.container(horizontal=True, vertical_alignment="center"):
                say("warning", reason, icon=":material/warning:")
                if not doors.may_delete(run):
                    continue
                st.button(
                    _("Delete"),
                    key=widgets.key(f"delete_damaged_{run.id}"),
                    icon=":material/delete:",
                    on_click=ask,
                    args=(run,),
                )
            if state.asking == ("delete", run.id):
                _show_delete(state, run, run.id, _("Its whole directory is gone for good."))
