"""The part of a form that says how a network learns. What it does not offer stays as drafted."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from nnlab.config import Training
from nnlab.ui.lab import part

OPTIMIZERS = {"sgd": "SGD", "adam": "Adam"}
RATES = [m * 10.0**e for e in range(-5, 1) for m in (1, 3)] + [10.0]
"""The learning rates that the slider offers; another one in a draft joins them."""
MAX_SEED = 2**32 - 1


def training_widgets(training: Training) -> dict[str, Any]:
    """What the widgets show for a draft."""
    return {
        "optimizer": training.optimizer.kind,
        "lr": training.optimizer.lr,
        "momentum": getattr(training.optimizer, "momentum", 0.0),
        "batch_size": training.batch_size,
        "training_seed": training.seed,
    }


def show_training(
    training: Training,
    *,
    batches: Sequence[int],
    on_rate: Callable[[], None],
    more: Callable[[], dict[str, Any]] = dict,
) -> Training:
    """Draw the widgets, and return the training that they say.

    Args:
        training: the draft.
        batches: the sizes that the page offers; another one in the draft joins them.
        on_rate: follows the slider of the rate.
        more: draws the page's own widgets and returns the fields of `Training` that they say.
    """
    st.markdown("##### Training")
    chosen = st.session_state
    kinds: list[str] = list(dict.fromkeys([*OPTIMIZERS, training.optimizer.kind]))
    left, right = st.columns(2)
    kind = left.selectbox(
        "Optimizer", kinds, format_func=lambda k: OPTIMIZERS.get(k) or k, key="optimizer"
    )
    own = [chosen["batch_size"]] if isinstance(chosen["batch_size"], int) else []
    batch_size = right.selectbox("Batch size", [*sorted({*batches, *own}), "all"], key="batch_size")
    st.select_slider(
        "Learning rate",
        sorted({*RATES, float(chosen["lr"])}),
        format_func=lambda rate: f"{rate:g}",
        key="lr",
        on_change=on_rate,
        help="Can be changed while it trains.",
    )
    with part("momentum", used=kind == "sgd"):
        st.slider("Momentum", 0.0, max(0.99, chosen["momentum"]), step=0.01, key="momentum")
    fields = more()
    with st.popover("Seeds", width="stretch"):
        st.caption("Each seed changes one thing alone; with the same three, a run repeats itself.")
        st.number_input("weights seed", 0, MAX_SEED, key="model_seed")
        st.number_input("batch order seed", 0, MAX_SEED, key="training_seed")
    return Training.model_validate(
        {
            **dict(training),
            "optimizer": _optimizer(training, kind),
            "batch_size": batch_size,
            "seed": chosen["training_seed"],
            **fields,
        }
    )


def _optimizer(training: Training, kind: str) -> dict[str, Any]:
    chosen = st.session_state
    optimizer = training.optimizer
    fields: dict[str, Any] = optimizer.model_dump() if optimizer.kind == kind else {"kind": kind}
    fields["lr"] = chosen["lr"]
    if kind == "sgd":
        fields["momentum"] = chosen["momentum"]
        fields["nesterov"] = bool(fields.get("nesterov")) and chosen["momentum"] > 0
    return fields
