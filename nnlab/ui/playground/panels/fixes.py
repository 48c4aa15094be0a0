"""The fixes that the doctor offers: each changes the run while it trains, or the draft."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st

from nnlab.config import (
    Activation,
    BatchNorm,
    Dropout,
    EarlyStopping,
    Experiment,
    Features,
    Layer,
    Linear,
    NamedInit,
    Normalize,
    Points,
)
from nnlab.config.layers import ActivationKind
from nnlab.errors import NnlabError
from nnlab.insight.doctor.diagnostic import Issue
from nnlab.runs.record.status import ALIVE
from nnlab.texts import _
from nnlab.ui.lab.run_commands import current_status, follow
from nnlab.ui.playground.frame import Frame
from nnlab.ui.session.labs import refill
from nnlab.ui.session.widgets import playground as widgets

Change = Callable[[Experiment, Frame], Experiment]


@dataclass(frozen=True)
class Fix:
    """A button's label, and the change that it makes to an experiment."""

    label: str
    change: Change


def show_fixes(frame: Frame, issue: Issue) -> None:
    """Draw a button for each fix that the experiment allows and that changes it."""
    with st.container(horizontal=True, gap="small", key=f"mends_{issue}"):
        for number, fix in enumerate(_fixes(issue)):
            try:
                fixed = fix.change(frame.state.draft, frame)
            except NnlabError:  # this one does not fit this experiment: the others may
                continue
            if fixed == frame.state.draft:
                continue
            st.button(
                fix.label,
                key=widgets.key(f"mend_{issue}_{number}"),
                icon=":material/healing:",
                on_click=_apply,
                args=(frame, fix, fixed),
            )


def _apply(frame: Frame, fix: Fix, fixed: Experiment) -> None:
    """Send changes that are possible live to the training run; keep others in the form."""
    state = frame.state
    is_training = current_status(state) in ALIVE
    state.notice = None
    follow(state, fixed)
    if state.notice is not None:
        return
    if not is_training:
        state.run_id = None
    state.is_refilled = True
    refill()
    if state.run_id is None and not state.is_to_begin:
        state.notice = _("The form now says so: {label}. Press Train.", label=fix.label)


def _fixes(issue: Issue) -> tuple[Fix, ...]:
    slower = Fix(_("Learning rate ÷ 3"), _rate(1 / 3))
    norm = Fix(_("Batch norm before each activation"), _with_batch_norm)
    match issue:
        case "dead":
            return (Fix(_("LeakyReLU instead"), _activation("leaky_relu")), slower)
        case "saturated":
            return (
                Fix(_("ReLU, Kaiming initial weights"), _relu_kaiming),
                norm,
                slower,
            )
        case "vanishing":
            return (Fix(_("ReLU, Kaiming initial weights"), _relu_kaiming), norm)
        case "exploding":
            return (
                Fix(_("Clip gradients at norm 1"), _set("training.clip_norm", 1.0)),
                slower,
                Fix(_("Kaiming initial weights"), _kaiming),
            )
        case "rate_high":
            return (slower,)
        case "rate_low":
            return (Fix(_("Learning rate × 10"), _rate(10)),)
        case "inputs":
            return (Fix(_("Normalise the inputs"), _normalised),)
        case "over_fitting":
            return (
                Fix(_("Weight decay (L2) 0.01"), _set("training.optimizer.weight_decay", 0.01)),
                Fix(_("Dropout 0.2"), _with_dropout),
                Fix(_("Stop early"), _stopping_early),
            )
        case "too_simple":
            return (Fix(_("A hidden layer of 8 Tanh"), _hidden),)
        case "class_missing":
            return (Fix(_("Twice the points"), _more_points),)


# Changes -----------------------------------------------------------------------------------------


def _set(path: str, value: object) -> Change:
    return lambda experiment, _frame: experiment.with_set(path, value)


def _rate(factor: float) -> Change:
    def change(experiment: Experiment, _frame: Frame) -> Experiment:
        lr = float(f"{experiment.training.optimizer.lr * factor:.2g}")
        return experiment.with_set("training.optimizer.lr", lr)

    return change


def _layers(experiment: Experiment, layers: list[Layer]) -> Experiment:
    """Return the experiment with these layers, validated as one from the form is."""
    model = experiment.model.model_copy(update={"layers": tuple(layers)})
    return Experiment.from_dict(experiment.model_copy(update={"model": model}).model_dump())


def _activation(kind: ActivationKind) -> Change:
    def change(experiment: Experiment, _frame: Frame) -> Experiment:
        layers: list[Layer] = [
            Activation(kind=kind) if isinstance(layer, Activation) else layer
            for layer in experiment.model.layers
        ]
        return _layers(experiment, layers)

    return change


def _kaiming(experiment: Experiment, _frame: Frame) -> Experiment:
    init = NamedInit(kind="kaiming_normal")
    layers = [
        layer.model_copy(update={"init": init}) if isinstance(layer, Linear) else layer
        for layer in experiment.model.layers
    ]
    return _layers(experiment, layers)


def _relu_kaiming(experiment: Experiment, frame: Frame) -> Experiment:
    return _kaiming(_activation("relu")(experiment, frame), frame)


def _with_batch_norm(experiment: Experiment, _frame: Frame) -> Experiment:
    if any(isinstance(layer, BatchNorm) for layer in experiment.model.layers):
        return experiment
    layers: list[Layer] = []
    for layer in experiment.model.layers:
        layers += [BatchNorm(), layer] if isinstance(layer, Activation) else [layer]
    return _layers(experiment, layers)


def _with_dropout(experiment: Experiment, _frame: Frame) -> Experiment:
    if any(isinstance(layer, Dropout) for layer in experiment.model.layers):
        return experiment
    layers: list[Layer] = []
    for layer in experiment.model.layers:
        layers += [layer, Dropout(p=0.2)] if isinstance(layer, Activation) else [layer]
    return _layers(experiment, layers)


def _stopping_early(experiment: Experiment, _frame: Frame) -> Experiment:
    if experiment.training.early_stopping is not None:
        return experiment
    stopping = EarlyStopping(patience=10)
    training = experiment.training.model_copy(update={"early_stopping": stopping})
    return experiment.model_copy(update={"training": training})


def _hidden(experiment: Experiment, _frame: Frame) -> Experiment:
    layers = list(experiment.model.layers)
    first = next(place for place, layer in enumerate(layers) if isinstance(layer, Linear))
    hidden: list[Layer] = [Linear(out_features=8), Activation(kind="tanh")]
    return _layers(experiment, [*layers[:first], *hidden, *layers[first:]])


def _normalised(experiment: Experiment, frame: Frame) -> Experiment:
    """Scale each raw column to mean 0 and standard deviation 1 of the training set."""
    kept = [layer for layer in experiment.model.layers if not isinstance(layer, Normalize)]
    if any(isinstance(layer, Features) for layer in kept):
        return experiment  # features are computed from the raw coordinates
    x = frame.splits.train.x.numpy().astype(np.float64)
    means, spreads = x.mean(axis=0), x.std(axis=0)
    layer = Normalize(
        mean=tuple(float(f"{m:.4g}") for m in means),
        std=tuple(float(f"{s:.4g}") if s > 0 else 1.0 for s in spreads),
    )
    return _layers(experiment, [layer, *kept])


def _more_points(experiment: Experiment, _frame: Frame) -> Experiment:
    points = getattr(experiment.data, "points", None)
    if points is None or isinstance(experiment.data, Points):
        return experiment  # points that a person drew: no more can be generated
    return experiment.with_set("data.points", min(2 * points, 5000))
