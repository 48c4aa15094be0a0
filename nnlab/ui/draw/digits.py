"""Several digits on one sheet: a box around each, and which of them is looked into."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnlab.drawing.split import Piece
from nnlab.texts import _
from nnlab.ui.draw.reading import Reading, ordinal
from nnlab.ui.session.widgets import draw as widgets
from nnlab.visible import in_html

CHOSEN = "digit"


def chosen_digit(count: int) -> int:
    """The index of the digit that the session looks into, of `count`; 0 where there is none."""
    chosen = widgets.get(CHOSEN)
    if not isinstance(chosen, int) or chosen >= count:
        return 0
    return chosen


def choose_digit(count: int, chosen: int) -> None:
    """The choice, where there are several. Takes the same room where there is none."""
    with st.container(key="digits_part"):
        if count < 2:
            widgets.forget(CHOSEN)
            return
        widgets[CHOSEN] = chosen
        st.segmented_control(
            _("Look into"),
            range(count),
            format_func=ordinal,
            key=widgets.key(CHOSEN),
            required=True,
        )


def show_boxes(
    place: DeltaGenerator,
    pieces: Sequence[Piece],
    answers: Sequence[Reading],
    chosen: int,
    size: tuple[int, int],
) -> None:
    """A box around each of several digits, with what is read of it, over the picture in `place`.

    Args:
        place: the container of the picture, which fills it.
        pieces: the digits; one alone needs no box.
        answers: what is read of each; empty where nobody reads.
        chosen: the digit that is looked into.
        size: height and width of the picture, in the pixels of the boxes.
    """
    boxes = ""
    if len(pieces) > 1:
        boxes = "".join(
            _box(piece, _label(answers[i]) if answers else "", size, i == chosen)
            for i, piece in enumerate(pieces)
        )
    place.html(f'<div class="nnlab-boxes" aria-hidden="true">{boxes}</div>')


def _label(answer: Reading) -> str:
    """`7`, or `7?` where the ink may be several digits, or none."""
    return answer.best + "?" * answer.doubted


def _box(piece: Piece, said: str, size: tuple[int, int], chosen: bool) -> str:
    top, left, bottom, right = piece.box
    height, width = size
    place = (
        f"left:{100 * left / width:.2f}%;top:{100 * top / height:.2f}%;"
        f"width:{100 * (right - left) / width:.2f}%;height:{100 * (bottom - top) / height:.2f}%"
    )
    marks = " ".join(["chosen"] * chosen + ["high"] * (top < 0.09 * height))
    return f'<i class="{marks}" style="{place}"><b>{in_html(said)}</b></i>'
