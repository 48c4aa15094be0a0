"""Teach: drawings are kept with what they are, and a network learns the hand that drew them."""

import numpy as np
import streamlit as st

from nnlab.data.handwriting import Drawing
from nnlab.errors import NnlabError
from nnlab.export.fine_tune import FEWEST, fine_tune
from nnlab.figures.pictures.digits import percent, sample_grid
from nnlab.texts import N_, _
from nnlab.ui import doors, services
from nnlab.ui.draw.frame import DrawFrame
from nnlab.ui.draw.panels.teach_files import show_files
from nnlab.ui.draw.panels.teach_own import show_own
from nnlab.ui.draw.panels.teach_pictures import SavedDrawings, kept_drawings
from nnlab.ui.draw.panels.tuned import show_tuned
from nnlab.ui.draw.reading import with_article
from nnlab.ui.lab.run_commands import start_new
from nnlab.ui.messages import as_it_stands
from nnlab.ui.runtime.drawing_accuracy import standing
from nnlab.ui.session.draw_state import draw_state
from nnlab.ui.session.widgets import draw as widgets
from nnlab.ui.visitors import owner, visitor
from nnlab.ui.words import plain

SHOWN = 30
"""The newest drawings on the sheet."""
COLUMNS = 10
WHAT, DIGITS, OWN = "teach_what", N_("Digits"), N_("Your own classes")


def show_teach(frame: DrawFrame) -> None:
    """The panel. Needs neither a drawing nor a model."""
    state = draw_state()
    widgets.setdefault(WHAT, OWN if state.teaches_own else DIGITS)
    what = st.segmented_control(
        _("What is taught"),
        [DIGITS, OWN],
        format_func=_,
        required=True,
        key=widgets.key(WHAT),
        label_visibility="collapsed",
        on_change=_change,
    )
    state.teaches_own = what == OWN
    if state.teaches_own:
        show_own(frame)
    else:
        _show_digits(frame)


def _change() -> None:
    draw_state().teaches_own, draw_state().taught = widgets[WHAT] == OWN, None


def _show_digits(frame: DrawFrame) -> None:
    _ask_what_it_is(frame)
    kept = kept_drawings(doors.drawings().listed())
    number = len(kept.labels)
    left, right = st.container(key="teach").columns([6, 5], gap="medium")
    with left, st.container(key="kept"):
        st.markdown(
            _(
                "###### Kept here: {n:,} drawing",
                "###### Kept here: {n:,} drawings",
                n=number,
            )
        )
        if number:
            _show_newest(kept)
            _delete(kept)
        else:
            st.caption(_none_yet())
        show_files(kept.listed)
    with right, st.container(key="tune"):
        st.markdown(_("###### What the model makes of them"))
        _show_standing(frame)
        _offer_tuning(frame, kept)
        show_tuned(frame, kept.pictures, kept.labels)


# The drawing on the desk -------------------------------------------------------------------------


def _ask_what_it_is(frame: DrawFrame) -> None:
    made = frame.made
    read_as = None if frame.answer is None else frame.answer.class_names[frame.answer.order[0]]
    asks = _("Draw a digit, then say what it is") if made is None else _("It is a …")
    if made is not None and read_as is not None:
        asks = _(
            "Read as {name}. Right or wrong, say what it is:",
            name=plain(with_article(read_as)),
        )
    st.markdown(f"**{asks}**")
    with st.container(horizontal=True, gap="small", key="labels"):
        for label in range(10):
            st.button(
                str(label),
                key=widgets.key(f"teach_{label}"),
                disabled=made is None,
                on_click=_keep,
                args=(frame, label),
            )
    st.caption(
        as_it_stands(draw_state().taught or "")
        or _("A press keeps the drawing with that label, and clears the sheet for the next one.")
    )


def _keep(frame: DrawFrame, label: int) -> None:
    assert frame.made is not None
    try:
        doors.drawings().keep(frame.made.result, label)
    except NnlabError as error:
        draw_state().taught = str(error)
        return
    draw_state().taught = _("Kept as {digit}.", digit=with_article(str(label)))
    if frame.is_canvas and len(frame.pieces) == 1:
        draw_state().sheet.clear()


# What is kept ------------------------------------------------------------------------------------


