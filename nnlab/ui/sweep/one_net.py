"""The ways from one network of a sweep to a run of its own."""

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.runs.rewind.names import fitting_name
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.sweeps.alone import train_alone
from nnlab.texts import N_, _
from nnlab.ui import doors
from nnlab.ui.lab.run_commands import start_new
from nnlab.ui.messages import say
from nnlab.ui.session.labs import open_in_lab, playground_state
from nnlab.ui.session.sweep_state import open_run
from nnlab.ui.session.widgets import sweep as widgets
from nnlab.ui.shell import page_file
from nnlab.ui.sweep.frame import SweepFrame
from nnlab.ui.sweep.table_panel import show_download
from nnlab.ui.visitors import owner

EXACT = N_(
    "On the same processor with as many threads: the Playground trains it by the same program. Its"
    " script prints the same train_loss."
)


def show_ways(frame: SweepFrame) -> None:
    """One line above the tiles: what can be done with the network that was picked last."""
    with st.container(horizontal=True, gap="small", key="sweep_ways", vertical_alignment="center"):
        if not frame.picked:
            st.caption(
                _("A picked network can be opened in the Playground and trained further alone.")
            )
            return
        net = frame.picked[-1]
        st.markdown(_("**Network {number}**", number=net), width="content")
        if frame.begun is not None:
            _show_trial(frame, frame.begun.numbers[net])
            return
        _show_buttons(frame, net)
        st.caption(_same_weights(frame, net), help=_(EXACT))


def _same_weights(frame: SweepFrame, net: int) -> str:
    """When a network that trains in the Playground has the weights of this one."""
    training = frame.experiment_of(net).training
    step = int(frame.history.steps[net]) if net < len(frame.history.steps) else 0
    if frame.moves or step == 0:
        return _("Train it there: at every step it has the weights that it has here, bit for bit.")
    if frame.reason(net) == "completed" and training.epochs is not None:
        return _(
            "Train it there: after {n:,} epoch it has these weights, bit for bit.",
            "Train it there: after {n:,} epochs it has these weights, bit for bit.",
            n=training.epochs,
        )
    return _(
        "Train it there: after {n:,} step it has these weights, bit for bit.",
        "Train it there: after {n:,} steps it has these weights, bit for bit.",
        n=step,
    )


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
        page = open_run(doors.store().get(run_id))
    except NnlabError as error:
        say("error", error, icon=":material/error:")
    else:
        st.switch_page(page_file(page))


def _show_buttons(frame: SweepFrame, net: int) -> None:
    if st.button(
        _("Open in the Playground"), key=widgets.key("open_net"), icon=":material/open_in_new:"
    ):
        open_in_lab(frame.experiment_of(net))
        playground_state().from_sweep = frame.experiment_of(net), frame.state.run_id
        st.switch_page(page_file("playground"))
    if frame.run is None:
        return
    reason = frame.reason(net)
    is_spent = reason == "completed"
    if st.button(
        _train_on_text(frame, net, is_spent=is_spent),
        key=widgets.key("train_alone"),
        icon=":material/fast_forward:",
        disabled=frame.moves or reason == "diverged" or frame.history.step == 0,
    ):
        _train_alone(frame, net, is_spent=is_spent)
    if frame.history.ended is not None and not frame.moves:
        show_download(frame.run, "script-module", _("Its script"), net)


def _train_on_text(frame: SweepFrame, net: int, *, is_spent: bool) -> str:
    """`Train 400 epochs more, alone`: once more its budget where that is spent."""
    training = frame.experiment_of(net).training
    history = frame.history
    if training.epochs is not None:
        epochs = training.epochs if is_spent else max(1, training.epochs - history.epoch)
        return _("Train {n:,} epoch more, alone", "Train {n:,} epochs more, alone", n=epochs)
    steps = (training.steps or 0) if is_spent else max(1, (training.steps or 0) - history.step)
    return _("Train {n:,} step more, alone", "Train {n:,} steps more, alone", n=steps)


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
        doors.must_see(frame.run)
        doors.make_room()
        run = train_alone(doors.store(), frame.run, net, owner=owner(), name=name, budget=budget)
        start_new(run)
    except NnlabError as error:
        say("error", error, icon=":material/error:")
        return
    open_in_lab(run.experiment, run.id)
    st.switch_page(page_file("playground"))
