"""The one live part of a page: a fragment that runs eight times a second while something moves."""

from collections.abc import Callable

import streamlit as st

from nnlab.runs.record.status import Status
from nnlab.ui.lab.run_commands import current_status
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.shell import messages

FRAME_SECONDS = 0.125
REST_SECONDS = 1.0
"""A paused or waiting run is looked at now and then: its worker may end, or its turn come."""

BUSY_SECONDS = 0.25
"""A download or a replay, while no run moves."""


def pace(status: Status | None) -> float | None:
    """Seconds from frame to frame; None where nothing will move by itself."""
    if status in ("starting", "running"):
        return FRAME_SECONDS
    return REST_SECONDS if status in ("queued", "paused") else None


def live(
    state: LabState,
    draw: Callable[[Status | None], None],
    *,
    busy: Callable[[], bool] = lambda: False,
) -> None:
    """Draw now, and again as long as the run that `state` shows is alive, or the page is `busy`.

    A fragment keeps the pace that it was born with. So when the pace changes the whole page runs
    once more, and makes a new one.
    """

    def beat(status: Status | None) -> float | None:
        return pace(status) or (BUSY_SECONDS if state.replaying or busy() else None)

    born_with = beat(current_status(state))

    @st.fragment(run_every=born_with)
    def frame() -> None:
        if state.is_refilled:
            state.is_refilled = False
            st.rerun()  # a button in here gave the form other values: it stands outside
        status = current_status(state)
        with messages():
            draw(status)
        if beat(status) != born_with:
            st.rerun()

    frame()