def _show_newest(kept: SavedDrawings) -> None:
    newest = slice(max(0, len(kept.labels) - SHOWN), None)
    labels = kept.labels[newest][::-1]
    counts = np.bincount(kept.labels, minlength=10)
    st.image(
        sample_grid(
            kept.pictures[newest][::-1] / 255, [str(label) for label in labels], columns=COLUMNS
        ),
        alt=_(
            "The newest {count} drawings, with their labels: {labels}.",
            count=len(labels),
            labels=labels.tolist(),
        ),
        output_format="PNG",
    )
    each = " · ".join(f"{digit}: {count}" for digit, count in enumerate(counts))
    st.caption(_("The newest first. Of each digit: {counts}", counts=each))


def _none_yet() -> str:
    if visitor().role == "student":
        return _("None yet. You see your own here, and the lecturer those of all.")
    return _("None yet. They are kept on this server, for all who use it.")


def _delete(kept: SavedDrawings) -> None:
    own = doors.drawings().own(kept.listed)
    if not own:
        st.caption(_("They are others': who drew them deletes them."))
        return
    all_go = _(
        "All {count:,} drawings of everybody here go. Runs that learned from them keep"
        " a copy of their own.",
        count=len(own),
    )
    if visitor().role in ("guest", "student"):
        all_go = _(
            "All {count:,} drawings of yours go. Runs that learned from them keep a copy of"
            " their own.",
            count=len(own),
        )
    with st.container(horizontal=True, gap="small", key="delete_drawings"):
        st.button(
            _("Delete the newest"),
            key=widgets.key("delete_newest"),
            on_click=_remove,
            args=(own[-1:],),
        )
        with st.popover(_("Delete all …")):
            st.markdown(all_go)
            st.button(
                _("Delete all {count:,}", count=len(own)),
                key=widgets.key("delete_all"),
                type="primary",
                on_click=_remove,
                args=(own,),
            )


def _remove(chosen: tuple[Drawing, ...]) -> None:
    try:
        number = doors.drawings().remove(chosen)
    except NnlabError as error:
        draw_state().taught = str(error)
    else:
        draw_state().taught = _("Deleted {n:,} drawing.", "Deleted {n:,} drawings.", n=number)


# What the model makes of them --------------------------------------------------------------------


def _show_standing(frame: DrawFrame) -> None:
    if frame.reader is None or frame.moment is None:
        st.caption(_("No model reads yet: train one, or choose one above."))
    elif not frame.reader.reads_digits:
        st.caption(_("This model knows no digits: choose one that does."))
    elif frame.view is not None:
        found = standing(frame.moment, frame.view.info)
        if found is not None:
            right, number = found
            st.markdown(
                _(
                    "It reads **{right:,} of {number:,}** right ({share}).",
                    right=right,
                    number=number,
                    share=percent(right / number),
                )
            )


def _offer_tuning(frame: DrawFrame, kept: SavedDrawings) -> None:
    number = len(kept.labels)
    reads = frame.view is not None and frame.reader is not None and frame.reader.reads_digits
    ready = reads and not frame.training
    missing = FEWEST - number
    st.button(
        _("Fine-tune on {number} drawings", number=number)
        if missing <= 0
        else _("Fine-tune ({missing} more to draw)", missing=missing),
        key=widgets.key("fine_tune"),
        type="primary" if missing <= 0 else "secondary",
        icon=":material/school:",
        disabled=missing > 0 or not ready,
        on_click=_tune,
        args=(frame, kept),
    )
    if frame.recorded is not None:
        st.caption(
            _(
                "A recorded network is not fine-tuned here: its loop is in its author's program."
                " Choose a model that was trained here."
            )
        )
        return
    st.caption(
        _(
            "A run of its own goes on from these weights, on the drawings and on a sample of what"
            " the model learned from, so that it does not forget. A few seconds for a small"
            " network."
        )
    )


def _tune(frame: DrawFrame, kept: SavedDrawings) -> None:
    assert frame.view is not None
    state = draw_state().training
    try:
        doors.must_see(frame.view.run)
        name = doors.drawings().freeze(kept.listed)
        doors.make_room()
        run = fine_tune(
            doors.store(),
            frame.view.run,
            name,
            len(kept.listed),
            owner=owner(),
            data_dir=services.settings().data_dir,
        )
        start_new(run)
    except NnlabError as error:
        draw_state().taught = str(error)
        return
    draw_state().taught = None
    state.run_id = run.id
