"""The panel "One step": what the next step will see, compute and change, before it is done."""

import threading
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from torch import nn

from nnlab.config import Experiment
from nnlab.errors import NnlabError
from nnlab.figures.network import Layer, unit_name
from nnlab.insight.microscope import OneStep, check_gradient, compare, one_step
from nnlab.runs.rewind.past import Replaying
from nnlab.scene.layers import (
    Parameter,
    input_labels,
    parameter_at,
    parameters_of,
)
from nnlab.texts import _, number
from nnlab.training.state import State
from nnlab.ui.lab.run_commands import ask, take_one
from nnlab.ui.messages import Markdown, marked, say
from nnlab.ui.playground.frame import Frame
from nnlab.ui.playground.network.shown_layers import layers_of
from nnlab.ui.playground.panels.one_step_pictures import (
    choose_lines,
    choose_point,
    show_batch,
    show_drawing,
)
from nnlab.ui.playground.panels.one_step_tables import batch_table, check_table, weight_table
from nnlab.ui.runtime.past_snapshots import state_of
from nnlab.ui.session.playground_state import PlaygroundState, Prediction
from nnlab.ui.session.widgets import playground as widgets
from nnlab.ui.words import plain
from nnlab.visible import visible

EPSILONS = [10.0**-exponent for exponent in range(1, 11)]

_alone = threading.Lock()
"""Two steps at once would draw from the same generator of PyTorch's: dropout would be another."""


def draw_one_step(frame: Frame) -> None:
    """The panel: the step that comes next, or why there is none to look at."""
    if frame.past is None and frame.status in ("running", "starting", "queued"):
        say(
            "info",
            _("Pause to look at one step: while the network trains the next one is gone at once."),
        )
        st.button(
            _("Pause"),
            key=widgets.key("one_step_pause"),
            on_click=partial(ask, frame.state, "pause"),
        )
        return
    if frame.past is None and frame.status in ("diverged", "failed"):
        say("info", _("This run has no next step. Look at a past one: move the slider above."))
        return
    try:
        step = _next_step(frame)
    except NnlabError as error:
        _show_outcome(frame)
        say("info", error)
        return
    if isinstance(step, Replaying):
        frame.state.replaying = True  # so that the page looks again
        st.caption(_("Replaying: {done:,} of {total:,} steps.", done=step.done, total=step.total))
        return
    _show_step(frame, step)


# The step ----------------------------------------------------------------------------------------


def _next_step(frame: Frame) -> OneStep | Replaying:
    """The step after the one that is shown. Raises NnlabError: there is none."""
    view, experiment = frame.view, frame.experiment
    if view is None:
        return _made(frame, experiment, None, (), "cpu")
    history = view.history
    if history.started is None:
        raise NnlabError(_("The run has not begun: press Step."))
    at = frame.past if frame.past is not None else history.step
    state = state_of(view, at)
    if isinstance(state, Replaying):
        return state
    # A state is kept before what is changed at its step, or after it: changed twice is the same.
    changes = tuple(
        (one.set["path"], one.set["value"])
        for one in history.controls
        if one.set is not None and one.error is None and one.step == at
    )
    experiment = experiment.with_set("training.threads", history.started.threads)
    device = "cpu" if history.started.device == "cpu" else "auto"
    return _made(frame, experiment, state, changes, device)


def _made(
    frame: Frame,
    experiment: Experiment,
    state: State | None,
    changes: Sequence[tuple[str, Any]],
    device: str,
) -> OneStep:
    def make(_network: object) -> OneStep:
        with st.spinner(_("Taking the step on a copy")), _alone:
            return one_step(experiment, frame.splits, state, changes, device=device)

    at = state["step"] if state is not None else 0
    return frame.moment.cached(("one_step", experiment, at, str(changes)), make)


def _show_step(frame: Frame, step: OneStep) -> None:
    layers = layers_of(frame)
    parameter = _parameter(frame, step, layers)
    say, button = st.columns([4, 1], vertical_alignment="center")
    say.markdown(_summary(frame, step))
    if frame.past is None:
        button.button(
            _("Do the step"),
            key=widgets.key("one_step_do"),
            type="primary",
            width="stretch",
            on_click=partial(
                _do,
                frame.state,
                Prediction(frame.state.run_id, step, parameter.name, parameter.index),
            ),
        )
    _show_outcome(frame)
    left, right = st.columns([1, 1], gap="medium")
    with left:
        chosen = choose_point(step)
        show_batch(frame, step, chosen)
    with right:
        kind = choose_lines()
        show_drawing(frame, step, layers, chosen, kind)
    left, right = st.columns([1, 1], gap="medium")
    names = _input_names(frame)
    with left:
        st.html(batch_table(step, names, frame.splits.info.class_names, chosen))
    with right:
        _show_weight(frame, step, layers, parameter)


