"""What a page says of a run that diverged, and the button that goes on from before."""

import streamlit as st
import torch

from nnlab.errors import NnlabError
from nnlab.runs.divergence import cause_of, what_broke
from nnlab.runs.record.history import History
from nnlab.runs.store import Run
from nnlab.texts import _
from nnlab.training.events import Diverged
from nnlab.ui.lab.branching import branch_name, effective, make_branch
from nnlab.ui.lab.run_commands import make_run
from nnlab.ui.runtime.run_view import RunView, run_view
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.labs import lab_of, take_up
from nnlab.ui.session.widgets import Widgets

RATE = "training.optimizer.lr"


def show_divergence(state: LabState, history: History) -> None:
    """Which step, which quantity, the likeliest cause, and the way back."""
    diverged = history.diverged
    if diverged is None or state.run_id is None:
        return
    view = run_view(state.run_id)
    experiment = effective(view.run, history, diverged.step)
    cause = cause_of(experiment, history)
    said = _(
        "**Diverged at step {step:,}:** {what}. {cause}",
        step=diverged.step,
        what=_what_broke(view, diverged),
        cause=cause.sentence,
    )
    good = diverged.last_good_step
    if good is not None:
        said += " " + _("The last good checkpoint, step {step:,}, is kept.", step=good)
    st.error(said, icon=":material/error:")
    rate = experiment.training.optimizer.lr / 3
    label = (
        _("Go on from step {step:,} with a third of the rate ({rate:.2g})", step=good, rate=rate)
        if good is not None
        else _("Start again with a third of the rate ({rate:.2g})", rate=rate)
    )
    st.button(
        label,
        key=Widgets(lab_of(state.draft)).key("mend_rate"),
        icon=":material/healing:",
        type="primary" if cause.is_rate else "secondary",
        on_click=_mend,
        args=(state, view.run, good, rate),
    )


def _what_broke(view: RunView, diverged: Diverged) -> str:
    """What did, and how large the weights had grown, as far as somebody saw them."""
    broke = what_broke(diverged)
    moment = view.moment()
    sizes = [float(p.detach().abs().max()) for p in moment.network.parameters() if p.numel()]
    largest = max(sizes, default=0.0)
    if moment.step == 0 or not torch.isfinite(torch.tensor(largest)):
        return broke
    return _(
        "{what} (at step {step:,} the largest weight was {largest:.3g})",
        what=broke,
        step=moment.step,
        largest=largest,
    )


def _mend(state: LabState, run: Run, good: int | None, rate: float) -> None:
    """A branch of the last good checkpoint; where there was none, the same run from its start."""
    try:
        history = run_view(run.id).refresh()
        experiment = effective(run, history, good or 0).with_set(RATE, rate)
        if good is None:
            name = branch_name(run.meta.name, 0, {RATE: rate})
            made = make_run(run.experiment.with_set(RATE, rate), name=name)
        else:
            made = make_branch(run, history, good, {RATE: rate})
    except NnlabError as error:
        state.notice = str(error)
        return
    take_up(state, experiment, made.id)
