"""The part of a form that says how a network learns. What it does not offer stays as drafted.

Both laboratory pages use it: the Playground and Images. What a beginner needs is in view; the rest
is one fold away, under Advanced.
"""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from nnlab.config import Layer, LogSoftmax, Training
from nnlab.scene.words import LOSSES, OPTIMIZERS
from nnlab.texts import N_, _, number
from nnlab.ui.components.layout import part
from nnlab.ui.forms.schedule_form import schedule_widgets, show_schedule
from nnlab.ui.session.widgets import Widgets

RATES = [m * 10.0**e for e in range(-5, 1) for m in (1, 3)] + [10.0]
"""The learning rates that the slider offers; another one in a draft joins them."""
PENALTIES = [0.0] + [m * 10.0**e for e in range(-6, 0) for m in (1, 3)] + [1.0]
MAX_SEED = 2**32 - 1
CLASS_LOSSES = ("cross_entropy", "nll")
SAME = N_(
    "Both are the same number: CrossEntropyLoss is log_softmax and NLLLoss in one,"
    " −log(exp z_y / Σ exp z_k) = −z_y + log Σ exp z_k. With NLLLoss the network itself ends in"
    " log_softmax, and its outputs are log-probabilities."
)


def training_widgets(training: Training) -> dict[str, Any]:
    """Return the widgets' values for a draft, by the widgets' names."""
    optimizer, stopping = training.optimizer, training.early_stopping
    return {
        "optimizer": optimizer.kind,
        "lr": optimizer.lr,
        "momentum": getattr(optimizer, "momentum", 0.0),
        "nesterov": getattr(optimizer, "nesterov", False),
        "weight_decay": optimizer.weight_decay,
        "batch_size": training.batch_size,
        "training_seed": training.seed,
        "loss": training.loss,
        "l1": training.l1,
        "clip_norm": training.clip_norm,
        "patience": stopping.patience if stopping else None,
        **schedule_widgets(training.schedule),
    }


def show_training(
    training: Training,
    widgets: Widgets,
    *,
    batches: Sequence[int],
    more: Callable[[], dict[str, Any]] = dict,
    advanced: Callable[[], object] = lambda: None,
) -> Training:
    """Draw the widgets, and return the training that they say.

    With the loss `nll` a network ends in log_softmax: `ending_for` makes it so.

    Args:
        training: the draft.
        widgets: of the page.
        batches: the sizes that the page offers; another one in the draft joins them.
        more: draws the page's own widgets and returns the fields of `Training` that they say.
        advanced: draws what else stands behind *Advanced*.
    """
    st.markdown(_("##### Training"))
    left, right = st.columns(2)
    with left:
        kind = choose_optimizer(widgets)
    with right:
        batch_size = choose_batch(widgets, batches)
    choose_rate(widgets)
    show_momentum(kind, widgets)
    fields = more()
    with st.popover(_("Advanced"), width="stretch", key=widgets.key("advanced")):
        fields |= show_schedule(training.schedule, widgets)
        fields |= show_loss(training, widgets)
        show_nesterov(kind, widgets)
        show_penalties(widgets)
        fields |= show_limits(training, widgets)
        advanced()
    return training_of(training, widgets, kind, batch_size, fields)


# Each field -----------------------------------------------------------------------------------


def choose_optimizer(widgets: Widgets) -> str:
    """The optimizer, by its kind."""
    return st.selectbox(
        _("Optimizer"),
        list(OPTIMIZERS),
        format_func=OPTIMIZERS.__getitem__,
        key=widgets.key("optimizer"),
    )


def choose_batch(widgets: Widgets, batches: Sequence[int]) -> int | str:
    """The size of a batch: a number of examples, or `all`."""
    own = [widgets["batch_size"]] if isinstance(widgets["batch_size"], int) else []
    return st.selectbox(
        _("Batch size"),
        [*sorted({*batches, *own}), "all"],
        format_func=lambda size: _("all") if size == "all" else str(size),
        key=widgets.key("batch_size"),
    )


def choose_rate(widgets: Widgets) -> None:
    """The learning rate."""
    _scale(widgets, _("Learning rate"), "lr", RATES, _("Can be changed while it trains."))


def show_momentum(kind: str, widgets: Widgets) -> None:
    """The momentum of the optimizers that have one."""
    with part("momentum", used=kind in ("sgd", "rmsprop")):
        st.slider(
            _("Momentum"),
            0.0,
            max(0.99, widgets["momentum"]),
            step=0.01,
            key=widgets.key("momentum"),
        )


