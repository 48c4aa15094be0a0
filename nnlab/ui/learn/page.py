"""The page Learn: the list of chapters, and the chapter that the address names."""

from pathlib import Path

import streamlit as st

from nnlab.config.link import ATTENTION, CHAPTER
from nnlab.errors import one_of
from nnlab.texts import _
from nnlab.ui.learn.chapter import Chapter, show_chapter
from nnlab.ui.learn.chapters import CHAPTERS
from nnlab.ui.lesson.question import STYLE as QUESTION_STYLE
from nnlab.ui.messages import say
from nnlab.ui.session.labs import leave_lab
from nnlab.ui.session.learn_state import asked_chapter, learn_state
from nnlab.ui.shell import page_file
from nnlab.ui.words import plain

STYLE = Path(__file__).with_name("learn.css")


def show() -> None:
    """The page."""
    asked = asked_chapter()
    _tell_address(asked)
    st.html(QUESTION_STYLE)
    st.html(STYLE)
    if asked != ATTENTION:  # which has a draft of its own
        leave_lab()
    numbers = {chapter.id: number for number, chapter in enumerate(CHAPTERS)}
    if asked in numbers:
        _show_chapter(numbers[asked])
        return
    if asked:
        say("warning", one_of(_("chapter"), asked, tuple(numbers)), icon=":material/menu_book:")
    _show_list()


def _tell_address(asked: str) -> None:
    """Let the browser's address name what is shown: Streamlit's links within a page leave it."""
    state = learn_state()
    if state.opened is not None:
        st.query_params[CHAPTER], state.opened = state.opened, None
    elif state.shown != asked:
        st.query_params.from_dict(st.query_params.to_dict())
    state.shown = asked


def _show_list() -> None:
    st.title(_("Learn"), anchor=False)
    st.markdown(
        _(
            "The ideas under the buttons, each as something to move, computed by PyTorch, and where"
            " it can be on the network that you have just trained. About five minutes each."
        )
    )
    with st.container(key="learn_list"):
        for number, chapter in enumerate(CHAPTERS, start=1):
            _show_row(number, chapter)


def _show_row(number: int, chapter: Chapter) -> None:
    with st.container(key=f"learn_{chapter.id}", horizontal=True, vertical_alignment="top"):
        st.markdown(f"**{number}**", width=32)
        with st.container(gap=None, width="stretch"):
            _link(chapter, f":blue[**{plain(_(chapter.title))}**]")
            st.caption(plain(_(chapter.summary)))
        st.markdown(_standing(chapter), width=105)


def _standing(chapter: Chapter) -> str:
    done, most = learn_state().answered(chapter.id), len(chapter.questions)
    if done == most:
        return _("✓ done")
    if done:
        return _("{done} of {most} questions", done=done, most=most)
    return _("{n} minute", "{n} minutes", n=chapter.minutes)


def _show_chapter(at: int) -> None:
    chapter = CHAPTERS[at]
    with st.container(key="learn_head", horizontal=True, vertical_alignment="center"):
        st.title(f"{at + 1} · {plain(_(chapter.title))}", anchor=False, width="stretch")
        st.page_link(page_file("learn"), label=_("All chapters"), icon=":material/menu_book:")
    show_chapter(chapter)
    with st.container(key="learn_next", horizontal=True, horizontal_alignment="distribute"):
        if at > 0:
            _link(CHAPTERS[at - 1], f"← {plain(_(CHAPTERS[at - 1].title))}")
        if at + 1 < len(CHAPTERS):
            _link(CHAPTERS[at + 1], f"{plain(_(CHAPTERS[at + 1].title))} →")


def _link(chapter: Chapter, label: str) -> None:
    st.page_link(page_file("learn"), label=label, query_params={CHAPTER: chapter.id})
