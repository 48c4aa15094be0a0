"""The link of a sweep, and the command that runs it without a page."""

import shlex
from urllib.parse import urlencode, urljoin

import streamlit as st

from nnlab.config import Sweep, to_link
from nnlab.texts import _
from nnlab.ui.components.link_field import show_link
from nnlab.ui.session.sweep_state import SWEEP, SweepState
from nnlab.ui.session.widgets import sweep as widgets


def show_share(state: SweepState) -> None:
    """A fold with the link of the whole sweep, and its JSON."""
    sweep = state.chosen
    with st.popover(_("Share"), key=widgets.key("share"), icon=":material/share:"):
        st.caption(
            _(
                "Anyone who opens this link gets the same networks and, with the same processor"
                " and PyTorch, the same numbers."
            )
        )
        show_link(sweep_address(sweep), key=widgets.key("link"))
        st.caption(_("The same from the command line, with this JSON as `sweep.json`:"))
        st.code(shlex.join(["python", "-m", "nnlab", "sweep", "sweep.json"]), language=None)
        st.code(sweep.to_json(indent=2), language="json", height=200)


def sweep_address(sweep: Sweep) -> str:
    """The whole address of the page with that sweep."""
    return urljoin(st.context.url or "/", f"sweep?{urlencode({SWEEP: to_link(sweep)})}")
