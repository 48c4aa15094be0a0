"""The page Server: where runs train, and the queue. Only for those with all rights."""

from pathlib import Path

import streamlit as st

from nnlab.classroom.rights import has_all_rights
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.messages import say
from nnlab.ui.server.machines import machine_cards
from nnlab.ui.server.tables import data_table, queue_table
from nnlab.ui.server.words import summary_line
from nnlab.ui.session.labs import leave_lab
from nnlab.ui.shell import messages
from nnlab.ui.visitors import visitor

STYLE = Path(__file__).with_name("server.css")
LOOK_SECONDS = 2.0
"""Seconds between two updates; a cluster's nodes report as often."""


def show() -> None:
    """The page."""
    leave_lab()
    st.html(STYLE)
    st.title(_("Server"), anchor=False)
    if has_all_rights(visitor()):
        _show_overview()
    else:
        say(
            "info",
            _(
                "This page is for the person who runs the server: the user of this machine, or the"
                " lecturer of a class."
            ),
        )


@st.fragment(run_every=LOOK_SECONDS)
def _show_overview() -> None:
    """Draw all in one HTML element, so that parts below a card keep their place between updates."""
    with messages():
        seen = doors.overview()
        if seen.down is not None:
            say("error", seen.down, icon=":material/cloud_off:")
        st.html(summary_line(seen) + machine_cards(seen) + queue_table(seen) + data_table(seen))
