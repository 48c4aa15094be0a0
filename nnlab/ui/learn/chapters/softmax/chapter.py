"""Softmax and cross-entropy: logits that are dragged, and PyTorch's digits below them."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from nnlab.errors import NnlabError
from nnlab.learn.softmax.questions import QUESTIONS
from nnlab.learn.softmax.scores import (
    FEWEST_CLASSES,
    HIGHEST_TEMPERATURE,
    LARGEST_LOGIT,
    LOWEST_TEMPERATURE,
    MOST_CLASSES,
    MOST_SMOOTHING,
    Scores,
    read_scores,
)
from nnlab.texts import N_, _
from nnlab.ui.components.component import component
from nnlab.ui.learn.chapter import Chapter, Formula, Tutorial
from nnlab.ui.learn.chapters.softmax import closer
from nnlab.ui.messages import say
from nnlab.ui.session.widgets import elements
from nnlab.ui.session.widgets import learn as widgets
from nnlab.ui.shell import messages

STYLE = Path(__file__).with_name("softmax.css")
PICTURE, SCORES, PROBLEM, CLOSER = (
    "softmax_picture",
    "softmax_scores",
    "softmax_problem",
    "softmax_closer",
)
LIMITS = {
    "logit": {"min": -LARGEST_LOGIT, "max": LARGEST_LOGIT, "step": 0.1},
    "temperature": {"min": -1, "max": 1, "step": 0.01},  # its logarithm to base 10
    "smoothing": {"min": 0, "max": MOST_SMOOTHING, "step": 0.01},
    "classes": [FEWEST_CLASSES, MOST_CLASSES],
}
assert (LOWEST_TEMPERATURE, HIGHEST_TEMPERATURE) == (0.1, 10.0)

CLOSER_LOOKS: dict[str, tuple[str, Callable[[Scores], None]]] = {
    "digits": (N_("PyTorch's digits"), closer.show_digits),
    "losses": (N_("Why cross-entropy"), closer.show_losses),
    "overflow": (N_("Overflow"), closer.show_overflow),
    "sigmoid": (N_("Two classes: the sigmoid"), closer.show_two_classes),
}


@st.fragment
def _show() -> None:
    with messages():
        st.html(STYLE)
        scores = widgets.get(SCORES, Scores())
        _component()(
            key=widgets.key(PICTURE),
            data={
                "scores": {
                    "logits": list(scores.logits),
                    "target": scores.target,
                    "temperature": scores.temperature,
                    "smoothing": scores.smoothing,
                },
                "limits": LIMITS,
            },
            on_scores_change=_hear,
        )
        problem = widgets.get(PROBLEM)
        if problem is not None:
            say("error", problem)
        widgets.hold(CLOSER, "digits")
        chosen = st.segmented_control(
            _("Look closer"),
            list(CLOSER_LOOKS),
            format_func=lambda name: _(CLOSER_LOOKS[name][0]),
            key=widgets.key(CLOSER),
            required=True,
        )
        CLOSER_LOOKS[chosen or "digits"][1](scores)


def _hear() -> None:
    try:
        widgets[SCORES] = read_scores(elements[widgets.key(PICTURE)].scores)
        widgets[PROBLEM] = None
    except NnlabError as error:
        widgets[PROBLEM] = error


@cache
def _component() -> ComponentRenderer:
    return component("softmax", "learn/softmax.js")


CHAPTER = Chapter(
    id="softmax",
    title=N_("Softmax and cross-entropy"),
    summary=N_("How numbers of any size become probabilities, and why their loss is −log p."),
    text=N_(
        "A classifier's last layer gives a number for each class: its *logits*, of any size and"
        " sign. **Softmax** makes them positive by exp, and divides by the sum. **Cross-entropy**"
        " takes the right class's probability and charges −log p. Drag a logit, and see the"
        " gradient at each class: the probability that it has, minus the one that it should have."
    ),
    show=_show,
    formulas=(
        Formula(
            r"p_i = \frac{e^{z_i / T}}{\sum_j e^{z_j / T}}",
            "p = F.softmax(logits / T, dim=-1)",
        ),
        Formula(
            r"L = -\sum_i y_i \log p_i",
            "loss = F.cross_entropy(\n    logits / T,\n    target,\n    label_smoothing=s,\n)",
        ),
        Formula(
            r"-\log p_y = \log \sum_j e^{z_j} - z_y",
            "log_p = F.log_softmax(logits, -1)\nloss = F.nll_loss(log_p, target)",
        ),
        Formula(
            r"\frac{\partial L}{\partial z_i} = \frac{p_i - y_i}{T}",
            "loss.backward()\nlogits.grad",
        ),
        Formula(
            r"\begin{gathered}\log \sum_j e^{z_j} = m + \log \sum_j e^{z_j - m}\\"
            r"m = \max_j z_j\end{gathered}",
            "torch.logsumexp(logits, -1)",
        ),
        Formula(
            r"\frac{e^{z_1}}{e^{z_0} + e^{z_1}} = \frac{1}{1 + e^{z_0 - z_1}} = \sigma(z_1 - z_0)",
            "torch.sigmoid(logits[1] - logits[0])",
        ),
        Formula(
            r"L = H(y) + \mathrm{KL}(y \,\|\, p)",
            'F.kl_div(log_p, y, reduction="sum")',
        ),
    ),
    questions=QUESTIONS,
    tutorial=Tutorial(
        N_("What is torch.nn really?"),
        "https://docs.pytorch.org/tutorials/beginner/nn_tutorial.html",
    ),
)
