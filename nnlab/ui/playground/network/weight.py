"""Reading and changing one weight or bias, whether the network trains, rests or never began."""

from functools import partial

import streamlit as st
from torch import nn

from nnlab.errors import NnlabError
from nnlab.runs.record.status import RESUMABLE, Status
from nnlab.scene.layers import Parameter, parameter_at
from nnlab.texts import N_, _, formatted
from nnlab.ui import doors
from nnlab.ui.components.network import Picked
from nnlab.ui.components.tables import kept_up_to_date
from nnlab.ui.lab.run_commands import (
    ask,
    current_status,
    make_run,
    start,
)
from nnlab.ui.playground.frame import Frame
from nnlab.ui.session.labs import playground_state
from nnlab.ui.session.lesson_state import waits_for_prediction
from nnlab.ui.session.playground_state import PlaygroundState
from nnlab.ui.session.widgets import playground as widgets
from nnlab.ui.words import plain

LARGEST = 1e6
DIGITS = ".6g"
"""Format of the value; hovering shows all its digits."""
ENDED: dict[Status | None, str] = {
    "finished": N_("The run has ended: press Reset to begin anew, or branch from a past step."),
    "diverged": N_("The run has diverged: press Reset to begin anew, or branch from a past step."),
    "failed": N_("The run has failed: press Reset to begin anew, or branch from a past step."),
}
"""Why a weight cannot be changed any more, and what to do."""


def show_editor(frame: Frame, picked: Picked, parameters: dict[str, Picked]) -> None:
    """The value of one of the `parameters`, and a field to give it another.

    Args:
        frame: what is shown; a past step cannot be changed.
        picked: what the parameters belong to.
        parameters: what the choice says, and the weight (layer, unit, source) or bias (layer,
            unit) that it means.
    """
    choice = next(iter(parameters))
    if len(parameters) > 1:
        key = f"parameter_{'_'.join(map(str, picked))}"
        choice = st.selectbox(_("Weight or bias"), list(parameters), key=widgets.key(key))
    parameter = parameter_at(frame.moment.network, parameters[choice or next(iter(parameters))])
    if parameter is None:
        return
    value = parameter.of(frame.moment.network)
    live = live_weight(frame.moment.network, parameters[choice or next(iter(parameters))], DIGITS)
    st.html(
        f"<p class='nnlab-value'><code>{parameter.name}[{', '.join(map(str, parameter.index))}]"
        f"</code> = <b id='nnlab-weight' title='{value!r}'{live}>{formatted(value, DIGITS)}</b></p>"
    )
    name = _field_of(frame, parameter, value)
    refusal = _refusal(frame)
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    with row.container(key=widgets.key("weight_value"), width=180):
        st.number_input(
            _("New value"),
            -LARGEST,
            LARGEST,
            step=0.1,
            format="%.6g",
            key=widgets.key(name),
            disabled=bool(refusal),
        )
    row.button(
        _("Apply"),
        key=widgets.key("weight_apply"),
        on_click=partial(_apply, frame.state, parameter, name),
        disabled=bool(refusal),
    )
    st.caption(refusal or _says(frame.status))


def _field_of(frame: Frame, parameter: Parameter, value: float) -> str:
    """Return the widget name of this weight's field, which starts at `value` until it is edited.

    Each weight of each run has a field of its own: one field for all showed another's value where
    the browser was slow, and it would have been applied.
    """
    state = playground_state()
    owner = frame.view.run.id if frame.view is not None else hash(frame.state.draft.model)
    name = f"weight_value_{owner}_{parameter.path}"
    beginning = max(-LARGEST, min(LARGEST, value))
    if state.weight_of != name:
        widgets[name] = beginning
        state.weight_of = name
    widgets[name] = widgets.get(name, beginning)  # it outlives a visit to another page
    return name


def _refusal(frame: Frame) -> str | None:
    """Why the weight cannot be changed now, and what to do; None where it can."""
    owner = doors.owner_in_view(frame.state.run_id)
    if owner is not None:
        return _(
            "This is the run of {owner}: make it yours to change a weight.", owner=plain(owner)
        )
    if frame.past is not None:
        return _("This is a past step: go back to now to change a weight, or branch from here.")
    if waits_for_prediction(frame.state):
        return _("Commit your prediction first: the lesson above asks for it.")
    if frame.status in ENDED:
        return _(ENDED[frame.status])
    return None


def _says(status: Status | None) -> str:
    if status is None:
        return _("Starts a run that is paused at step 0 with this value.")
    if status in ("running", "starting", "queued"):
        return _("Takes effect before the next step; the run records at which.")
    return _("Takes effect at once; the run records it and stays paused.")


def _apply(state: PlaygroundState, parameter: Parameter, name: str) -> None:
    value = float(widgets[name])
    status = current_status(state)
    try:
        if status is None:
            run = make_run(state.draft, first="pause", changes={parameter.path: value})
            state.run_id = run.id
            state.forget_left()
            return
        run = doors.store().get(state.run_id or "")
        if status in RESUMABLE and not run.is_training():
            start(run, "pause")
        ask(state, path=parameter.path, value=value)
    except NnlabError as error:
        state.notice = str(error)


def live_weight(network: nn.Sequential, at: tuple[int, ...], digits: str) -> str:
    """Attributes of an element whose text is this weight or bias: the browser writes it anew."""
    parameter = parameter_at(network, at)
    if parameter is None:
        return ""
    place = ",".join(map(str, parameter.index))
    return kept_up_to_date("weight", tensor=parameter.name, at=place, form=digits)
