"""The sections below the logits: PyTorch's numbers, losses compared, overflow, two classes."""

from collections.abc import Mapping, Sequence

import streamlit as st
from torch import Tensor

from nnlab.learn.softmax.figure import losses_figure
from nnlab.learn.softmax.losses import losses_along
from nnlab.learn.softmax.scores import Scores
from nnlab.learn.softmax.steps import shifted, steps_of, targets_of, two_classes
from nnlab.texts import _, number
from nnlab.ui.components.chart import show_chart
from nnlab.ui.components.tables import cell, row, table
from nnlab.ui.session.widgets import learn as widgets
from nnlab.visible import in_html

MOST_SHIFT = 200
SHIFT = "softmax_shift"


def show_digits(scores: Scores) -> None:
    """Draw each step unrounded, and the same loss computed in two ways."""
    steps = steps_of(scores)
    columns = {
        "z": scores.logits,
        "exp(z / T)": steps.powers,
        "softmax": steps.probabilities,
        "log_softmax": steps.log_probabilities,
        "y": steps.targets,
        _("gradient"): steps.gradient,
    }
    _show_columns(columns, len(scores.logits), _("Each step of softmax, in float32"))
    spread = scores.smoothing > 0
    log_p = "F.log_softmax(z / T, dim=-1)"
    smoothing = f", label_smoothing={scores.smoothing:g}" if spread else ""
    by_hand = f"-(y * {log_p}).sum()" if spread else f"F.nll_loss({log_p}, target)"
    _show_rows(
        [
            (f"F.cross_entropy(z / T, target{smoothing})", steps.loss),
            (by_hand, steps.nll),
            (_("entropy of p, H(p)"), steps.entropy),
            (_("entropy of y, H(y)"), steps.target_entropy),
            (_("divergence KL(y ‖ p) = loss − H(y)"), steps.divergence),
        ],
        _("Loss, entropy and divergence, in nats"),
    )


def show_losses(scores: Scores) -> None:
    """Cross-entropy, squared error and accuracy along the right class's logit."""
    along = losses_along(scores)
    now = scores.logits[scores.target]
    at = int((along.logit - now).abs().argmin())
    slopes = {name: float(values[at]) for name, values in along.slopes.items()}
    left = {name: float(values[0]) for name, values in along.slopes.items()}
    y = float(targets_of(scores)[scores.target])
    show_chart(
        losses_figure(along, now, dark=st.context.theme.type == "dark"),
        key=widgets.key("softmax_losses"),
        alt=_(
            "Losses and their slopes along the right class's logit. At {now:g}: cross-entropy has"
            " the slope {ce:.3g}, the squared error {se:.3g}, the share of errors 0.",
            now=now,
            ce=slopes["cross_entropy"],
            se=slopes["squared_error"],
        ),
    )
    st.caption(
        _(
            "The right class's logit moves, the others stay; the dotted line is its present value."
            " Slope there: cross-entropy **{ce:.3g}**, squared error **{se:.3g}**, errors **0**:"
            " accuracy does not say in which direction to go. At the far left, at {far:g}:"
            " cross-entropy {far_ce:.3g}, squared error {far_se:.3g}. As p of the right class goes"
            " to 0, the squared error's slope goes to 0 too, and cross-entropy's to −y / T ="
            " {limit:.3g}.",
            ce=slopes["cross_entropy"],
            se=slopes["squared_error"],
            far=float(along.logit[0]),
            far_ce=left["cross_entropy"],
            far_se=left["squared_error"],
            limit=-y / scores.temperature,
        )
    )


def show_overflow(scores: Scores) -> None:
    """The same softmax with a number added to all logits, with and without the maximum taken."""
    shift = st.slider(_("Add to every logit"), 0, MOST_SHIFT, 0, key=widgets.key(SHIFT), width=420)
    given = shifted(scores, float(shift))
    columns = {
        _("z / T + {shift}", shift=shift): given.logits,
        "exp": given.powers,
        _("exp / sum"): given.plain,
        _("exp(z − largest)"): given.shifted_powers,
        "F.softmax": given.stable,
    }
    _show_columns(columns, len(scores.logits), _("Softmax in float32 after a shift"))
    st.caption(
        _(
            "Adding a number to all logits multiplies every exp alike, so no probability changes."
            " But float32 ends at 3.4 × 10³⁸: above 88.7 exp is ∞, and ∞ / ∞ is no number (NaN)."
            " So PyTorch subtracts the largest logit first; then every exp is at most 1."
        )
    )


def show_two_classes(scores: Scores) -> None:
    """Softmax of the first two logits beside the sigmoid of their difference."""
    two = two_classes(scores)
    st.code(f"z = torch.tensor({list(scores.logits[:2])}) / {scores.temperature:g}")
    _show_rows(
        [
            ("F.softmax(z, dim=-1)[1]", two.softmax),
            ("torch.sigmoid(z[1] - z[0])", two.sigmoid),
            ("F.cross_entropy(z, torch.tensor(1))", two.cross_entropy),
            ("F.binary_cross_entropy_with_logits(z[1] - z[0], torch.tensor(1.0))", two.binary),
        ],
        _("The first two classes alone"),
    )
    st.caption(
        _(
            "Of two logits only their difference counts, so one output is enough: softmax of two is"
            " the sigmoid of z(B) − z(A). Both come by other operations: the last digit may differ."
            " The losses are those where class B is the right one, without label smoothing."
        )
    )


def _show_columns(columns: Mapping[str, Sequence[float] | Tensor], count: int, label: str) -> None:
    values = [one.tolist() if isinstance(one, Tensor) else list(one) for one in columns.values()]
    rows = [
        row(chr(ord("A") + k), *(cell(number(column[k], None)) for column in values))
        for k in range(count)
    ]
    heads = [in_html(head) for head in ("", *columns)]
    _scrolling(table("nnlab-figures", rows, heads=heads, label=label))


def _show_rows(values: list[tuple[str, float]], label: str) -> None:
    body = [row(in_html(name), cell(number(value, None))) for name, value in values]
    _scrolling(table("nnlab-figures", body, label=label))


def _scrolling(html: str) -> None:
    st.html(f"<div class='nnlab-digits' tabindex='0'>{html}</div>")
