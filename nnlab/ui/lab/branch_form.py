"""The form of a branch on the page of runs: from which step, and what changes from there on."""

import math

import streamlit as st

from nnlab.config import Experiment
from nnlab.config.live_fields import BUDGET_FIELDS, LIVE_FIELDS, LiveField, value_at
from nnlab.runs.record.history import History
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.rewind.names import branch_name
from nnlab.runs.store import MAX_NAME, Run, Summary
from nnlab.texts import _
from nnlab.ui.lab.branching import effective, make_branch
from nnlab.ui.lab.refusals import show_refusal, tried
from nnlab.ui.session.labs import LAB_NAMES, lab_of
from nnlab.ui.session.runs_state import RunsState
from nnlab.ui.session.widgets import runs as widgets

OFFERED = (
    "training.optimizer.lr",
    "training.optimizer.momentum",
    "training.optimizer.weight_decay",
    "training.l1",
)


def show_branch(state: RunsState, summary: Summary, history: History) -> None:
    """Draw the fields of a branch (step, changes, budget, name), and the buttons that make it."""
    run, experiment = summary.run, summary.experiment
    st.markdown(_("##### Branch"))
    steps = _steps(summary, history)
    if steps is None:
        st.caption(_("It diverged before its first checkpoint: train a new run with a lower rate."))
        return
    st.caption(
        _(
            "A new run that starts from a past step of this one, with something changed. The step"
            " comes back bit for bit: from the checkpoint before it, and the steps since once more."
        )
    )
    step = _step_field(run, *steps)
    changes = _changes(run, effective(run, history, step))
    if experiment.training.schedule is None:
        with st.container(horizontal=True, key="branch_budget"):
            changes |= budget_fields(summary, "branch")
    usual = branch_name(summary.meta.name, step, changes)
    name = st.text_input(
        _("Name"),
        key=widgets.key(f"branch_name_{run.id}"),
        placeholder=usual,
        max_chars=MAX_NAME,
    )
    page = _(LAB_NAMES[lab_of(experiment)])
    with st.container(horizontal=True, gap="small", key="branch_buttons"):
        stay = st.button(
            _("Branch and train"),
            key=widgets.key("branch_run"),
            type="primary",
            icon=":material/call_split:",
        )
        leave = st.button(_("… and open in {page}", page=page), key=widgets.key("branch_open"))
    if stay or leave:
        branch_in_view(
            state, summary, history, step, changes, name or usual, where="branch", leave=leave
        )
    show_refusal(run, "branch")


def _changes(run: Run, before: Experiment) -> dict[str, object]:
    """Draw a field for each number that may change. Return the changed ones, by path."""
    changes: dict[str, object] = {}
    places = iter(st.columns(len(OFFERED)))
    for path in OFFERED:
        now = value_at(before, path)
        if now is None:
            continue
        field = LIVE_FIELDS[path]
        with next(places):
            value = st.number_input(
                title_of(field),
                min(field.low, now),
                max(field.high, now),
                value=now,
                step=a_tenth(now),
                format="%g",
                key=widgets.key(f"branch_{path.rpartition('.')[2]}_{run.id}_{now!r}"),
            )
        if value != now:
            changes[path] = value
    return changes


def budget_fields(summary: Summary, what: str, larger: int = 1) -> dict[str, object]:
    """The budget as numbers to change; returns those that are, by path."""
    chosen: dict[str, object] = {}
    for path, field in BUDGET_FIELDS.items():
        now = value_at(summary.experiment, path)
        if now is None:
            continue
        limit = path.rpartition(".")[2]
        value = st.number_input(
            title_of(field),
            int(field.low),
            int(field.high),
            value=min(int(now) * larger, 1_000_000),
            key=widgets.key(f"{what}_{limit}_{summary.run.id}"),
            width=170,
        )
        if value != now:
            chosen[path] = int(value)
    return chosen


def branch_in_view(  # noqa: PLR0913 - state, data and options of one element
    state: RunsState,
    summary: Summary,
    history: History,
    step: int,
    changes: dict[str, object],
    name: str,
    *,
    where: str,
    leave: bool = False,
) -> None:
    """Branch, and show the new run: beside the list, or in its laboratory.

    `where` is the button that was pressed; error messages appear there.
    """

    def make() -> None:
        with st.spinner(_("Going back to step {step:,} …", step=step)):
            made = make_branch(summary.run, history, step, changes, name=name)
        state.selected, state.notice = made.id, None
        state.asking = ("open", made.id) if leave else None

    if tried(summary.run, where, make):
        st.rerun()


def title_of(field: LiveField) -> str:
    """The field's label, as the title of a widget."""
    label = _(field.label)
    return label[0].upper() + label[1:]


def a_tenth(value: float) -> float:
    """A step for the arrows of a field: a tenth of the value's order of size."""
    return 10.0 ** math.floor(math.log10(value)) / 10 if value > 0 else 0.001


def _steps(summary: Summary, history: History) -> tuple[int, int] | None:
    """The first and the last step that a branch can start from; None where there is none."""
    first = summary.meta.parent_step or 0
    if history.diverged is None:
        return first, max(first, history.step)
    good = history.diverged.last_good_step
    return None if good is None else (first, max(first, good))


def _step_field(run: Run, first: int, last: int) -> int:
    name, kept_name = f"branch_step_{run.id}", f"branch_checkpoint_{run.id}"
    kept = [int(path.stem) for path in list_checkpoints(run.path)]
    kept = [step for step in reversed(kept) if first <= step <= last]
    widgets.setdefault(name, last)

    def take() -> None:
        chosen = widgets[kept_name]
        if chosen is not None:
            widgets[name] = chosen

    left, right = st.columns(2)
    with left:
        step = st.number_input(
            _("From step ({first:,} to {last:,})", first=first, last=last),
            first,
            last,
            key=widgets.key(name),
        )
    with right:
        st.selectbox(
            _("or from a checkpoint"),
            kept,
            index=None,
            format_func=lambda step: _("step {step:,}", step=step),
            key=widgets.key(kept_name),
            placeholder=_("{count} kept", count=len(kept)) if kept else _("none kept"),
            disabled=not kept,
            on_change=take,
        )
    return int(step)
