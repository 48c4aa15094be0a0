"""A run's parent and branches, as a tree whose names select the run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from nnlab.config.live_fields import BUDGET_FIELDS
from nnlab.runs.record.status import WORDS
from nnlab.runs.store import Summary
from nnlab.texts import _
from nnlab.training.events import ControlApplied
from nnlab.ui import doors
from nnlab.ui.runtime.run_history import run_history
from nnlab.ui.session.runs_state import RunsState
from nnlab.ui.session.widgets import runs as widgets
from nnlab.ui.visitors import visitor
from nnlab.ui.words import plain

MAX_DEPTH = 6
"""Deeper ones are indented no further."""
MAX_ROWS = 30
BUDGET = tuple(path.rpartition(".")[2] for path in BUDGET_FIELDS)


@dataclass(frozen=True)
class Relative:
    """A run in the tree of its family."""

    id: str
    depth: int
    """0 for the run that all descend from."""
    summary: Summary | None
    """None for a run that was deleted."""


def family(summaries: Sequence[Summary], run_id: str) -> list[Relative]:
    """The tree that a run belongs to: each run before its branches, those by step and age."""
    known = {summary.run.id: summary for summary in summaries}
    branches: dict[str, list[Summary]] = {}
    for summary in sorted(summaries, key=lambda s: (s.meta.parent_step or 0, s.meta.created)):
        if summary.meta.parent is not None:
            branches.setdefault(summary.meta.parent, []).append(summary)
    root, seen = run_id, {run_id}
    while root in known and (parent := known[root].meta.parent) is not None and parent not in seen:
        root = parent
        seen.add(parent)
    found: list[Relative] = []
    waiting, placed = [(root, 0)], set[str]()
    while waiting:
        here, depth = waiting.pop()
        if here in placed:  # only a meta.json written by hand goes in circles
            continue
        placed.add(here)
        found.append(Relative(here, depth, known.get(here)))
        waiting += [(child.run.id, depth + 1) for child in reversed(branches.get(here, []))]
    return found


def show_lineage(state: RunsState, summary: Summary) -> None:
    """The tree, where the run has a parent or a branch."""
    summaries = doors.store().summaries(doors.launcher().pending())
    found = family(summaries, summary.run.id)
    if len(found) < 2:
        return

    def select(run_id: str) -> None:
        state.selected, state.asking, state.notice = run_id, None, None

    known = {relative.id: relative.summary for relative in found}
    with st.container(key="lineage", gap=None):
        st.markdown(_("##### Lineage"))
        for relative in found[:MAX_ROWS]:
            depth = min(relative.depth, MAX_DEPTH)
            with st.container(key=f"lineage_depth_{depth}_{relative.id}", gap=None):
                _show_name(relative, summary.run.id, select)
                if relative.summary is not None:
                    parent = known.get(relative.summary.meta.parent or "")
                    st.caption(_about(relative.summary, parent))
        if len(found) > MAX_ROWS:
            st.caption(_("… and {count} more", count=len(found) - MAX_ROWS))


def _show_name(relative: Relative, shown: str, select: Callable[[str], None]) -> None:
    branch = "↳ " if relative.depth else ""
    if relative.summary is None:
        gone = _("{id}, deleted", id=plain(relative.id))
        if visitor().role == "student":
            gone = _("{id}, deleted or not shared", id=plain(relative.id))
        st.caption(branch + gone)
        return
    name = plain(relative.summary.meta.name)
    if relative.id == shown:
        st.markdown(f"{branch}**{name}**")
    else:
        st.button(
            f"{branch}{name}",
            key=widgets.key(f"lineage_{relative.id}"),
            type="tertiary",
            on_click=select,
            args=(relative.id,),
        )


def _about(summary: Summary, parent: Summary | None) -> str:
    """`from step 200 · lr = 0.1 · finished · loss 0.0123`."""
    parts = []
    if summary.meta.parent is not None:
        parts.append(_("from step {step:,}", step=summary.meta.parent_step or 0))
        parts += branch_changes(summary, parent)
    parts.append(_(WORDS[summary.status]))
    loss = getattr(summary.last, "train_loss", None)
    if loss is not None:
        parts.append(_("train loss {loss:.4g}", loss=loss))
    return plain(" · ".join(parts))


def branch_changes(summary: Summary, parent: Summary | None) -> list[str]:
    """Return a branch's changes, such as `lr = 0.1`: at its first step, and of the budget."""
    first = summary.meta.parent_step or 0
    budget = {name: getattr(summary.experiment.training, name) for name in BUDGET}
    longer = [
        f"{name} = {limit:,}"
        for name, limit in budget.items()
        if parent is not None and limit != getattr(parent.experiment.training, name)
    ]
    return longer + [
        f"{_field(control)} = {control.set['value']}"
        for control in run_history(summary.run).controls
        if control.step == first and control.set is not None and control.error is None
    ]


def _field(control: ControlApplied) -> str:
    path = str((control.set or {})["path"])
    return path if path.startswith("weights.") else path.rpartition(".")[2]
