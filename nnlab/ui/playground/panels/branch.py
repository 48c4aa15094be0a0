"""Branch here: a new run goes on from the moment that is looked at, with one thing changed."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st
from torch import nn

from nnlab.config import Experiment
from nnlab.errors import NnlabError
from nnlab.runs.rewind.branch import BUDGET, branch
from nnlab.runs.rewind.past import Replaying
from nnlab.training.live import WEIGHTS
from nnlab.ui import services
from nnlab.ui.lab.branch_form import effective
from nnlab.ui.lab.branching import fitting_name, must_have_steps_left, start
from nnlab.ui.lab.live import take_up
from nnlab.ui.lab.run_controls import let_go
from nnlab.ui.playground.course import say_change
from nnlab.ui.playground.frame import Frame
from nnlab.ui.playground.panels.panel_choice import COMPARE, open_panel
from nnlab.ui.runtime.past_snapshots import state_of, steps

WAIT_SECONDS = 10.0
"""How long a click waits for the state of a run that trains; a past one is there already."""
NOTHING, WEIGHT = "nothing: the same once more", "one weight"


@dataclass(frozen=True)
class Field:
    """A number that a branch may change."""

    label: str
    low: float
    high: float


FIELDS = {
    "training.optimizer.lr": Field("learning rate", 1e-8, 1000.0),
    "training.optimizer.momentum": Field("momentum", 0.0, 0.999),
    "training.optimizer.weight_decay": Field("weight decay (L2)", 0.0, 1000.0),
    "training.l1": Field("L1", 0.0, 1000.0),
    "training.clip_norm": Field("gradient clipping (norm)", 1e-6, 1e6),
    "training.epochs": Field("budget in epochs", 1, 1_000_000),
    "training.steps": Field("budget in steps", 1, 1_000_000_000),
}
OTHERWISE = (
    "Data, layers, activation, batch size and seeds cannot change in the middle of a run: every"
    " step before would have been another. Change them in the form, and train anew."
)


def draw_branch(frame: Frame) -> None:
    """The one thing that is to change, and the button that makes the new run."""
    view = frame.view
    if view is None or view.history.step <= steps(view)[0]:
        st.caption("Train first: a branch goes on from a moment of a run.")
        return
    step = frame.past if frame.past is not None else steps(view)[1]
    before = effective(view.run, view.history, step)
    offered = {path: value for path in FIELDS if (value := _offered(before, path)) is not None}
    st.markdown(f"A new run, the same up to **step {step:,}**; from there on one thing is another.")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="branch_form"):
        what = st.selectbox(
            "What changes",
            [*offered, WEIGHT, NOTHING],
            format_func=lambda path: FIELDS[path].label if path in FIELDS else path,
            key="branch_what",
            width=240,
        )
        changes = _change(frame, what, offered.get(what), before)
        st.button(
            "Branch and train",
            key="branch_go",
            type="primary",
            on_click=_branch,
            args=(frame, step, before, changes),
            disabled=frame.replaying is not None or (what != NOTHING and not changes),
        )
    st.caption(OTHERWISE if changes or what == NOTHING else f"Give it another value. {OTHERWISE}")


def _change(frame: Frame, what: str, now: float | None, before: Experiment) -> dict[str, object]:
    """What the fields say beside the choice; nothing where they say what holds already."""
    if what == WEIGHT:
        return _weight_field(frame.moment.network)
    if now is None:
        return {}
    value = _number(what, now)
    is_new = what == "training.clip_norm" and before.training.clip_norm is None
    return {what: value} if is_new or value != now else {}


def _offered(experiment: Experiment, path: str) -> float | None:
    """What the field shows; None where the experiment has no such number."""
    place: Any = experiment
    for name in path.split("."):
        place = getattr(place, name, None)
    if path == "training.clip_norm" and place is None:
        return 1.0
    if path in BUDGET and experiment.training.schedule is not None:
        return None  # which spreads over the whole budget
    return None if place is None else float(place)


def _number(path: str, now: float) -> float | int:
    field, whole = FIELDS[path], path in BUDGET
    key = f"branch_value_{path.rpartition('.')[2]}_{now!r}"
    if whole:
        top = int(max(field.high, now))
        return int(st.number_input(_title(field), 1, top, int(now), key=key, width=170))
    return st.number_input(
        _title(field),
        min(field.low, now),
        max(field.high, now),
        now,
        step=10.0 ** math.floor(math.log10(now)) / 10 if now > 0 else 0.001,
        format="%g",
        key=key,
        width=170,
    )


def _title(field: Field) -> str:
    return field.label[0].upper() + field.label[1:]


def _weight_field(network: nn.Module) -> dict[str, object]:
    parameters = dict(network.named_parameters())
    name = st.selectbox("Parameter", list(parameters), key="branch_parameter", width=140)
    tensor = parameters[name]
    said = ("Row (neuron)", "Column (input)") if tensor.dim() > 1 else ("Neuron",)
    indices = [
        int(st.number_input(words, 1, size, 1, key=f"branch_{name}_{axis}", width=120)) - 1
        for axis, (words, size) in enumerate(zip(said, tensor.shape, strict=False))
    ]
    now = round(float(tensor[tuple(indices)]), 6)
    where = ".".join(map(str, indices))
    key = f"branch_weight_{name}_{where}_{now!r}"
    value = st.number_input("Its value", value=now, step=0.1, format="%.6g", key=key, width=150)
    return {} if value == now else {f"{WEIGHTS}{name}.{where}": value}


def _branch(frame: Frame, step: int, before: Experiment, changes: Mapping[str, object]) -> None:
    state, view = frame.state, frame.view
    assert view is not None, "there is a run to branch from"
    try:
        must_have_steps_left(view.experiment, view.history, step, changes)
        past = _wait_for(frame, step)
        if isinstance(past, Replaying):
            state.past = step
            state.notice = (
                f"Step {step:,} is still being replayed: branch from it as soon as it is shown."
            )
            return
        meta = view.run.meta
        said = [f"from {step:,}", *(say_change(path, value) for path, value in changes.items())]
        run = branch(
            services.store(),
            view.run,
            step,
            changes,
            name=fitting_name(meta.name, f" · {', '.join(said)}"),
            data_dir=services.settings().data_dir,
            owner=meta.owner,
            state=past,
        )
        let_go(state)
        start(run)
    except NnlabError as error:
        state.notice = str(error)
        return
    take_up(state, _with(before, changes), run.id)
    open_panel(COMPARE)


def _wait_for(frame: Frame, step: int) -> Any:
    assert frame.view is not None, "there is a run to branch from"
    until = time.monotonic() + WAIT_SECONDS
    found = state_of(frame.view, step)
    while isinstance(found, Replaying) and time.monotonic() < until:
        time.sleep(0.02)
        found = state_of(frame.view, step)
    return found


def _with(experiment: Experiment, changes: Mapping[str, object]) -> Experiment:
    """What the form shows of a branch. A weight is none of its fields."""
    for path, value in changes.items():
        if not path.startswith(WEIGHTS):
            experiment = experiment.with_set(path, value)
    return experiment
