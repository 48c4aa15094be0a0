"""The panel Branch here: a new run continues from the step shown, with one thing changed."""

import time
from collections.abc import Mapping

import streamlit as st
from torch import nn

from nnlab.config import Experiment
from nnlab.config.live_fields import (
    BRANCH_FIELDS,
    BUDGET_FIELDS,
    WEIGHTS,
    apply_changes,
    value_at,
)
from nnlab.errors import NnlabError
from nnlab.runs.rewind.past import Replaying
from nnlab.texts import N_, _
from nnlab.training.state import State
from nnlab.ui.lab.branch_form import a_tenth, title_of
from nnlab.ui.lab.branching import effective, make_branch
from nnlab.ui.lab.run_commands import let_go
from nnlab.ui.playground.frame import Frame
from nnlab.ui.playground.panels.panel_choice import COMPARE, open_panel
from nnlab.ui.runtime.past_snapshots import state_of, steps
from nnlab.ui.session.labs import take_up
from nnlab.ui.session.widgets import playground as widgets

WAIT_SECONDS = 10.0
"""How long a click waits for the state of a run that trains; a past one is there already."""
NOTHING, WEIGHT = N_("nothing: the same once more"), N_("one weight")


OFFERED = tuple(path for path in BRANCH_FIELDS if path != "training.stop_at_loss")
OTHERWISE = N_(
    "Data, layers, activation, batch size and seeds cannot change in the middle of a run: every"
    " step before would have been another. Change them in the form, and train anew."
)


def draw_branch(frame: Frame) -> None:
    """The one thing that is to change, and the button that makes the new run."""
    view = frame.view
    if view is None or view.history.step <= steps(view)[0]:
        st.caption(_("Train first: a branch continues from a step of a run."))
        return
    step = frame.past if frame.past is not None else steps(view)[1]
    before = effective(view.run, view.history, step)
    offered = {path: value for path in OFFERED if (value := _offered(before, path)) is not None}
    st.markdown(
        _(
            "A new run, the same up to **step {step:,}**; from there on, one thing differs.",
            step=step,
        )
    )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="branch_form"):
        what = st.selectbox(
            _("What changes"),
            [*offered, WEIGHT, NOTHING],
            format_func=lambda path: _(
                BRANCH_FIELDS[path].label if path in BRANCH_FIELDS else path
            ),
            key=widgets.key("branch_what"),
            width=240,
        )
        changes = _change(frame, what, offered.get(what), before)
        st.button(
            _("Branch and train"),
            key=widgets.key("branch_go"),
            type="primary",
            on_click=_branch,
            args=(frame, step, before, changes),
            disabled=frame.replaying is not None or (what != NOTHING and not changes),
        )
    hint = "" if changes or what == NOTHING else f"{_('Give it another value.')} "
    st.caption(hint + _(OTHERWISE))


def _change(frame: Frame, what: str, now: float | None, before: Experiment) -> dict[str, object]:
    """Return the change chosen in the fields; empty if they equal the present values."""
    if what == WEIGHT:
        return _weight_field(frame.moment.network)
    if now is None:
        return {}
    value = _number(what, now)
    is_new = what == "training.clip_norm" and before.training.clip_norm is None
    return {what: value} if is_new or value != now else {}


def _offered(experiment: Experiment, path: str) -> float | None:
    """Return the initial value of the field; None if the experiment has no such number."""
    now = value_at(experiment, path)
    if path == "training.clip_norm" and now is None:
        return 1.0
    if path in BUDGET_FIELDS and experiment.training.schedule is not None:
        return None  # which spreads over the whole budget
    return now


def _number(path: str, now: float) -> float | int:
    field, whole = BRANCH_FIELDS[path], path in BUDGET_FIELDS
    key = f"branch_value_{path.rpartition('.')[2]}_{now!r}"
    if whole:
        top = int(max(field.high, now))
        return int(
            st.number_input(
                title_of(field), int(field.low), top, int(now), key=widgets.key(key), width=170
            )
        )
    return st.number_input(
        title_of(field),
        min(field.low, now),
        max(field.high, now),
        now,
        step=a_tenth(now),
        format="%g",
        key=widgets.key(key),
        width=170,
    )


def _weight_field(network: nn.Module) -> dict[str, object]:
    parameters = dict(network.named_parameters())
    name = st.selectbox(
        _("Parameter"), list(parameters), key=widgets.key("branch_parameter"), width=140
    )
    tensor = parameters[name]
    said = (_("Row (neuron)"), _("Column (input)")) if tensor.dim() > 1 else (_("Neuron"),)
    indices = [
        int(st.number_input(words, 1, size, 1, key=widgets.key(f"branch_{name}_{axis}"), width=120))
        - 1
        for axis, (words, size) in enumerate(zip(said, tensor.shape, strict=False))
    ]
    now = round(float(tensor[tuple(indices)]), 6)
    where = ".".join(map(str, indices))
    key = f"branch_weight_{name}_{where}_{now!r}"
    value = st.number_input(
        _("Its value"), value=now, step=0.1, format="%.6g", key=widgets.key(key), width=150
    )
    return {} if value == now else {f"{WEIGHTS}{name}.{where}": value}


def _branch(frame: Frame, step: int, before: Experiment, changes: Mapping[str, object]) -> None:
    state, view = frame.state, frame.view
    assert view is not None, "there is a run to branch from"
    try:
        past = _wait_for(frame, step)
        if isinstance(past, Replaying):
            state.past = step
            state.notice = _(
                "Step {step:,} is still being replayed: branch from it as soon as it is shown.",
                step=step,
            )
            return
        run = make_branch(view.run, view.history, step, changes, state=past)
        let_go(state)
    except NnlabError as error:
        state.notice = str(error)
        return
    take_up(state, apply_changes(before, changes), run.id)
    open_panel(COMPARE)


def _wait_for(frame: Frame, step: int) -> State | Replaying:
    assert frame.view is not None, "there is a run to branch from"
    until = time.monotonic() + WAIT_SECONDS
    found = state_of(frame.view, step)
    while isinstance(found, Replaying) and time.monotonic() < until:
        time.sleep(0.02)
        found = state_of(frame.view, step)
    return found
