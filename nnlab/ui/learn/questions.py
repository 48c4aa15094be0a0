"""The two questions that a chapter ends with: predict, then see what PyTorch says."""

from functools import partial

import streamlit as st

from nnlab.learn.question import ChapterQuestion
from nnlab.lessons.lesson import Answer, ChoiceQuestion
from nnlab.texts import _
from nnlab.ui.lesson.question import ask_for_prediction, in_words, show_told
from nnlab.ui.runtime.cache import kept
from nnlab.ui.session.learn_state import Place, learn_state
from nnlab.ui.session.widgets import learn as widgets


def show_questions(chapter: str, questions: tuple[ChapterQuestion, ...]) -> None:
    """All of a chapter's, each with its answer once a prediction is committed."""
    st.markdown(_("#### What will happen?"))
    for number, asked in enumerate(questions, start=1):
        place = chapter, number
        with st.container(key=f"learn_question_{number}", border=True):
            said = learn_state().answers.get(place)
            if said is None:
                ask_for_prediction(
                    asked.question,
                    f"{chapter}_{number}",
                    widgets,
                    partial(_commit, place),
                    _("The code runs when you have committed it."),
                )
            else:
                _show_answer(asked, said)


def _commit(place: Place, answer: Answer) -> None:
    learn_state().answers.setdefault(place, answer)


def _show_answer(asked: ChapterQuestion, said: Answer) -> None:
    happened = _happened(asked)
    show_told(
        asked.question,
        in_words(asked.question, said),
        in_words(asked.question, happened),
        is_right=asked.is_right(said, happened),
    )
    st.markdown(_(asked.explanation))
    with st.expander(_("The code that just ran")):
        st.code(asked.source, language="python", wrap_lines=True)


@kept
def _happened(asked: ChapterQuestion) -> int | float:
    happened = asked.answer()
    return int(happened) if isinstance(asked.question, ChoiceQuestion) else float(happened)
