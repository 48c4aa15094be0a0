"""A lesson in the room: what the class predicted, what their runs showed, and why."""

from dataclasses import replace
from typing import Literal

import streamlit as st

from nnlab.classroom.answers import Histogram, answers
from nnlab.classroom.classroom import Classroom
from nnlab.errors import NnlabError
from nnlab.lessons import Lesson
from nnlab.lessons.lesson import ChoiceQuestion, Question
from nnlab.texts import _
from nnlab.ui.lesson.answers import lesson_of
from nnlab.ui.messages import say
from nnlab.ui.room import lead
from nnlab.ui.session.widgets import classroom as widgets
from nnlab.ui.words import plain
from nnlab.visible import in_html

Stage = Literal["predict", "outcome", "explanation"]
NEXT: dict[Stage, Stage] = {"predict": "outcome", "outcome": "explanation"}
REACH = 6.0
"""Points are shown on a plane from -REACH to REACH on both axes."""
MOST_BARS = 12


def show_lesson(room: Classroom) -> None:
    """The step that the class is at, as far as its stage goes. Nothing where it is at none."""
    state, kept = room.state, answers()
    if state.lesson is None or kept is None:
        return
    try:
        lesson = lesson_of(state.lesson)
    except NnlabError as error:
        say("warning", error)
        return
    step, stage = min(state.lesson_step, len(lesson.steps) - 1), state.stage
    asked = lesson.steps[step]
    with st.container(key="wall_lesson", border=True):
        _show_head(lesson, step, stage)
        predicted, seen = st.columns(2, gap="medium")
        with predicted:
            said = in_choices(kept.histogram(lesson.id, step), asked.question)
            _show(said, _("Predicted"), room)
        if stage != "predict":
            with seen:
                told = in_choices(kept.outcomes(lesson.id, step), asked.question)
                _show(told, _("What the runs showed"), room)
        if stage == "explanation":
            st.markdown(plain(_(asked.explanation)))


def in_choices(histogram: Histogram, question: Question) -> Histogram:
    """Return a bar for each choice of the question, in their order, so that no bar moves."""
    if not isinstance(question, ChoiceQuestion):
        return histogram
    counts = dict(histogram.bars)
    bars = tuple((_(choice), counts.get(choice, 0)) for choice in question.choices)
    return replace(histogram, bars=bars)


def _show_head(lesson: Lesson, step: int, stage: Stage) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            _(
                "**{question}**  \n{title}, step {step} of {n}",
                question=plain(_(lesson.steps[step].question.text)),
                title=plain(_(lesson.title)),
                step=step + 1,
                n=len(lesson.steps),
            ),
            width="stretch",
        )
        words = {
            "predict": _("Show what happened"),
            "outcome": _("Show why"),
            "explanation": _("Next step"),
        }[stage]
        is_last = stage == "explanation" and step + 1 >= len(lesson.steps)
        if is_last:
            st.button(
                _("End the lesson"),
                key=widgets.key("end_it"),
                on_click=lead.tried,
                args=(lead.end_lesson,),
            )
            return
        st.button(
            words,
            key=widgets.key("next_stage"),
            type="primary",
            on_click=_go_on,
            args=(lesson.id, step, stage),
        )


def _go_on(lesson: str, step: int, stage: Stage) -> None:
    if stage in NEXT:
        lead.tried(lead.show_stage_of_lesson, NEXT[stage])
    else:
        lead.tried(lead.send_lesson, lesson, step + 1)


def _show(histogram: Histogram, heading: str, room: Classroom) -> None:
    count = _(
        "{count} of {students} students", count=histogram.count, students=len(room.students())
    )
    st.html(
        f"<h5>{in_html(heading)}</h5>"
        + (_places(histogram) if histogram.places else _bars(histogram))
        + f"<p class='nnlab-answered'>{count}</p>"
    )


def _bars(histogram: Histogram) -> str:
    most = max(1, *(count for _said, count in histogram.bars)) if histogram.bars else 1
    rows = "".join(
        f"<tr><th scope='row'>{in_html(words)}</th>"
        f"<td><i style='width:{100 * count / most:.1f}%'></i></td><td>{count}</td></tr>"
        for words, count in histogram.bars[:MOST_BARS]
    )
    return f"<table class='nnlab-bars'><tbody>{rows}</tbody></table>"


def _places(histogram: Histogram) -> str:
    dots = "".join(
        f"<i style='left:{50 + 50 * x / REACH:.1f}%;top:{50 - 50 * y / REACH:.1f}%'></i>"
        for x, y in histogram.places
        if max(abs(x), abs(y)) <= REACH
    )
    words = in_html(_("Points on the plane, one for each student"))
    return f"<div class='nnlab-places' role='img' aria-label='{words}'>{dots}</div>"
