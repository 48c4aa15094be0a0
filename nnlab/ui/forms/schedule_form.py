"""The part of a form that says how the learning rate changes over a run."""

from typing import Any

import streamlit as st

from nnlab.config import (
    CosineSchedule,
    ExponentialSchedule,
    OneCycleSchedule,
    Schedule,
    StepSchedule,
)
from nnlab.scene.words import SCHEDULES
from nnlab.texts import _
from nnlab.ui.components.layout import part
from nnlab.ui.session.widgets import Widgets

CONSTANT = "constant"


def schedule_widgets(schedule: Schedule | None) -> dict[str, Any]:
    """Return the widgets' values for the schedule of a draft."""
    step = schedule if isinstance(schedule, StepSchedule) else StepSchedule()
    exponential = schedule if isinstance(schedule, ExponentialSchedule) else ExponentialSchedule()
    cosine = schedule if isinstance(schedule, CosineSchedule) else CosineSchedule()
    cycle = schedule if isinstance(schedule, OneCycleSchedule) else OneCycleSchedule()
    return {
        "schedule": schedule.kind if schedule is not None else CONSTANT,
        "step_size": step.step_size,
        "step_gamma": step.gamma,
        "exponential_gamma": exponential.gamma,
        "eta_min": cosine.eta_min,
        "pct_start": cycle.pct_start,
    }


def show_schedule(drafted: Schedule | None, widgets: Widgets) -> dict[str, Any]:
    """Draw the choice and the fields of the chosen schedule. Return `{"schedule": …}`.

    Fields that no widget shows (a cycled momentum) stay as drafted.
    """
    kind = st.selectbox(
        _("Schedule"),
        [CONSTANT, *SCHEDULES],
        format_func=lambda kind: SCHEDULES.get(kind) or _("none"),
        key=widgets.key("schedule"),
        help=_(
            "How the learning rate changes over the run. OneCycleLR goes up to it and down again."
        ),
    )
    _show_numbers(kind, widgets)
    if kind == CONSTANT:
        return {"schedule": None}
    fields: dict[str, Any] = drafted.model_dump() if drafted and drafted.kind == kind else {}
    match kind:
        case "step":
            fields |= {"step_size": widgets["step_size"], "gamma": widgets["step_gamma"]}
        case "exponential":
            fields |= {"gamma": widgets["exponential_gamma"]}
        case "cosine":
            fields |= {"eta_min": widgets["eta_min"]}
        case "one_cycle":
            fields |= {"pct_start": widgets["pct_start"]}
    return {"schedule": {**fields, "kind": kind}}


def _show_numbers(kind: str, widgets: Widgets) -> None:
    """Draw the fields of all schedules; those of the chosen one are visible."""
    with part("step", used=kind == "step"):
        left, right = st.columns(2)
        left.number_input(
            _("Every … epochs"),
            1,
            key=widgets.key("step_size"),
            help=_("step_size: epochs from one fall to the next."),
        )
        _share(
            widgets, right, _("times"), "step_gamma", _("gamma: what the rate is multiplied by.")
        )
    with part("exponential", used=kind == "exponential"):
        _share(
            widgets,
            st,
            _("Each epoch, times"),
            "exponential_gamma",
            _("gamma: the rate's fall each epoch."),
        )
    with part("cosine", used=kind == "cosine"):
        st.number_input(
            _("Down to"),
            0.0,
            key=widgets.key("eta_min"),
            format="%g",
            step=1e-4,
            help=_("eta_min: the rate at the end of the budget."),
        )
    with part("one_cycle", used=kind == "one_cycle"):
        st.slider(
            _("Share of the run that goes up"),
            min(0.05, widgets["pct_start"]),
            max(0.95, widgets["pct_start"]),
            step=0.05,
            key=widgets.key("pct_start"),
            help=_("pct_start: the rate rises for this share of the steps, then falls."),
        )


def _share(widgets: Widgets, place: Any, label: str, name: str, explained: str) -> None:
    lowest = min(1e-4, widgets[name])
    place.number_input(
        label, lowest, 1.0, key=widgets.key(name), step=0.05, format="%g", help=explained
    )
