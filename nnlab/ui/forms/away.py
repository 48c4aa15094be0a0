"""Whether a run continues while nobody looks at it; otherwise it pauses after two minutes."""

import streamlit as st

from nnlab.config import Experiment
from nnlab.errors import NnlabError
from nnlab.runs.limits import limits_for
from nnlab.texts import _
from nnlab.ui import doors, services
from nnlab.ui.session.labs import Lab, lab_of, state_of
from nnlab.ui.session.widgets import Widgets
from nnlab.ui.visitors import visitor

AWAY = "away"


def show_away(lab: Lab) -> None:
    """The switch of a laboratory page, for the run in view and those that follow."""
    widgets = Widgets(lab)
    widgets.setdefault(AWAY, widgets.kept(AWAY, False))
    st.toggle(
        _("Go on while I am away"),
        key=widgets.key(AWAY),
        on_change=_tell,
        args=(lab,),
        help=_(
            "A run that nobody looks at pauses after two minutes, and leaves the processor to"
            " others. With this it trains on{limit}.",
            limit=_limit(),
        ),
    )
    widgets.keep(AWAY, widgets[AWAY])


def goes_on_alone(experiment: Experiment) -> bool:
    """Whether the session wants runs of the experiment's page to go on while it is away."""
    return bool(Widgets(lab_of(experiment)).kept(AWAY, False))


def _limit() -> str:
    seconds = limits_for(visitor(), services.settings()).seconds
    if seconds == float("inf"):
        return ""
    return _(", {n:g} minute at most", ", {n:g} minutes at most", n=seconds / 60)


def _tell(lab: Lab) -> None:
    widgets = Widgets(lab)
    widgets.keep(AWAY, widgets[AWAY])
    state = state_of(lab)
    if state.run_id is None:
        return
    try:
        run = doors.store().get(state.run_id)
        if doors.whose(run) is None:  # for another's run it says how the next of one's own goes
            doors.launcher().need_watching(run, watched=not widgets[AWAY])
    except NnlabError as error:
        state.notice = str(error)
