"""Draw: digits on a canvas, what a network that was trained here makes of them, and why."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from nnlab.drawing.files import MOST_BYTES
from nnlab.drawing.split import Piece
from nnlab.errors import NnlabError
from nnlab.figures.pictures.digits import DIGITS
from nnlab.runs.record.status import Status
from nnlab.texts import N_, _
from nnlab.ui import doors
from nnlab.ui.components.stage import RENEWS, Scene, show_stage
from nnlab.ui.draw import reading
from nnlab.ui.draw.beside import show_beside
from nnlab.ui.draw.canvas import show_canvas
from nnlab.ui.draw.digits import choose_digit, chosen_digit, show_boxes
from nnlab.ui.draw.frame import DrawFrame
from nnlab.ui.draw.models import follow_link, show_models
from nnlab.ui.draw.panels.panels import TEACH, show_panels
from nnlab.ui.draw.pen import show_pen
from nnlab.ui.draw.photograph import take_photograph
from nnlab.ui.draw.upload import read_upload
from nnlab.ui.lab.live import live
from nnlab.ui.messages import say
from nnlab.ui.runtime.drawing_models import Reader, readers
from nnlab.ui.runtime.recorded_reader import recorded_reader
from nnlab.ui.runtime.run_view import run_view
from nnlab.ui.runtime.snapshot import settled
from nnlab.ui.session.draw_state import draw_state
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.labs import leave_lab
from nnlab.ui.session.widgets import draw as widgets

STYLE = Path(__file__).with_name("draw.css")
SOURCE = "source"
CANVAS, FILE, CAMERA = N_("Draw"), N_("File"), N_("Camera")
NO_PICTURE = {
    FILE: N_("No picture yet: choose a file with digits on it."),
    CAMERA: N_("No photograph yet: take one of digits on paper."),
}
NO_INK = N_("This picture shows no ink: nothing stands out from its paper.")


def show() -> None:
    """The page. `run` in the address chooses the model."""
    leave_lab()
    st.html(STYLE)
    state = draw_state().training
    follow_link()
    live(state, lambda status: _draw(state, status))


def _draw(state: LabState, status: Status | None) -> None:
    """The desk first, and all that explains it after: nothing keeps the answer waiting."""
    show_stage(Scene(run=state.run_id, status=status, renews=RENEWS / 2))
    found = readers()
    chosen = show_models(state, status, found)
    sheet, seen, answer = st.container(key="desk").columns([10, 10, 12], gap="medium")
    with sheet:
        pixels, place = _source()
        pieces = _prepared(pixels, whole=_is_whole(chosen))
    with answer, st.container(key="prediction"):
        head = st.container(horizontal=True, key="answer_head", vertical_alignment="center")
        head.markdown(_("##### It reads"), width="content")
        frame = _answer(head, found, chosen, pixels, pieces)
        show_beside(frame)
    with seen:
        st.markdown(_("##### The network receives"))
        reading.show_input(frame.made)
        choose_digit(len(pieces), frame.chosen)
    if place is not None and pixels is not None:
        show_boxes(place, pieces, frame.answers, frame.chosen, pixels.shape[:2])
    show_panels(frame)


def _source() -> tuple[NDArray[np.uint8] | None, DeltaGenerator | None]:
    """The canvas or a picture file: its pixels, and the container that it fills."""
    source = st.segmented_control(
        _("Draw, or read a file or a photograph"),
        [CANVAS, FILE, CAMERA],
        format_func=_,
        default=CANVAS,
        required=True,
        key=widgets.key(SOURCE),
        label_visibility="collapsed",
    )
    if source == CANVAS:
        return show_canvas()
    uploaded = take_photograph() if source == CAMERA else _picture_file()
    if uploaded is None:
        return None, None
    try:
        upload = read_upload(uploaded.getvalue())
    except NnlabError as error:
        say("error", error, icon=":material/error:")
        return None, None
    place = st.container(key="upload", width=280)
    place.image(upload.shown, alt=_("The picture that was uploaded."), width="stretch")
    return upload.pixels, place


def _nothing(pixels: NDArray[np.uint8] | None) -> str:
    """Return the text shown if there is nothing to read."""
    if pixels is not None and widgets.get(SOURCE) != CANVAS:
        return NO_INK
    return NO_PICTURE.get(widgets.get(SOURCE), reading.NOTHING_DRAWN)


def _picture_file() -> BytesIO | None:
    return st.file_uploader(
        _("A picture of digits: dark on light or light on dark"),
        key=widgets.key("picture_file"),
        max_upload_size=MOST_BYTES // 2**20,
    )


def _is_whole(chosen: Reader | None) -> bool:
    """Whether all ink is one drawing: it is taught as one of somebody's own classes, or read so."""
    state = draw_state()
    teaches = state.panel == TEACH and state.teaches_own
    return teaches or (chosen is not None and chosen.reads_own)


