"""The ways from one network of a sweep to a run of its own."""

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.sweeps.alone import train_alone
from nnlab.texts import N_, _
from nnlab.ui import services
from nnlab.ui.lab.branching import fitting_name
from nnlab.ui.lab.run_commands import make_room, start_new
from nnlab.ui.messages import say
from nnlab.ui.session.labs import open_in_lab
from nnlab.ui.session.sweep_state import open_run
from nnlab.ui.session.widgets import sweep as widgets
from nnlab.ui.shell import page_file
from nnlab.ui.sweep.frame import SweepFrame
from nnlab.ui.sweep.table_panel import show_download
from nnlab.ui.visitors import owner

EXACT = N_(
    "On the same processor with as many threads: the Playground trains it by the same engine, as a"
    " stack of one. Its script prints the same train_loss."
)


def show_ways(frame: SweepFrame) -> None:
    """One line above the tiles: what can be done with the network that was picked last."""
    with st.container(horizontal=True, gap="small", key="sweep_ways", vertical_alignment="center"):
        if not frame.picked:
            st.caption(_("What is picked can be opened in the Playground and trained on alone."))
            return
        net = frame.picked[-1]
        st.markdown(_("**Network {number}**", number=net), width="content")
        if frame.begun is not None:
            _show_trial(frame, frame.begun.numbers[net])
            return
        _show_buttons(frame, net)
        st.caption(_("Alone it has the very same weights, bit for bit."), help=_(EXACT))


def _show_trial(frame: SweepFrame, trial: int) -> None:
    """A trial of a search is a run of its own."""
    assert isinstance(frame.history, SearchHistory), "trials are a search's"
    run_id = frame.history.runs[trial]
    opens = st.button(
        _("Open its run"),
        key=widgets.key("open_trial"),
        icon=":material/open_in_new:",
        disabled=run_id is None,
    )
    if not opens or run_id is None:
        return
    try:
        page = open_run(services.store().get(run_id))
    except NnlabError as error:
        say("error", error, icon=":material/error:")
    else:
        st.switch_page(page_file(page))


def _show_buttons(frame: SweepFrame, net: int) -> None:
    if st.button(
        _("Open in the Playground"), key=widgets.key("open_net"), icon=":material/open_in_new:"
    ):
        open_in_lab(frame.experiment_of(net))
        st.switch_page(page_file("playground"))
    if frame.run is None:
        return
    reason = frame.reason(net)
    if st.button(
        _("Train on alone"),
        key=widgets.key("train_alone"),
        icon=":material/fast_forward:",
        disabled=frame.moves or reason == "diverged" or frame.history.step == 0,
    ):
        _train_alone(frame, net, is_spent=reason == "completed")
    if frame.history.ended is not None and not frame.moves:
        show_download(frame.run, "script-module", _("Its script"), net)


def _train_alone(frame: SweepFrame, net: int, *, is_spent: bool) -> None:
    """A run of that network, in the Playground; one whose budget is spent gets it once more."""
    assert frame.run is not None, "a draft has no network to go on with"
    name = fitting_name(frame.run.meta.name, _(" · network {number}", number=net))
    training = frame.experiment_of(net).training
    budget = {
        f"training.{unit}": 2 * value
        for unit in ("epochs", "steps")
        if is_spent and (value := getattr(training, unit)) is not None
    }
    try:
        make_room()
        run = train_alone(services.store(), frame.run, net, owner=owner(), name=name, budget=budget)
        start_new(run)
    except NnlabError as error:
        say("error", error, icon=":material/error:")
        return
    open_in_lab(run.experiment, run.id)
    st.switch_page(page_file("playground"))
