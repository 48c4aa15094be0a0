"""The page of lessons: those that ship, how far each is done here, and one from a file."""

from pathlib import Path

import streamlit as st

from nnlab.errors import NnlabError
from nnlab.lessons import Lesson, lessons
from nnlab.lessons.check import must_be_sound
from nnlab.lessons.read import MAX_BYTES, read_lesson
from nnlab.lessons.shipped import ORDER
from nnlab.texts import _
from nnlab.ui.lesson.answers import open_lesson
from nnlab.ui.messages import say
from nnlab.ui.session.labs import leave_lab
from nnlab.ui.session.lesson_state import lesson_state
from nnlab.ui.session.widgets import lessons as widgets
from nnlab.ui.shell import page_file
from nnlab.ui.words import plain

STYLE = Path(__file__).with_name("lessons.css")


def show() -> None:
    """The page."""
    leave_lab()
    st.html(STYLE)
    st.title(_("Lessons"), anchor=False)
    st.markdown(
        _(
            "Each step asks what will happen before it happens: you commit a prediction, the"
            " network trains, and the run shows whether you were right. About five minutes each."
        )
    )
    with st.container(key="lesson_list"):
        for number, lesson in enumerate(lessons(), start=1):
            _show(str(number), lesson)
        for lesson in lesson_state().own.values():
            _show("–", lesson)
    _show_upload()


def _show(number: str, lesson: Lesson) -> None:
    with st.container(key=f"lesson_{lesson.id}", horizontal=True, vertical_alignment="top"):
        st.markdown(f"**{number}**", width=32)
        with st.container(gap=None, width="stretch"):
            label = f":blue[**{plain(_(lesson.title))}**]"
            if st.button(label, key=widgets.key(f"open_{lesson.id}"), type="tertiary"):
                st.switch_page(page_file(open_lesson(lesson.id, _next_step(lesson))))
            st.caption(plain(_(lesson.summary)))
        st.markdown(_standing(lesson), width=105)


def _done(lesson: Lesson) -> int:
    """Steps whose outcome is known."""
    known = lesson_state().outcomes
    return sum((lesson.id, step) in known for step in range(1, len(lesson.steps) + 1))


def _next_step(lesson: Lesson) -> int:
    """The first one that is not done; the first of all where all are."""
    known = lesson_state().outcomes
    steps = range(1, len(lesson.steps) + 1)
    return next((step for step in steps if (lesson.id, step) not in known), 1)


def _standing(lesson: Lesson) -> str:
    done, most = _done(lesson), len(lesson.steps)
    if done == most:
        return _("✓ done")
    minutes = _("{n} minute", "{n} minutes", n=lesson.minutes)
    if done:
        return _("{done} of {most} steps", done=done, most=most)
    return minutes


def _show_upload() -> None:
    st.markdown(_("#### A lesson of your own"))
    st.caption(
        _(
            "One small TOML file, as docs/lessons.md describes. `python -m nnlab lesson check FILE`"
            " says how often its outcomes hold."
        )
    )
    file = st.file_uploader(
        _("Lesson (TOML, up to 64 kB)"), type="toml", key=widgets.key("file"), max_upload_size=1
    )
    if file is None:
        return
    try:
        lesson = read_lesson(file.read(MAX_BYTES + 1))
        if lesson.id in ORDER:
            raise NnlabError(
                _("id: '{id}' is a lesson that comes with nnlab: take another.", id=lesson.id)
            )
        must_be_sound(lesson)
    except NnlabError as error:
        say("error", error, icon=":material/error:")
        return
    lesson_state().own[lesson.id] = lesson
    said = _("{n} step: {title}", "{n} steps: {title}", n=len(lesson.steps), title=lesson.title)
    say("success", said)
    if st.button(_("Open this lesson"), key=widgets.key("open_own"), type="primary"):
        st.switch_page(page_file(open_lesson(lesson.id)))
