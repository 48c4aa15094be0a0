"""The message for a run that diverged, and the button that continues from an earlier step."""

from functools import lru_cache

import streamlit as st
import torch

from nnlab.data.description import describe
from nnlab.data.registry import sizes
from nnlab.errors import NnlabError
from nnlab.runs.divergence import cause_of, what_broke
from nnlab.runs.lower_rate import RATE, STEPS, Lower, can_be_tried, lower_rate, third
from nnlab.runs.record.checkpoints import load_checkpoint
from nnlab.runs.record.history import History
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.rewind.names import branch_name
from nnlab.runs.store import Run
from nnlab.texts import _, number
from nnlab.training.events import Diverged
from nnlab.ui.lab.branching import effective, make_branch
from nnlab.ui.lab.run_commands import make_run
from nnlab.ui.messages import marked, say
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.runtime.run_view import RunView, run_view
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.labs import lab_of, take_up
from nnlab.ui.session.widgets import Widgets


def show_divergence(state: LabState, history: History) -> None:
    """Which step, which quantity, the likeliest cause, and the way back."""
    diverged = history.diverged
    if diverged is None or state.run_id is None:
        return
    view = run_view(state.run_id)
    experiment = effective(view.run, history, diverged.step)
    cause = cause_of(experiment, history)
    said = marked(
        "**Diverged at step {step:,}:** {what}. {cause}",
        step=diverged.step,
        what=_what_broke(view, diverged),
        cause=cause.sentence,
    )
    good = diverged.last_good_step
    kept = ""
    if good is not None:
        kept = _("The last good checkpoint, step {step:,}, is kept.", step=good)
    say("error", said, kept, icon=":material/error:")
    offer = _offer(view, experiment.training.optimizer.lr)
    st.caption(_said(offer))
    if offer.rate is None:
        return
    rate = number(offer.rate, 6)
    label = (
        _("Go on from step {step:,} with the rate {rate}", step=good, rate=rate)
        if good is not None
        else _("Start again with the rate {rate}", rate=rate)
    )
    st.button(
        label,
        key=Widgets(lab_of(state.draft)).key("mend_rate"),
        icon=":material/healing:",
        type="primary" if cause.is_rate else "secondary",
        on_click=_mend,
        args=(state, view.run, good, offer.rate),
    )


# The rate that is offered ------------------------------------------------------------------------


MOST_TIMES = 5


class _Tried:
    """The search so far for a rate that does not diverge; a rerun of the page continues it."""

    lower: Lower | None = None
    times: int = 0


@lru_cache(maxsize=64)
def _tried(_run: Run, _session: int, _step: int) -> _Tried:
    return _Tried()


def _offer(view: RunView, rate: float) -> Lower:
    """A lower rate, tried where 0.15 s for each run of the page are enough for that."""
    history, run = view.history, view.run
    assert history.diverged is not None, "it has diverged"
    assert history.started is not None, "so it has begun"
    tried = _tried(run, history.started.step, history.diverged.step)
    known = tried.lower
    if known is None or (known.is_guess and tried.times < MOST_TIMES):
        tried.times += 1
        tried.lower = known = _try(run, history, rate, known.refuted if known else frozenset())
    return known


def _try(run: Run, history: History, rate: float, refuted: frozenset[float]) -> Lower:
    """Raises nothing: what cannot be tried is a guess, and the page says so."""
    assert history.diverged is not None, "it has diverged"
    good, experiment = history.diverged.last_good_step, run.experiment
    guess = Lower(third(rate), is_guess=True)
    try:
        if not can_be_tried(experiment, describe(experiment.data), sizes(experiment.data)[0]):
            return guess
        kept = {int(path.stem): path for path in list_checkpoints(run.path)}
        if good is not None and good not in kept:
            return guess
        state = load_checkpoint(kept[good]) if good is not None else None
        return lower_rate(experiment, splits_of(experiment.data), state, rate, refuted)
    except NnlabError:
        return guess


def _said(offer: Lower) -> str:
    if offer.rate is None:
        return _(
            "Tried: no rate down to {rate} holds for {steps} steps, so it is not the rate alone.",
            rate=number(min(offer.refuted), 6),
            steps=STEPS,
        )
    if offer.is_guess:
        return _(
            "The rate {rate} is a guess: trying it would take long.", rate=number(offer.rate, 6)
        )
    if offer.refuted:
        return _(
            "Tried: the rate {rate} holds for {steps} steps, {higher} does not.",
            rate=number(offer.rate, 6),
            steps=STEPS,
            higher=number(min(offer.refuted), 6),
        )
    return _(
        "Tried: the rate {rate} holds for {steps} steps.", rate=number(offer.rate, 6), steps=STEPS
    )


def _what_broke(view: RunView, diverged: Diverged) -> str:
    """Return what diverged, and how large the weights had grown, as far as was recorded."""
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
