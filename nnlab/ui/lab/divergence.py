"""What a page says of a run that diverged, and the button that goes on from before."""

import streamlit as st
import torch

from nnlab.errors import NnlabError
from nnlab.runs import History, Run
from nnlab.runs.divergence import cause_of, what_broke
from nnlab.runs.rewind.branch import branch
from nnlab.ui import services
from nnlab.ui.lab.branch_form import effective
from nnlab.ui.lab.branching import fitting_name, start
from nnlab.ui.lab.live import take_up
from nnlab.ui.runtime.run_view import RunView, run_view
from nnlab.ui.session.lab_state import LabState

RATE = "training.optimizer.lr"


def show_divergence(state: LabState, history: History) -> None:
    """Which step, which quantity, the likeliest cause, and the way back."""
    diverged = history.diverged
    if diverged is None or state.run_id is None:
        return
    view = run_view(state.run_id)
    experiment = effective(view.run, history, diverged.step)
    cause = cause_of(experiment, history)
    good = diverged.last_good_step
    kept = f" The last good checkpoint, step {good:,}, is kept." if good is not None else ""
    st.error(
        f"**Diverged at step {diverged.step:,}:** {what_broke(diverged)}{_weights(view)}."
        f" {cause.sentence}{kept}",
        icon=":material/error:",
    )
    rate = experiment.training.optimizer.lr / 3
    label = (
        f"Go on from step {good:,} with a third of the rate ({rate:.2g})"
        if good is not None
        else f"Start again with a third of the rate ({rate:.2g})"
    )
    st.button(
        label,
        key="mend_rate",
        icon=":material/healing:",
        type="primary" if cause.is_rate else "secondary",
        on_click=_mend,
        args=(state, view.run, good, rate),
    )


def _weights(view: RunView) -> str:
    """How large the weights had grown, as far as somebody saw them."""
    moment = view.moment()
    sizes = [float(p.detach().abs().max()) for p in moment.network.parameters() if p.numel()]
    largest = max(sizes, default=0.0)
    if moment.step == 0 or not torch.isfinite(torch.tensor(largest)):
        return ""
    return f" (at step {moment.step:,} the largest weight was {largest:.3g})"


def _mend(state: LabState, run: Run, good: int | None, rate: float) -> None:
    """A branch of the last good checkpoint; where there was none, the same run from its start."""
    store, meta = services.store(), run.meta
    try:
        history = run_view(run.id).refresh()
        step = good or 0
        experiment = effective(run, history, step).with_set(RATE, rate)
        name = fitting_name(meta.name, f" · from {step:,}, lr {rate:.2g}")
        if good is None:
            made = store.create(run.experiment.with_set(RATE, rate), name=name, owner=meta.owner)
        else:
            made = branch(
                store,
                run,
                good,
                {RATE: rate},
                name=name,
                data_dir=services.settings().data_dir,
                owner=meta.owner,
            )
        start(made)
    except NnlabError as error:
        state.notice = str(error)
        return
    take_up(state, experiment, made.id)
