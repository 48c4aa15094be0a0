"""The parts of a chapter, and the layout of its page."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from nnlab.learn.question import ChapterQuestion
from nnlab.texts import _
from nnlab.ui.learn.questions import show_questions


@dataclass(frozen=True)
class Formula:
    """A formula, and the line of PyTorch that computes it."""

    latex: str
    code: str


@dataclass(frozen=True)
class Tutorial:
    """The published text that a chapter goes back to."""

    title: str
    url: str


@dataclass(frozen=True)
class Chapter:
    """One idea, about five minutes long. Its texts are marked by `N_`."""

    id: str
    """Its word in the address: `/learn?chapter=softmax`."""
    title: str
    summary: str
    """One sentence, for the list of chapters."""
    text: str
    """An introduction of a few sentences above the picture (Markdown)."""
    show: Callable[[], None]
    """Draws what can be moved."""
    formulas: tuple[Formula, ...]
    questions: tuple[ChapterQuestion, ChapterQuestion]
    tutorial: Tutorial
    minutes: int = 5


def show_chapter(chapter: Chapter) -> None:
    """Text, what moves, formulas beside their code, two questions, the tutorial."""
    st.markdown(_(chapter.text))
    with st.container(key="learn_picture"):
        chapter.show()
    _show_formulas(chapter.formulas)
    show_questions(chapter.id, chapter.questions)
    title, url = _(chapter.tutorial.title), chapter.tutorial.url
    st.markdown(_("From the tutorial [{title}]({url}).", title=title, url=url))


def _show_formulas(formulas: tuple[Formula, ...]) -> None:
    st.markdown(_("#### In a formula, and in PyTorch"))
    for number, formula in enumerate(formulas):
        with st.container(key=f"learn_formula_{number}"):
            left, right = st.columns(2, gap="medium", vertical_alignment="center")
            left.latex(formula.latex)
            right.code(formula.code, language="python", wrap_lines=True)
