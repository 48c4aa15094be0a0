"""The part Network of a recorded run: what its network answers, at each step that was kept."""

import streamlit as st

from nnlab.errors import NnlabError, RunDamagedError
from nnlab.runs.record.status import ALIVE
from nnlab.runs.recorded.weights import recorded_steps
from nnlab.runs.store import RecordedSummary
from nnlab.texts import N_, _
from nnlab.ui.messages import as_it_stands, say
from nnlab.ui.runs.recorded.network_attribution import show_attribution
from nnlab.ui.runs.recorded.network_confusion import show_confusion
from nnlab.ui.runs.recorded.network_curve import show_curve
from nnlab.ui.runs.recorded.network_histograms import show_histograms
from nnlab.ui.runs.recorded.network_mistakes import show_mistakes
from nnlab.ui.runs.recorded.network_plane import show_plane
from nnlab.ui.runs.recorded.network_seen import Seen, see
from nnlab.ui.session.widgets import runs as widgets

STEP, VIEW = "recorded_step", "recorded_view"
NEWEST = -1
"""Stands for the newest weights on the slider."""
VIEWS = {
    N_("Plane"): show_plane,
    N_("Curve"): show_curve,
    N_("Confusion"): show_confusion,
    N_("Mistakes"): show_mistakes,
    N_("Attribution"): show_attribution,
}
HISTOGRAMS = N_("Histograms")


def show_network(summary: RecordedSummary) -> None:
    """The steps to choose from, and one view of the network at the chosen one."""
    dark = st.context.theme.type == "dark"
    steps = recorded_steps(summary.run)
    moving = summary.status in ALIVE
    try:
        # Histograms are of all steps, and need no graph: they are there in any case.
        step = _choose_step(steps)
        seen = see(summary, step, moving=moving)
    except NnlabError as error:
        _say_no_network(error)
        seen = None
    views = [] if seen is None else seen.views
    chosen = _choose_view([*views, HISTOGRAMS])
    with st.container(key="recorded_view_shown"):
        try:
            if seen is None or chosen == HISTOGRAMS:
                if seen is not None and not views:
                    st.caption(seen.why_no_view())
                show_histograms(summary, steps, dark)
            else:
                VIEWS[chosen](seen, dark)
                st.caption(_by_which(seen))
        except NnlabError as error:
            say("warning", error, icon=":material/warning:")


def _choose_step(steps: list[int]) -> int | None:
    """A kept step; None for the newest weights, which a loop that goes on writes over."""
    if not steps:
        return None
    options = [*steps, NEWEST]
    wanted = widgets.kept(STEP)
    widgets[STEP] = wanted if wanted in options else NEWEST
    chosen = st.select_slider(
        _("Step"),
        options,
        format_func=lambda step: _("newest") if step == NEWEST else f"{step:,}",
        key=widgets.key(STEP),
    )
    widgets.keep(STEP, chosen)
    return None if chosen == NEWEST else int(chosen)


def _choose_view(views: list[str]) -> str:
    if len(views) == 1:
        return views[0]
    wanted = widgets.kept(VIEW)
    widgets[VIEW] = wanted if wanted in views else views[0]
    chosen = st.segmented_control(
        _("View"),
        views,
        key=widgets.key(VIEW),
        format_func=_,
        label_visibility="collapsed",
        required=True,
    )
    widgets.keep(VIEW, chosen)
    return chosen or views[0]


def _say_no_network(error: NnlabError) -> None:
    """A file that is damaged is a warning; that ONNX cannot hold a module is a fact."""
    if isinstance(error, RunDamagedError):
        say("warning", error, icon=":material/warning:")
    else:
        st.caption(as_it_stands(error))


def _by_which(seen: Seen) -> str:
    said = _("By the weights of step {step:,}.", step=seen.moment.step)
    if seen.x is None or seen.record.examples >= seen.record.given:
        return said
    some = _(
        "Of {given:,} examples that were given {kept:,} are kept.",
        given=seen.record.given,
        kept=seen.record.examples,
    )
    return f"{said} {some}"
