"""A network's reading of a drawing: the picture that it receives, and its probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from nnlab.data.published import DIGIT_NAMES
from nnlab.drawing import EmptyDrawingError, Preprocessing, steps
from nnlab.drawing.split import Piece, split
from nnlab.figures.describe import describe_probabilities
from nnlab.figures.pictures.digits import DIGITS, digit_picture, percent, probabilities_figure
from nnlab.insight.pictures.doubt import DOUBTED, doubt
from nnlab.insight.pictures.probabilities import class_probabilities
from nnlab.texts import N_, _
from nnlab.ui.components.chart import show_chart
from nnlab.ui.draw.upload import digest
from nnlab.ui.runtime.cache import answers as held
from nnlab.ui.runtime.snapshot import Snapshot
from nnlab.ui.session.widgets import draw as widgets
from nnlab.visible import in_html

SCALE = 10
BLANK = np.zeros((28, 28), np.float32)
MOST_DIGITS = 12
"""Digits read of one picture; a page of writing holds more, and is no drawing."""
ORDINALS = {1: N_("{number}st"), 2: N_("{number}nd"), 3: N_("{number}rd")}
PICTURE = "received"
"""The key of the container of what the network receives."""
MOST_BARS = 10
"""Bars of the chart. Of more classes the likeliest ones are shown."""


NOTHING_DRAWN = N_("Nothing is drawn yet: draw a digit on the black sheet.")


@dataclass(frozen=True)
class Reading:
    """The answer of a network to a picture."""

    probabilities: NDArray[np.float64]
    class_names: Sequence[str]
    step: int
    """Step of the weights that answered."""
    doubt: float | None = None
    """How likely the ink is several digits, or none, 0 to 1; None where no digits are asked for."""

    @property
    def doubted(self) -> bool:
        """Whether the answer comes with a word that it may be none."""
        return self.doubt is not None and self.doubt >= DOUBTED

    @property
    def order(self) -> list[int]:
        """The classes, the likeliest first."""
        return [int(i) for i in np.argsort(-self.probabilities, kind="stable")]

    @property
    def best(self) -> str:
        """The name of the likeliest class."""
        return self.class_names[self.order[0]]


def prepare(pixels: NDArray[np.uint8] | None, *, whole: bool = False) -> list[Piece]:
    """The digits of a picture and how each is made ready; none where nothing is drawn.

    `whole`: all of its ink is one drawing, as a cat is, whose eyes stand apart.

    Those of the same pixels are held: a page that runs again does not split them again.

    Raises:
        InvalidImageError: the picture is of no use.
    """
    if pixels is None:
        return []
    key = ("pieces", whole, pixels.shape, str(pixels.dtype), digest(pixels.tobytes()))
    return held.get_or_make(key, lambda: _split(pixels, whole=whole))


def _split(pixels: NDArray[np.uint8], *, whole: bool) -> list[Piece]:
    try:
        return [_as_one(pixels)] if whole else split(pixels)[: MOST_DIGITS + 1]
    except EmptyDrawingError:
        return []


def _as_one(pixels: NDArray[np.uint8]) -> Piece:
    made = steps(pixels)
    down, across = (
        given / grey for given, grey in zip(pixels.shape, made.grey.shape, strict=False)
    )
    top, left, bottom, right = made.box
    box = int(top * down), int(left * across), int(bottom * down), int(right * across)
    return Piece(box, made)


def read(moment: Snapshot, picture: NDArray[np.float32], class_names: Sequence[str]) -> Reading:
    """Return the network's answer to a picture, float32 [28, 28] in [0, 1].

    Raises:
        NnlabError: the outputs are not finite.
    """
    probabilities = class_probabilities(moment.network, picture)
    doubted = doubt(picture) if tuple(class_names) == DIGIT_NAMES else None
    return Reading(probabilities, class_names, moment.step, doubted)


def show_answer(
    answers: Sequence[Reading],
    chosen: int,
    *,
    drawn: bool,
    nothing: str = NOTHING_DRAWN,
    class_names: Sequence[str] = DIGITS,
) -> None:
    """`7`, then `It reads a 7 (98.2%), then a 1 (1.3%)`; and one bar for each class.

    Args:
        answers: one for each digit; empty where nothing is drawn or nobody reads.
        chosen: the digit whose probabilities are shown.
        drawn: whether something is drawn.
        nothing: what is said where nothing is, by where the picture comes from.
        class_names: of who will read, while nothing is drawn.
    """
    words = _in_words(answers, chosen, drawn, nothing)
    named = "named" if any(len(name) > 1 for name in class_names) else ""
    st.html(f'<p role="status" class="nnlab-answer {named}">{words}</p>')
    reading = answers[chosen] if answers else None
    names = class_names[:MOST_BARS]
    probabilities = None
    if reading is not None:
        shown = sorted(reading.order[:MOST_BARS])
        names = [reading.class_names[i] for i in shown]
        probabilities = reading.probabilities[shown]
    show_chart(
        probabilities_figure(
            probabilities,
            names,
            empty=N_("no model yet") if drawn else N_("draw a digit"),
            dark=st.context.theme.type == "dark",
        ),
        key=widgets.key("probabilities"),
        alt=describe_probabilities(probabilities, names),
    )


def _in_words(answers: Sequence[Reading], chosen: int, drawn: bool, nothing: str) -> str:
    if not answers:
        best, words = ("?", _("No model has read it yet.")) if drawn else ("–", _(nothing))
        return f"<b>{best}</b><span>{words}</span>"
    said = in_html(sentence(answers[chosen]))
    doubt_said = f"<small>{in_html(_in_doubt(answers, chosen))}</small>"
    if len(answers) == 1:
        return f"<b>{in_html(answers[0].best)}</b><span>{said} {doubt_said}</span>"
    # Names of one letter are read together, as a number is: 42; others are told apart.
    gap = "" if all(len(answer.best) == 1 for answer in answers) else " "
    marked = gap.join(
        f"<{tag}>{in_html(answer.best)}</{tag}>"
        for i, answer in enumerate(answers)
        for tag in ["mark" if i == chosen else "i"]
    )
    size = "many" if sum(len(answer.best) for answer in answers) > 4 else "some"
    words = _(
        "{ordinal} of {count}: {said}", ordinal=ordinal(chosen), count=len(answers), said=said
    )
    return f'<b class="{size}">{marked}</b><span>{words} {doubt_said}</span>'


def _in_doubt(answers: Sequence[Reading], chosen: int) -> str:
    """The line under the answer: empty where all of them look like digits."""
    if answers[chosen].doubted:
        return _("This may be several digits, or none.")
    others = [ordinal(i) for i, answer in enumerate(answers) if answer.doubted]
    if not others:
        return ""
    return _("The {ordinals} may be several digits, or none.", ordinals=", ".join(others))


def sentence(reading: Reading) -> str:
    """`It reads a 7 (98.2%), then a 1 (1.3%)`."""
    first, second = reading.order[:2]
    return _(
        "It reads {first} ({first_share}), then {second} ({second_share})",
        first=with_article(reading.class_names[first]),
        first_share=percent(float(reading.probabilities[first])),
        second=with_article(reading.class_names[second]),
        second_share=percent(float(reading.probabilities[second])),
    )


def with_article(name: str) -> str:
    """`a 7`, `an 8`, `an ankle boot`."""
    return _("an {name}", name=name) if name[0].upper() in "8AEIO" else _("a {name}", name=name)


def ordinal(index: int) -> str:
    """`1st` for 0, `2nd` for 1 …, up to the 20th."""
    return _(ORDINALS.get(index + 1, N_("{number}th")), number=index + 1)


def show_input(made: Preprocessing | None) -> None:
    """The very 28×28 pixels, enlarged."""
    st.container(key=PICTURE).image(
        digit_picture(BLANK if made is None else made.result, scale=SCALE),
        alt=_("The picture that the network receives: empty.")
        if made is None
        else _("The picture that the network receives, 28 by 28 pixels."),
        width=28 * SCALE,
        output_format="PNG",
    )
    st.caption(_("28×28 pixels, the ink's centre of mass in the middle, as in MNIST."))
