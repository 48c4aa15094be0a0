"""The form of a branch: from which step of a run, and what is another from there on."""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import streamlit as st

from nnlab.config import Experiment
from nnlab.runs import History, Run, Summary
from nnlab.runs.record.checkpoints import list_checkpoints, load_checkpoint
from nnlab.training.live import WEIGHTS
from nnlab.ui.lab.branching import MAX_NAME, budget_fields, fitting_name, make_branch
from nnlab.ui.lab.refusals import show_refusal
from nnlab.ui.session.lab_state import RunsState, lab_of

CHANGEABLE = {
    # path of a number: what the page calls it, its lowest and highest value
    "training.optimizer.lr": ("Learning rate", 1e-8, 1000.0),
    "training.optimizer.momentum": ("Momentum", 0.0, 0.999),
    "training.optimizer.weight_decay": ("Weight decay", 0.0, 1000.0),
    "training.l1": ("L1 penalty", 0.0, 1000.0),
}


def show_branch(state: RunsState, summary: Summary, history: History) -> None:
    """Step, changes, budget and name; and the buttons that make the branch."""
    run, experiment = summary.run, summary.experiment
    st.markdown("##### Branch")
    steps = _steps(summary, history)
    if steps is None:
        st.caption("It diverged before its first checkpoint: train a new run with a lower rate.")
        return
    st.caption(
        "A new run that starts from a past step of this one, with something changed. The step"
        " comes back bit for bit: from the checkpoint before it, and the steps since once more."
    )
    step = _step_field(run, *steps)
    before = effective(run, history, step)
    changes: dict[str, object] = {}
    places = iter(st.columns(4))
    for path, (label, low, high) in CHANGEABLE.items():
        now = _value(before, path)
        if now is None:
            continue
        with next(places):
            value = st.number_input(
                label,
                min(low, now),
                max(high, now),
                value=now,
                step=_a_tenth(now),
                format="%g",
                key=f"branch_{path.rpartition('.')[2]}_{run.id}_{now!r}",
            )
        if value != now:
            changes[path] = value
    if experiment.training.schedule is None:
        with st.container(horizontal=True, key="branch_budget"):
            changes |= budget_fields(run, experiment.training, "branch")
    name = st.text_input(
        "Name",
        key=f"branch_name_{run.id}",
        placeholder=_branch_name(summary, step, changes),
        max_chars=MAX_NAME,
    )
    with st.container(horizontal=True, gap="small", key="branch_buttons"):
        stay = st.button(
            "Branch and train", key="branch_run", type="primary", icon=":material/call_split:"
        )
        leave = st.button(f"… and open in {lab_of(experiment).capitalize()}", key="branch_open")
    if stay or leave:
        name = name or _branch_name(summary, step, changes)
        make_branch(state, summary, history, step, changes, name, where="branch", leave=leave)
    show_refusal(run, "branch")


def _steps(summary: Summary, history: History) -> tuple[int, int] | None:
    """The first and the last step that a branch can start from; None where there is none."""
    first = summary.meta.parent_step or 0
    if history.diverged is None:
        return first, max(first, history.step)
    good = history.diverged.last_good_step
    return None if good is None else (first, max(first, good))


def _step_field(run: Run, first: int, last: int) -> int:
    key = f"branch_step_{run.id}"
    kept = [int(path.stem) for path in list_checkpoints(run.path)]
    kept = [step for step in reversed(kept) if first <= step <= last]
    st.session_state.setdefault(key, last)

    def take() -> None:
        chosen = st.session_state[f"branch_checkpoint_{run.id}"]
        if chosen is not None:
            st.session_state[key] = chosen

    left, right = st.columns(2)
    with left:
        step = st.number_input(f"From step ({first:,} to {last:,})", first, last, key=key)
    with right:
        st.selectbox(
            "or from a checkpoint",
            kept,
            index=None,
            format_func=lambda step: f"step {step:,}",
            key=f"branch_checkpoint_{run.id}",
            placeholder=f"{len(kept)} kept" if kept else "none kept",
            disabled=not kept,
            on_change=take,
        )
    return int(step)


def effective(run: Run, history: History, step: int) -> Experiment:
    """The experiment as it held at a step, with what was changed live until then.

    Raises:
        RunDamagedError: the first checkpoint of a branch cannot be read.
    """
    changes = dict(_at_first(run)) if run.meta.parent is not None else {}
    for control in history.controls:
        if control.set is not None and control.error is None and control.step <= step:
            changes[str(control.set["path"])] = control.set["value"]
    experiment = run.experiment
    for path, value in changes.items():
        if not path.startswith(WEIGHTS):
            experiment = experiment.with_set(path, value)
    return experiment


@lru_cache(maxsize=64)
def _at_first(run: Run) -> Mapping[str, Any]:
    """What had been changed already before a branch began; its first checkpoint holds it."""
    kept = list_checkpoints(run.path)
    return load_checkpoint(kept[0])["settings"] if kept else {}


def _value(experiment: Experiment, path: str) -> float | None:
    """A number of the experiment; None where its optimizer has no such."""
    place: Any = experiment
    for name in path.split("."):
        place = getattr(place, name, None)
    return None if place is None else float(place)


def _branch_name(summary: Summary, step: int, changes: Mapping[str, object]) -> str:
    said = [f"{path.rpartition('.')[2]} {value:g}" for path, value in changes.items()]
    return fitting_name(summary.meta.name, f" · {', '.join([f'from {step:,}', *said])}")


def _a_tenth(value: float) -> float:
    """A step for the arrows of a field: a tenth of the value's order of size."""
    return 10.0 ** math.floor(math.log10(value)) / 10 if value > 0 else 0.001
