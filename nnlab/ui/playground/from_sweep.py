"""A word on a network that was opened from the page of sweeps, with the way back to its sweep."""

import streamlit as st

from nnlab.texts import _
from nnlab.ui.session.address import RUN
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.shell import page_file


def show_from_sweep(state: LabState) -> None:
    """One line, for as long as the page shows the network as it came."""
    if state.from_sweep is None or state.from_sweep[0] != state.draft:
        return
    run_id = state.from_sweep[1]
    st.page_link(
        page_file("sweep"),
        label=_("A network of a sweep · back to the sweep"),
        icon=":material/arrow_back:",
        query_params={RUN: run_id} if run_id else None,
    )
