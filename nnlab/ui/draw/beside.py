"""A second reader beside the chosen one: what ships beside one's own, and the other way round."""

from collections.abc import Sequence

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.figures.pictures.digits import percent
from nnlab.texts import N_, _
from nnlab.ui.draw.frame import DrawFrame
from nnlab.ui.draw.reading import Reading, read
from nnlab.ui.messages import as_it_stands
from nnlab.ui.runtime.drawing_models import Reader
from nnlab.ui.runtime.image_data import LABELS
from nnlab.ui.runtime.recorded_reader import RecordedReader
from nnlab.ui.runtime.run_view import run_view
from nnlab.ui.words import plain
from nnlab.visible import in_html


def other_reader(found: Sequence[Reader], chosen: Reader | None) -> Reader | None:
    """Who answers beside `chosen`: what ships beside one trained here, and else the newest of here.

    Args:
        found: all readers, the newest first.
        chosen: the one whose answer stands large.

    None where there is no other that reads digits.
    """
    if chosen is None or chosen.reads_own:  # a reader of digits has no word on cats
        return None
    others = [
        reader
        for reader in found
        if reader.reads_digits and reader.ships != chosen.ships and not reader.recorded
    ]
    return others[0] if others else None


def show_beside(frame: DrawFrame) -> None:
    """One line under the bars, always of one height: the other's answer, or how to get another."""
    other = other_reader(frame.readers, frame.reader)
    if frame.recorded is not None:
        st.caption(_how_it_takes_drawings(frame.recorded))
    if frame.reader is not None and not frame.reader.reads_digits:
        st.caption(_what_it_knows(frame.reader))
    with st.container(key="beside"):
        if other is None and frame.reader is not None and frame.reader.reads_own:
            st.caption(_("Teach, below, takes more drawings of them, and trains again."))
            return
        if other is None:
            st.caption(_("Train your own, and its answer stands here beside this one."))
            return
        try:
            answers = _answers(other, frame)
        except NnlabError as error:
            st.caption(as_it_stands(error))
            return
        st.html(_line(other, answers, frame.chosen))


def _what_it_knows(reader: Reader) -> str:
    """Of one that reads no digits; under the bars, since above it would push the sheet away."""
    names = plain(", ".join(reader.class_names))
    if reader.recorded:
        return _(
            "This recorded network knows no digits: whatever you draw, it answers with one of"
            " {names}.",
            names=names,
        )
    if reader.reads_own:
        return _(
            "This model was taught {names} by drawings: whatever you draw, it answers with one"
            " of these.",
            names=names,
        )
    return _(
        "This model learned from {data} and knows no digits: whatever you draw, it answers"
        " with one of {names}.",
        data=plain(_(LABELS.get(reader.data, reader.data))),
        names=names,
    )


def _how_it_takes_drawings(recorded: RecordedReader) -> str:
    """The numbers that its author trained it on, as far as anybody knows."""
    form = recorded.form
    if form.is_scaled:
        return _(
            "Its recorded pictures go from {low:.4g} (black) to {high:.4g} (white): drawings are"
            " given to it so.",
            low=form.low,
            high=form.high,
        )
    if recorded.has_examples:
        return _("As its recorded pictures, drawings are given to it from 0 (black) to 1 (white).")
    return _(
        "No pictures were recorded with it: drawings are given to it from 0 (black) to 1 (white),"
        " and it may have learned from others."
    )


def _answers(other: Reader, frame: DrawFrame) -> list[Reading]:
    view = run_view(other.run_id)
    moment, names = view.moment(), view.info.class_names or ()
    return [read(moment, piece.made.result, names) for piece in frame.pieces]


def _line(other: Reader, answers: Sequence[Reading], chosen: int) -> str:
    """`Beside it, draw-ready (ships with nnlab): 7 · 99.8%` and ten small bars."""
    who = N_("Beside it, {name}, trained here, reads")
    if other.ships:
        who = N_("Beside it, {name}, which ships with nnlab, reads")
    said = in_html(_(who, name=other.name))
    if not answers:
        return f"<p class='nnlab-beside'><span>{said} …</span></p>"
    reading = answers[chosen]
    best = float(reading.probabilities.max())
    digits = "".join(answer.best for answer in answers)
    bars = "".join(
        f"<i style='height:{100 * share:.0f}%'></i>" for share in reading.probabilities.tolist()
    )
    return (
        f"<p class='nnlab-beside'><span>{said}</span> <b>{in_html(digits)}</b>"
        f" <span>({percent(best)})</span><span class='bars' aria-hidden='true'>{bars}</span></p>"
    )