def _prepared(pixels: NDArray[np.uint8] | None, *, whole: bool) -> list[Piece]:
    """The digits of the picture; where there are too many, a word on it."""
    try:
        pieces = reading.prepare(pixels, whole=whole)
    except NnlabError as error:
        say("error", error, icon=":material/error:")
        return []
    if len(pieces) > reading.MOST_DIGITS:
        st.caption(
            _(
                "More than {most} pieces of ink are on it; the first {most} are read.",
                most=reading.MOST_DIGITS,
            )
        )
    return pieces[: reading.MOST_DIGITS]


def _answer(
    head: DeltaGenerator,
    found: list[Reader],
    chosen: Reader | None,
    pixels: NDArray[np.uint8] | None,
    pieces: list[Piece],
) -> DrawFrame:
    """Read the digits and say what was read, and in the `head` by which weights.

    Returns what the rest of the page draws from.
    """
    view = moment = recorded = model = None
    names: Sequence[str] = (chosen.class_names if chosen is not None else ()) or DIGITS
    answers: list[reading.Reading] = []
    moving = chosen is not None and chosen.training
    digit = chosen_digit(len(pieces))
    try:
        if chosen is not None and chosen.recorded:
            recorded = recorded_reader(doors.store().get(chosen.run_id), moving=moving)
            moment, model = recorded.moment, recorded.model
        elif chosen is not None:
            view = run_view(chosen.run_id)
            moment, model = view.moment(), view.experiment.model
        if moment is not None:
            answers = [reading.read(moment, piece.made.result, names) for piece in pieces]
    except NnlabError as error:
        view = moment = recorded = None
        answers = []
        say("error", error, icon=":material/error:")
    else:
        reading.show_answer(
            answers, digit, drawn=bool(pieces), nothing=_nothing(pixels), class_names=names
        )
        if moment is not None and widgets.get(SOURCE) == CANVAS:
            seen, whole = pixels if pieces else None, _is_whole(chosen)
            show_pen(model, moment, names, answers, seen, digit, moving=moving, whole=whole)
    if moment is not None:
        head.caption(_by_weights(chosen, moment.step, moving=moving))
        moment = settled(view, moment, moving=moving) if view is not None else moment
    return DrawFrame(
        found,
        chosen,
        view,
        moment,
        pixels,
        pieces,
        answers,
        digit,
        moving,
        is_canvas=widgets.get(SOURCE) == CANVAS,
        dark=st.context.theme.type == "dark",
        recorded=recorded,
    )


def _by_weights(chosen: Reader | None, step: int, *, moving: bool) -> str:
    """Return the caption that says which weights the answer is from."""
    if moving:
        return _("By the weights of step {step:,} so far: it is still training.", step=step)
    if chosen is not None and chosen.ships:
        return _("By the weights that ship with nnlab.")
    return _("By the weights of step {step:,}.", step=step)
