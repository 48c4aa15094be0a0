"""What a network makes of a drawing: the picture that it receives, and its probabilities."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.drawing import EmptyDrawingError, Preprocessing, steps
from nnlab.figures.describe import describe_probabilities
from nnlab.figures.digits import DIGITS, digit_picture, percent, probabilities_figure
from nnlab.insight.probabilities import class_probabilities
from nnlab.ui.chart import show_chart
from nnlab.ui.run_view import RunView

SCALE = 10
BLANK = np.zeros((28, 28), np.float32)


@dataclass(frozen=True)
class Reading:
    """The answer of a network to a picture."""

    probabilities: NDArray[np.float64]
    class_names: Sequence[str]
    step: int
    """Of the weights that answered."""


def prepare(pixels: NDArray[np.uint8] | None) -> Preprocessing | None:
    """How the picture for the network is made; None where nothing is drawn.

    Raises:
        InvalidImageError: the picture is of no use.
    """
    if pixels is None:
        return None
    try:
        return steps(pixels)
    except EmptyDrawingError:
        return None


def read(view: RunView, made: Preprocessing | None) -> Reading | None:
    """What the run's newest network says; None where nothing is drawn.

    Raises:
        NnlabError: the weights cannot be read, or the outputs are not finite.
    """
    if made is None:
        return None
    with view.lock:
        probabilities = class_probabilities(view.network(), made.result)
        return Reading(probabilities, view.info.class_names or DIGITS, view.weights_step)


def show_answer(reading: Reading | None, *, drawn: bool) -> None:
    """`It reads a 7`, then `98.2%`, then what comes next; and one bar for each class."""
    best, words = _in_words(reading, drawn)
    st.html(
        f'<p role="status" class="nnlab-answer"><b>{html.escape(best)}</b>'
        f"<span>{html.escape(words)}</span></p>"
    )
    names = reading.class_names if reading is not None else DIGITS
    probabilities = reading.probabilities if reading is not None else None
    show_chart(
        probabilities_figure(
            probabilities,
            names,
            empty="no model yet" if drawn else "draw a digit",
            dark=st.context.theme.type == "dark",
        ),
        key="probabilities",
        alt=describe_probabilities(probabilities, names),
    )


def _in_words(reading: Reading | None, drawn: bool) -> tuple[str, str]:
    if reading is None:
        if drawn:
            return "?", "No model has read it yet."
        return "–", "Nothing is drawn yet: draw a digit on the black sheet."
    first, second = (int(i) for i in np.argsort(-reading.probabilities, kind="stable")[:2])
    answers = [
        f"{_with_article(reading.class_names[i])} ({percent(float(reading.probabilities[i]))})"
        for i in (first, second)
    ]
    return reading.class_names[first], f"It reads {answers[0]}, then {answers[1]}"


def _with_article(name: str) -> str:
    """`a 7`, `an 8`, `an ankle boot`."""
    return f"{'an' if name[0] in '8AEIO' else 'a'} {name}"


def show_input(made: Preprocessing | None) -> None:
    """The very 28×28 pixels, enlarged."""
    st.image(
        digit_picture(BLANK if made is None else made.result, scale=SCALE),
        alt="The picture that the network receives"
        + (": empty." if made is None else ", 28 by 28 pixels."),
        width=28 * SCALE,
        output_format="PNG",
    )
    st.caption("28×28 pixels, the ink's centre of mass in the middle, as in MNIST.")


def show_steps(made: Preprocessing) -> None:
    """From the drawing to the network's input, step by step."""
    top, left, bottom, right = made.box
    ink = made.ink[top:bottom, left:right]
    side = (
        "dark ink on light paper, so it is inverted"
        if made.dark_on_light
        else "light ink on dark paper"
    )
    height, width = made.scaled.shape
    pictures = (
        (made.ink, f"1. The ink, found against the paper: {side}."),
        (ink, f"2. Cut out: the box around the ink, {right - left}×{bottom - top} pixels."),
        (made.scaled, f"3. Scaled so that its longer side is 20 pixels: {width}×{height}."),
        (made.result, "4. Placed so that its centre of mass is in the middle of 28×28."),
    )
    for column, (picture, words) in zip(st.columns(4), pictures, strict=True):
        scale = max(1, round(200 / max(picture.shape)))
        with column, st.container(key=f"step_{words[0]}"):
            st.image(
                digit_picture(picture, scale=scale),
                alt=words,
                width=_shown(picture),
                output_format="PNG",
            )
            st.caption(words)


def _shown(picture: NDArray[np.float32]) -> int:
    """The width in pixels at which the longer side takes 180."""
    height, width = picture.shape
    return max(12, round(180 * width / max(height, width)))