def show_loss(training: Training, widgets: Widgets) -> dict[str, Any]:
    """Which of the two losses of classes: fields of `Training`."""
    if training.loss not in CLASS_LOSSES:
        return {}
    loss = st.selectbox(_("Loss"), CLASS_LOSSES, format_func=_loss_name, key=widgets.key("loss"))
    st.caption(_(SAME))
    return {"loss": loss}


def show_nesterov(kind: str, widgets: Widgets) -> None:
    """Nesterov's momentum."""
    with part("nesterov", used=kind == "sgd"):
        st.toggle(
            _("Nesterov momentum"),
            key=widgets.key("nesterov"),
            disabled=widgets["momentum"] == 0,
            help=_("Looks ahead along the momentum before each step. It needs a momentum above 0."),
        )


def show_penalties(widgets: Widgets) -> None:
    """Weight decay and the L1 penalty."""
    _scale(
        widgets,
        _("Weight decay (L2)"),
        "weight_decay",
        PENALTIES,
        _("Pulls weights towards 0 in each step (L2)."),
    )
    _scale(
        widgets,
        _("L1 penalty"),
        "l1",
        PENALTIES,
        _("Adds this share of the sum of |weights| to the loss."),
    )


def training_of(
    training: Training, widgets: Widgets, kind: str, batch_size: int | str, fields: dict[str, Any]
) -> Training:
    """The training that the widgets say.

    Args:
        training: the draft, for what no widget shows.
        widgets: of the page.
        kind: of the optimizer.
        batch_size: as `choose_batch` returns it.
        fields: of `Training`, that other widgets say.
    """
    return Training.model_validate(
        {
            **dict(training),
            "optimizer": _optimizer(training, kind, widgets),
            "fused": None if kind == "rmsprop" else training.fused,
            "batch_size": batch_size,
            "seed": widgets["training_seed"],
            "l1": widgets["l1"],
            **fields,
        }
    )


def ending_for(layers: tuple[Layer, ...], loss: str) -> tuple[Layer, ...]:
    """The layers with a log_softmax at the end where the loss asks for it, and none elsewhere."""
    ends = bool(layers) and isinstance(layers[-1], LogSoftmax)
    if loss == "nll":
        return layers if ends else (*layers, LogSoftmax())
    return layers[:-1] if ends and len(layers) > 1 else layers


def _scale(
    widgets: Widgets, label: str, name: str, values: Sequence[float], explained: str
) -> None:
    """A slider over a scale of powers of ten; another value in the draft joins it."""
    st.select_slider(
        label,
        sorted({*values, float(widgets[name])}),
        format_func=lambda value: number(value, 6),
        key=widgets.key(name),
        help=explained,
    )


def show_limits(training: Training, widgets: Widgets) -> dict[str, Any]:
    """Clipping, early stopping and the seeds: fields of `Training`."""
    fields: dict[str, Any] = {}
    left, right = st.columns(2)
    fields["clip_norm"] = left.number_input(
        _("Clip gradient norm"),
        min_value=min(1e-3, widgets["clip_norm"] or 1),
        value=None,
        placeholder=_("off"),
        key=widgets.key("clip_norm"),
        help=_("Gradients are scaled down to this norm where theirs is larger. Empty: never."),
    )
    patience = right.number_input(
        _("Early stopping"),
        1,
        value=None,
        placeholder=_("off"),
        key=widgets.key("patience"),
        help=_(
            "Stop when the validation loss has not fallen in so many evaluations. Empty: never."
        ),
    )
    stopping = training.early_stopping
    fields["early_stopping"] = (
        {"patience": patience, "min_delta": stopping.min_delta if stopping else 0.0}
        if patience is not None
        else None
    )
    st.caption(_("Seeds. Each changes one thing alone; with the same three, a run repeats itself."))
    left, right = st.columns(2)
    left.number_input(_("weights seed"), 0, MAX_SEED, key=widgets.key("model_seed"))
    right.number_input(_("batch order seed"), 0, MAX_SEED, key=widgets.key("training_seed"))
    return fields


def _loss_name(loss: str) -> str:
    return "log_softmax + NLLLoss" if loss == "nll" else LOSSES[loss]


def _optimizer(training: Training, kind: str, widgets: Widgets) -> dict[str, Any]:
    optimizer = training.optimizer
    fields: dict[str, Any] = optimizer.model_dump() if optimizer.kind == kind else {"kind": kind}
    fields |= {"lr": widgets["lr"], "weight_decay": widgets["weight_decay"]}
    if kind in ("sgd", "rmsprop"):
        fields["momentum"] = widgets["momentum"]
    if kind == "sgd":
        fields["nesterov"] = widgets["nesterov"] and widgets["momentum"] > 0
        if fields["nesterov"]:
            fields["dampening"] = 0.0  # PyTorch takes no dampening beside it
    return fields