def _summary(frame: Frame, step: OneStep) -> str:
    optimizer = step.training.optimizer.kind
    return _(
        "**Step {step:,}** · {count} of {total:,} training points · loss {loss:.6g} ·"
        " {optimizer}, rate {rate:.4g}",
        step=step.step,
        count=len(step.indices),
        total=len(frame.splits.train),
        loss=step.loss,
        optimizer=optimizer,
        rate=step.lr,
    )


def _do(state: PlaygroundState, prediction: Prediction) -> None:
    state.predicted = prediction
    take_one(state, "step")


def _show_outcome(frame: Frame) -> None:
    """The step that was done, beside what was said of it."""
    state = frame.state
    told = state.predicted
    if told is None or frame.past is not None or told.run_id not in (None, state.run_id):
        return
    if frame.moment.step != told.step.step:
        if frame.moment.step > told.step.step:
            state.predicted = None
        return
    actual = frame.moment.network.state_dict()
    same, total = compare(told.step.after, actual)
    name, index = told.parameter, told.index
    predicted, found = told.step.after[name][index].item(), actual[name][index].item()
    line = marked(
        "Step {step:,} is done. `{name}[{index}]`: predicted **{predicted:.9g}**,"
        " now **{found:.9g}**.",
        step=told.step.step,
        name=Markdown(name),  # nnlab's own, and it stands in code
        index=Markdown(", ".join(map(str, index))),
        predicted=predicted,
        found=found,
    )
    if same == total:
        said = _("All {total:,} numbers are as predicted, to the last bit.", total=total)
        say("success", line, said)
    else:
        said = _(
            "{count:,} of {total:,} numbers are not as predicted: a weight was changed meanwhile,"
            " or the run trains on another processor.",
            count=total - same,
            total=total,
        )
        say("warning", line, said)


# One weight --------------------------------------------------------------------------------------


def _parameter(frame: Frame, step: OneStep, layers: list[Layer]) -> Parameter:
    """Return the picked weight, a neuron's chosen parameter, or that of the largest gradient."""
    picked = frame.state.picked
    options = parameters_of(step.network, layers, picked) if picked is not None else {}
    if options:
        choice = widgets.get(_key(picked))
        at = options.get(str(choice), next(iter(options.values())))
        found = parameter_at(step.network, at)
        if found is not None:
            return found
    name = max(step.gradients, key=lambda name: float(step.gradients[name].abs().max()))
    gradient = step.gradients[name]
    place = np.unravel_index(int(gradient.abs().argmax()), gradient.shape)
    return Parameter(name, tuple(int(index) for index in place))


def _key(picked: tuple[int, ...] | None) -> str:
    return f"one_step_parameter_{'_'.join(map(str, picked or ()))}"


def _show_weight(frame: Frame, step: OneStep, layers: list[Layer], parameter: Parameter) -> None:
    picked = frame.state.picked
    options = parameters_of(step.network, layers, picked) if picked is not None else {}
    if picked is not None and len(options) > 1:
        into = unit_name(layers[picked[0]], picked[1])
        st.selectbox(
            _("Weight or bias of {unit}", unit=plain(into)),
            list(options),
            format_func=visible,
            key=widgets.key(_key(picked)),
        )
    elif not options:
        st.caption(_("The parameter of the largest gradient; pick another one on the drawing."))
    st.html(weight_table(step, parameter))
    widgets.update({"one_step_epsilon": widgets.get("one_step_epsilon", EPSILONS[4])})
    epsilon = st.select_slider(
        "ε", EPSILONS, format_func=number, key=widgets.key("one_step_epsilon")
    )
    check = frame.moment.cached(
        ("check", step.step, str(step.training), parameter, epsilon),
        lambda _network: check_gradient(step, parameter.name, parameter.index, epsilon),
    )
    st.html(check_table(check))


def _input_names(frame: Frame) -> list[str]:
    """Return the names of the raw inputs."""
    return input_labels(nn.Sequential(), frame.state.draft.data, frame.splits.info)
