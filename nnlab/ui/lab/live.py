"""The part of a page that a run changes: it runs again when something happened, not by a clock."""

from collections.abc import Callable

import streamlit as st

from nnlab.runs.record.status import ALIVE, Status
from nnlab.ui.lab.other_tabs import keep_up
from nnlab.ui.lab.run_commands import current_status
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.shell import messages

BUSY_SECONDS = 0.25
"""Seconds between two looks at a download or a replay, of which the wire sends no news."""


def live(
    state: LabState,
    draw: Callable[[Status | None], None],
    *,
    busy: Callable[[], bool] = lambda: False,
) -> None:
    """Draw now, and again when a person acts or the stage in it has news of the run.

    By a clock only as long as the page is `busy`. `run_every` is fixed when a fragment is created,
    so the whole page runs once more when that changes; and when the run begins or ends, for what
    stands outside.
    """

    def beat() -> float | None:
        return BUSY_SECONDS if state.replaying or busy() else None

    born_with = beat(), current_status(state) in ALIVE

    @st.fragment(run_every=born_with[0])
    def frame() -> None:
        if state.is_refilled:
            state.is_refilled = False
            st.rerun()  # a button in here gave the form other values: it stands outside
        status = current_status(state)
        with messages():
            if keep_up(state, status):
                st.rerun()  # another tab changed what the form says
            draw(status)
        if (beat(), status in ALIVE) != born_with:
            st.rerun()

    frame()
