"""The ways from one network of a sweep to a run of its own."""

import streamlit as st

from nnlab.config import Net
from nnlab.errors import NnlabError
from nnlab.runs.sweeps.alone import train_alone
from nnlab.texts import N_, _
from nnlab.ui import services
from nnlab.ui.lab.branching import fitting_name
from nnlab.ui.lab.run_commands import make_room, start_new
from nnlab.ui.messages import say
from nnlab.ui.session.labs import open_in_lab
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
        picked = [number for number in frame.state.picked if number < len(frame.nets)]
        if not picked:
            st.caption(_("Click a network to see it large; click another one to compare the two."))
            return
        net = frame.nets[picked[-1]]
        st.markdown(_("**Network {number}**", number=net.number), width="content")
        _show_buttons(frame, net)
        st.caption(_("Alone it has the very same weights, bit for bit."), help=_(EXACT))


def _show_buttons(frame: SweepFrame, net: Net) -> None:
    reason = _reason(frame, net)
    moves = frame.status in ("queued", "starting", "running")
    if st.button(
        _("Open in the Playground"), key=widgets.key("open_net"), icon=":material/open_in_new:"
    ):
        open_in_lab(net.experiment)
        st.switch_page(page_file("playground"))
    if frame.run is None:
        return
    can_go_on = not moves and reason != "diverged" and frame.history.step > 0
    if st.button(
        _("Train on alone"),
        key=widgets.key("train_alone"),
        icon=":material/fast_forward:",
        disabled=not can_go_on,
    ):
        _train_alone(frame, net, is_spent=reason == "completed")
    if frame.history.ended is not None and not moves:
        show_download(frame.run, "script-module", _("Its script"), net.number)


def _reason(frame: SweepFrame, net: Net) -> str:
    reasons = frame.history.reasons
    return reasons[net.number] if net.number < len(reasons) else ""


def _train_alone(frame: SweepFrame, net: Net, *, is_spent: bool) -> None:
    """A run of that network, in the Playground; one whose budget is spent gets it once more."""
    assert frame.run is not None, "a draft has no network to go on with"
    name = fitting_name(frame.run.meta.name, _(" · network {number}", number=net.number))
    training = net.experiment.training
    budget = {
        f"training.{unit}": 2 * value
        for unit in ("epochs", "steps")
        if is_spent and (value := getattr(training, unit)) is not None
    }
    try:
        make_room()
        run = train_alone(
            services.store(), frame.run, net.number, owner=owner(), name=name, budget=budget
        )
        start_new(run)
    except NnlabError as error:
        say("error", error, icon=":material/error:")
        return
    open_in_lab(run.experiment, run.id)
    st.switch_page(page_file("playground"))
