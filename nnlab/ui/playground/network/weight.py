"""Reading and changing one weight or bias, whether the network trains, rests or never began."""

from functools import partial

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.runs.record.status import Status
from nnlab.texts import N_, _, formatted
from nnlab.ui import services
from nnlab.ui.components.network import Picked
from nnlab.ui.lab.run_commands import RESUMABLE, ask, current_status, make_run, start
from nnlab.ui.playground.frame import Frame
from nnlab.ui.playground.network.network_layers import Parameter, live_weight, parameter_at
from nnlab.ui.session.labs import playground_state
from nnlab.ui.session.playground_state import PlaygroundState
from nnlab.ui.session.widgets import playground as widgets

LARGEST = 1e6
DIGITS = ".6g"
"""Of the value; all of them are there on hover."""
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
    _preset(parameter, value)
    refusal = _refusal(frame)
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small")
    row.number_input(
        _("New value"),
        -LARGEST,
        LARGEST,
        step=0.1,
        format="%.6g",
        key=widgets.key("weight_value"),
        disabled=bool(refusal),
        width=180,
    )
    row.button(
        _("Apply"),
        key=widgets.key("weight_apply"),
        on_click=partial(_apply, frame.state, parameter),
        disabled=bool(refusal),
    )
    st.caption(refusal or _says(frame.status))


def _preset(parameter: Parameter, value: float) -> None:
    """On another weight the field begins with that weight's value; then it is the person's."""
    state = playground_state()
    if state.weight_of != parameter.path:
        state.weight_of = parameter.path
        widgets["weight_value"] = max(-LARGEST, min(LARGEST, value))
    elif "weight_value" in widgets:  # it outlives a visit to another page
        widgets["weight_value"] = widgets["weight_value"]


def _refusal(frame: Frame) -> str | None:
    """Why the weight cannot be changed now, and what to do; None where it can."""
    if frame.past is not None:
        return _("This is a past step: go back to now to change a weight, or branch from here.")
    if frame.status in ENDED:
        return _(ENDED[frame.status])
    return None


def _says(status: Status | None) -> str:
    if status is None:
        return _("Begins a run that stands still at step 0 with this value.")
    if status in ("running", "starting", "queued"):
        return _("Takes effect before the next step; the run records at which.")
    return _("Takes effect at once; the run records it and stands still.")


def _apply(state: PlaygroundState, parameter: Parameter) -> None:
    value = float(widgets["weight_value"])
    status = current_status(state)
    try:
        if status is None:
            run = make_run(state.draft, first="pause", changes={parameter.path: value})
            state.run_id = run.id
            return
        run = services.store().get(state.run_id or "")
        if status in RESUMABLE and not run.is_training():
            start(run, "pause")
        ask(state, path=parameter.path, value=value)
    except NnlabError as error:
        state.notice = str(error)
