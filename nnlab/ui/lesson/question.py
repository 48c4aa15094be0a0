"""The question of a step as a widget, and the button that commits the prediction."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from nnlab.lessons.lesson import Answer, ChoiceQuestion, NumberQuestion, PlaceQuestion, Question
from nnlab.texts import _, number
from nnlab.ui.session.widgets import Widgets
from nnlab.ui.words import plain
from nnlab.visible import in_html

STYLE = Path(__file__).with_name("question.css")
"""Style sheet that the page includes."""


def ask_for_prediction(
    question: Question, name: str, widgets: Widgets, commit: Callable[[Answer], None], why: str
) -> None:
    """Draw the widget, and *Commit prediction*, which is enabled once there is an answer.

    Args:
        question: what is asked.
        name: of the widget among those of its page.
        widgets: of the page.
        commit: takes the prediction.
        why: what committing it opens, in a sentence.
    """
    st.html(f"<p class='nnlab-asked'>{in_html(_(question.text))}</p>")
    with st.container(key=f"answer_{name}", horizontal=True, vertical_alignment="bottom"):
        answer = _answer(question, name, widgets)
        st.button(
            _("Commit prediction"),
            key=widgets.key(f"{name}_commit"),
            type="primary",
            disabled=answer is None,
            on_click=partial(_commit, commit, answer),
        )
    st.html(f"<p class='nnlab-asked-why'>{in_html(why)}</p>")


def _commit(commit: Callable[[Answer], None], answer: Answer | None) -> None:
    if answer is not None:
        commit(answer)


def show_told(question: Question, said: str, happened: str, *, is_right: bool | None) -> None:
    """Show the prediction beside the outcome, and whether they agree."""
    rows = ((_("You said"), said), (_("It happened"), f"{happened} — {verdict(is_right)}"))
    cells = "".join(f"<dt>{in_html(what)}</dt><dd>{in_html(words)}</dd>" for what, words in rows)
    st.html(
        f"<p class='nnlab-asked'>{in_html(_(question.text))}</p>"
        f"<dl class='nnlab-lesson-told'>{cells}</dl>"
    )


def verdict(is_right: bool | None) -> str:
    """Return the verdict on a prediction as text. None (unknown) counts as not right."""
    return _("right") if is_right else _("not as predicted")


def _answer(question: Question, name: str, widgets: Widgets) -> Answer | None:
    """Return the widget's answer; None if there is none yet."""
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
