"""The question of a step as a widget, and the button that commits the prediction."""

from functools import partial

import streamlit as st

from nnlab.lessons.lesson import Answer, ChoiceQuestion, NumberQuestion, PlaceQuestion, Question
from nnlab.texts import _, number
from nnlab.ui.lesson.answers import on_predicted
from nnlab.ui.session.lesson_state import Place
from nnlab.ui.session.widgets import Widgets
from nnlab.ui.words import plain
from nnlab.visible import in_html


def ask_for_prediction(question: Question, place: Place, widgets: Widgets) -> None:
    """The widget, and *Commit prediction*, which can be pressed once something is said."""
    name = f"lesson_{place[0]}_{place[1]}"
    st.html(f"<p class='nnlab-asked'>{in_html(_(question.text))}</p>")
    with st.container(key="lesson_answer", horizontal=True, vertical_alignment="bottom"):
        answer = _answer(question, name, widgets)
        st.button(
            _("Commit prediction"),
            key=widgets.key(f"{name}_commit"),
            type="primary",
            disabled=answer is None,
            on_click=partial(_commit, place, answer),
        )
    st.html(
        f"<p class='nnlab-asked-why'>{in_html(_('Train opens when you have committed it.'))}</p>"
    )


def _commit(place: Place, answer: Answer | None) -> None:
    if answer is not None:
        on_predicted(*place, answer)


def _answer(question: Question, name: str, widgets: Widgets) -> Answer | None:
    """What the widget says; None: nothing yet."""
    match question:
        case ChoiceQuestion():
            return st.radio(
                _("Your prediction"),
                range(1, len(question.choices) + 1),
                index=None,
                format_func=lambda one: plain(_(question.choices[one - 1])),
                key=widgets.key(name),
                label_visibility="collapsed",
            )
        case NumberQuestion():
            unit = plain(_(question.unit))
            return st.number_input(
                _("Your prediction, in {unit}", unit=unit) if unit else _("Your prediction"),
                question.low,
                question.high,
                value=None,
                format="%g",
                key=widgets.key(name),
                width=220,
            )
        case PlaceQuestion():
            x, y = (
                st.number_input(
                    label,
                    question.low,
                    question.high,
                    value=None,
                    step=0.5,
                    format="%g",
                    key=widgets.key(f"{name}_{at}"),
                    width=140,
                )
                for at, label in enumerate(("x₁", "x₂"))
            )
            return None if x is None or y is None else (x, y)


def in_words(question: Question, answer: Answer) -> str:
    """An answer as a person reads it."""
    if isinstance(question, ChoiceQuestion):
        assert isinstance(answer, int), "a choice is a number of one"
        return _(question.choices[answer - 1])
    if isinstance(answer, tuple):
        return f"({number(answer[0])}, {number(answer[1])})"
    unit = _(question.unit) if isinstance(question, NumberQuestion) else ""
    return f"{number(answer, 4)} {unit}".strip()
