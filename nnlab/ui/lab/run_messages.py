"""What went wrong with the run in view, or what ended it: one message, with the mend."""

import streamlit as st

from nnlab.runs.record.history import History
from nnlab.runs.record.status import Status
from nnlab.texts import _
from nnlab.ui.lab.divergence import show_divergence
from nnlab.ui.session.lab_state import LabState


def show_trouble(state: LabState, history: History | None, status: Status | None) -> None:
    """The page's notice, and a message on a run that did not simply finish."""
    if state.notice:
        st.warning(state.notice, icon=":material/info:")
    if history is None:
        return
    if status == "diverged":
        show_divergence(state, history)
    elif status == "failed" and history.ended is not None:
        st.error(
            _("**The run failed.** {error}", error=history.ended.error), icon=":material/error:"
        )
    elif status == "interrupted":
        st.warning(
            _(
                "**Interrupted:** the worker ended before the run did. Its curves and its last"
                " checkpoint are here: press Resume to go on."
            ),
            icon=":material/info:",
        )
    elif status == "stopped" and history.ended is not None and history.ended.reached is not None:
        st.info(
            _(
                "**Stopped at step {step:,}:** the loss reached {reached:.4g},"
                " as you asked. Press Resume to go on.",
                step=history.step,
                reached=history.ended.reached,
            ),
            icon=":material/flag:",
        )
