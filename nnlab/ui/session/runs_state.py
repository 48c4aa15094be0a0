"""A session's state of the page Runs."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

import streamlit as st

from nnlab.runs.testset import OpenedTest
from nnlab.ui.session.typed import of_session
from nnlab.ui.session.widgets import runs as widgets
from nnlab.ui.shell import page_file

Mark = tuple[int, ...]
"""Mark of a run's files, made by `nnlab.ui.runs.files.mark`."""


@dataclass
class RunsState:
    """State of the page Runs."""

    KEY: ClassVar[str] = "runs_page"

    selected: str | None = None
    """The id of the run beside the list; None for the first of the list."""
    addressed: str | None = None
    """The run that the address named when it was looked at last."""
    asking: tuple[Literal["open", "rename", "delete"], str] | None = None
    """The requested action that is not done yet, and the id of its run."""
    notice: str | None = None
    """A word on what just happened."""
    compared: tuple[str, ...] = ()
    """The ids of the runs that are ticked for a comparison, in the order of the ticks."""
    unfolded: set[str] = field(default_factory=set)
    """The ids of the sweeps whose networks stand below their rows."""
    comparing: bool = False
    """The page shows their comparison instead of the list."""
    refusals: dict[tuple[str, str], str] = field(default_factory=dict)
    """The refusal by the button pressed last, by run and place on the page."""
    opened_tests: dict[str, OpenedTest] = field(default_factory=dict)
    """Test sets that this session has opened, on the Images page or here, by run."""
    restored: int = 0
    """How many files were restored: each makes the uploader another one."""
    prepared_pt2: set[tuple[str, Mark]] = field(default_factory=set)
    """Runs, as their files were, whose .pt2 was asked for."""
    taken: tuple[str, str, bytes] | None = None
    """A file of a run that is being recorded, as it was when it was asked for: its id, the form."""
    proofs: dict[tuple[str, Mark], tuple[list[tuple[str, float]], str]] = field(
        default_factory=dict
    )
    """Each saved form with its largest difference, and the inputs, by run and mark of its files."""


def show_in_runs(run: str, *, form: str | None = None) -> None:
    """Open the page of runs at a run; with a form, to export it so."""
    state = runs_state()
    state.selected, state.comparing = run, False
    if form is not None:
        widgets["run_part"], widgets["export_format"] = "Export", form
    st.switch_page(page_file("runs"))


def runs_state() -> RunsState:
    """Return the state of this session."""
    return of_session(RunsState)
