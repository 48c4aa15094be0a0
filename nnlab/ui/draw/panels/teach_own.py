"""Teach classes of one's own: name them, draw some of each, train, and try."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import streamlit as st

from nnlab.data.handwriting import Drawing
from nnlab.data.pictures.label_sets import ENOUGH, LabelSet, read_names
from nnlab.errors import NnlabError
from nnlab.figures.pictures.digits import sample_grid
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.draw.frame import DrawFrame
from nnlab.ui.draw.panels.teach_own_files import show_own_files
from nnlab.ui.draw.panels.teach_own_train import show_training
from nnlab.ui.draw.panels.teach_pictures import kept_drawings
from nnlab.ui.messages import as_it_stands
from nnlab.ui.session.draw_state import draw_state
from nnlab.ui.session.widgets import draw as widgets
from nnlab.ui.words import plain
from nnlab.visible import visible

SHOWN = 12
"""The newest drawings of a class on its sheet."""
SET, NAMES = "label_set", "class_names"


def show_own(frame: DrawFrame) -> None:
    """The four steps. Needs neither a drawing nor a model."""
    labels = doors.labels()
    sets = labels.sets()
    taught = _chosen(sets)
    listed = labels.listed(taught) if taught is not None else ()
    left, right = st.container(key="teach_own").columns([6, 5], gap="medium")
    with left:
        _name(sets, taught)
        if taught is not None:
            _draw(frame, taught, listed)
    with right:
        show_training(frame, taught, listed)


def _chosen(sets: list[LabelSet]) -> LabelSet | None:
    state = draw_state()
    by_id = {one.id: one for one in sets}
    wanted = widgets.get(SET) or state.label_set
    found = by_id.get(wanted or "") or (sets[0] if sets else None)
    state.label_set = found.id if found is not None else None
    return found


# Names -------------------------------------------------------------------------------------------


def _name(sets: list[LabelSet], taught: LabelSet | None) -> None:
    st.markdown(_("###### 1 · Name"))
    if taught is None:
        st.caption(
            _(
                "Teach it what it has never seen: two things or more that you can draw. Five"
                " drawings of each are enough to begin."
            )
        )
        _ask_names(None)
        _show_word()
        show_own_files(None, ())
        return
    shown = {one.id: visible(", ".join(one.names)) for one in sets}
    widgets[SET] = taught.id
    st.selectbox(
        _("What you teach"),
        list(shown),
        format_func=lambda one: shown.get(one, one),
        key=widgets.key(SET),
        label_visibility="collapsed",
    )
    with st.popover(_("Other names …"), icon=":material/edit:"):
        st.caption(_("Drawings of a name that both have come along; these stay as they are."))
        _ask_names(taught)


def _ask_names(beside: LabelSet | None) -> None:
    with st.form(key=widgets.key("names_form"), border=False):
        st.text_input(
            _("Names, with commas between them"),
            placeholder=_("cat, house"),
            max_chars=500,
            key=widgets.key(NAMES),
        )
        st.form_submit_button(
            _("Begin"),
            key=widgets.key("begin_names"),
            type="primary" if beside is None else "secondary",
            icon=":material/arrow_forward:",
            on_click=_begin,
            args=(beside,),
        )


def _begin(beside: LabelSet | None) -> None:
    typed = widgets.get(NAMES) or ""
    if not typed.strip():
        _say(_("Type at least two names, with commas between them: cat, house."))
        return

    def begin() -> str | None:
        taught = doors.labels().begin(read_names(typed), beside)
        draw_state().label_set = widgets[SET] = taught.id
        widgets[NAMES] = ""
        return None

    _try(begin)


# Drawings ----------------------------------------------------------------------------------------


def _draw(frame: DrawFrame, taught: LabelSet, listed: tuple[Drawing, ...]) -> None:
    counts = Counter(drawing.label for drawing in listed)
    st.markdown(_("###### 2 · Draw"))
    st.caption(
        _("Draw one on the black sheet above, then press what it is.")
        if frame.made is None
        else _("It is a …")
    )
    with st.container(horizontal=True, gap="small", key="own_labels"):
        for label, name in enumerate(taught.names):
            said = f"{plain(name)} · {counts[label]}"
            st.button(
                f"{said} / {ENOUGH}" if counts[label] < ENOUGH else said,
                key=widgets.key(f"own_{label}"),
                disabled=frame.made is None,
                on_click=_keep,
                args=(frame, taught, label),
            )
    _show_word()
    if listed:
        _show_drawings(taught, listed)
    with st.container(horizontal=True, gap="small", key="own_files"):
        show_own_files(taught, listed)
        _offer_deletion(taught, listed)


def _keep(frame: DrawFrame, taught: LabelSet, label: int) -> None:
    def keep() -> str:
        assert frame.made is not None
        doors.labels().keep(taught, frame.made.result, label)
        if frame.is_canvas:
            draw_state().sheet.clear()
        return _("Kept: {name}.", name=taught.names[label])

    _try(keep)


def _show_drawings(taught: LabelSet, listed: tuple[Drawing, ...]) -> None:
    """A row for each class, the newest first."""
    for label, name in enumerate(taught.names):
        newest = tuple(one for one in listed if one.label == label)[-SHOWN:][::-1]
        if not newest:
            continue
        pictures = kept_drawings(newest).pictures
        blank = np.zeros((SHOWN - len(newest), 28, 28), np.uint8)
        st.caption(plain(name))
        st.image(
            sample_grid(np.concatenate([pictures, blank]) / 255, columns=SHOWN),
            alt=_(
                "The newest {n} drawing of {name}.",
                "The newest {n} drawings of {name}.",
                n=len(newest),
                name=name,
            ),
            output_format="PNG",
            width="stretch",
        )


def _offer_deletion(taught: LabelSet, listed: tuple[Drawing, ...]) -> None:
    own = doors.labels().own(listed)
    st.button(
        _("Delete the newest"),
        key=widgets.key("own_delete_newest"),
        disabled=not own,
        on_click=_try,
        args=(lambda: _removed(doors.labels().remove(own[-1:])),),
    )
    with st.popover(_("Delete all …")):
        st.markdown(
            _(
                "These names go, with {count:,} drawings of yours. Runs that learned from them"
                " keep a copy of their own.",
                count=len(own),
            )
        )
        st.button(
            _("Delete names and drawings"),
            key=widgets.key("own_delete_all"),
            type="primary",
            on_click=_try,
            args=(lambda: _ended(taught),),
        )


def _ended(taught: LabelSet) -> str:
    number = doors.labels().end(taught)
    draw_state().label_set = None
    widgets.forget(SET)
    return _removed(number)


def _removed(number: int) -> str:
    return _("Deleted {n:,} drawing.", "Deleted {n:,} drawings.", n=number)


def _try(do: Callable[[], str | None]) -> None:
    """Do it, and say what came of it, or why not."""
    try:
        draw_state().taught = do()
    except NnlabError as error:
        draw_state().taught = str(error)


def _show_word() -> None:
    """Show the result of the last action, or why it failed; the height stays the same."""
    st.caption(as_it_stands(draw_state().taught or "") or "\u00a0")


def _say(words: str) -> None:
    draw_state().taught = words
