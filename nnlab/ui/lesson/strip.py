"""The strip: the step's text and question, then the outcome and its explanation."""

from functools import partial
from pathlib import Path

import streamlit as st

from nnlab.lessons.lesson import Answer, Lesson, Step
from nnlab.lessons.outcome import Outcome
from nnlab.runs.record.status import ALIVE
from nnlab.texts import _
from nnlab.ui.lab.run_commands import ask, current_status, let_go, make_run
from nnlab.ui.lesson.answers import close_lesson, on_predicted, open_lesson
from nnlab.ui.lesson.question import STYLE as QUESTION_STYLE
from nnlab.ui.lesson.question import ask_for_prediction, in_words, show_told
from nnlab.ui.lesson.result import happened, outcome_now
from nnlab.ui.messages import say
from nnlab.ui.session.hide import style_of
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.labs import lab_of
from nnlab.ui.session.lesson_state import lesson_state, step_on
from nnlab.ui.session.widgets import Widgets
from nnlab.ui.shell import messages, page_file
from nnlab.visible import in_html

STYLE = Path(__file__).with_name("lesson.css")
PAST_ROW, SETTINGS_ROW = 44, 68
"""Pixels of rows that a step may hide."""
LOOK_SECONDS = 0.5
"""Seconds between two looks at a run whose weights are set by hand: no event reports that."""


def show_lesson(state: LabState) -> None:
    """The strip of the lesson that is open on this page, where one is."""
    lesson, step = lesson_state(), step_on(state)
    if lesson.notice is not None:
        say("warning", lesson.notice, icon=":material/school:")
        lesson.notice = None
    if lesson.lesson is None or step is None:
        return
    st.html(QUESTION_STYLE)
    st.html(STYLE)
    if step.hide and step.page == "playground":
        st.html(style_of(step.hide))
        st.html(f"<style>.stMainBlockContainer {{ --spared: {_spared(step)}px; }}</style>")
    if not _waits_for_hands(state, step):
        _strip(state, step)
        return
    born_with = step, state.run_id

    @st.fragment(run_every=LOOK_SECONDS)
    def frame() -> None:
        if (step_on(state), state.run_id) != born_with or not _waits_for_hands(state, step):
            st.rerun()
        _strip(state, step)

    frame()


def _spared(step: Step) -> int:
    """Pixels of height that what the step hides leaves to the plane."""
    hidden = set(step.hide)
    return PAST_ROW * ("past" in hidden) + SETTINGS_ROW * ({"network", "training"} <= hidden)


def _strip(state: LabState, step: Step) -> None:
    with messages(), st.container(key="lesson", border=True):
        _draw(state, step)


def _waits_for_hands(state: LabState, step: Step) -> bool:
    """Whether weights are to be set by hand in the run in view, or in one that is not made yet."""
    answer = lesson_state().answer
    if not step.is_by_hand or answer is None or not _is_steps(state, step):
        return False
    outcome = outcome_now(state, step, answer)
    return outcome is None or not outcome.is_known


def _draw(state: LabState, step: Step) -> None:
    lesson = lesson_state()
    assert lesson.lesson is not None, "a step is one of a lesson"
    assert lesson.place is not None, "and has its place in it"
    widgets, answer = Widgets(lab_of(state.draft)), lesson.answer
    left, right = st.columns([1, 1], gap="medium")
    outcome = None
    if answer is not None and _is_steps(state, step):
        outcome = outcome_now(state, step, answer)
    with left:
        is_told = outcome is not None and outcome.is_known
        _show_head(state, lesson.lesson, lesson.step, widgets, is_told=is_told)
        if answer is not None and outcome is not None and outcome.is_known:
            _show_outcome(step, answer, outcome)
        else:
            _text(step.text)
    with right:
        if not _is_steps(state, step):
            _offer_return(state, widgets)
        elif answer is None:
            ask_for_prediction(
                step.question,
                f"lesson_{lesson.lesson.id}_{lesson.step}",
                widgets,
                partial(on_predicted, *lesson.place),
                _("Train opens when you have committed it."),
            )
        elif outcome is None or not outcome.is_known:
            _show_waiting(state, step, answer, outcome, widgets)
        else:
            _text(step.explanation)


def _is_steps(state: LabState, step: Step) -> bool:
    return lesson_state().is_steps(step, state.draft)


# Parts of the strip ------------------------------------------------------------------------------


def _show_head(
    state: LabState, lesson: Lesson, number: int, widgets: Widgets, *, is_told: bool
) -> None:
    with st.container(key="lesson_head", horizontal=True, vertical_alignment="center"):
        title, most = in_html(_(lesson.title)), len(lesson.steps)
        place = in_html(_("step {number} of {most}", number=number, most=most))
        st.html(f"<p class='nnlab-lesson-head'><b>{title}</b> · {place}</p>", width="stretch")
        if is_told:
            _show_next(state, widgets)
        st.button(
            _("Leave the lesson"),
            key=widgets.key("lesson_leave"),
            type="tertiary",
            on_click=close_lesson,
        )


def _text(words: str) -> None:
    st.html(f"<p class='nnlab-lesson-text'>{in_html(_(words))}</p>")


def _show_waiting(
    state: LabState, step: Step, answer: Answer, outcome: Outcome | None, widgets: Widgets
) -> None:
    """Between the prediction and what comes of it."""
    st.html(f"<p class='nnlab-asked'>{in_html(_(step.question.text))}</p>")
    _said(step, answer)
    if outcome is not None and not step.is_by_hand:
        _text(outcome.words)
        if current_status(state) not in ("stopped", "interrupted"):
            _anew(state, widgets)
        return
    if not step.is_by_hand:
        is_under_way = current_status(state) in ALIVE
        _text(_("Now watch.") if is_under_way else _("Now press Train, and watch."))
        return
    _text(outcome.words if outcome is not None else _("Now set it by hand, on the drawing."))
    st.button(
        _("Set it for me"), key=widgets.key("lesson_hands"), on_click=partial(_set, state, step)
    )


def _said(step: Step, answer: Answer) -> None:
    label, said = in_html(_("You said:")), in_html(in_words(step.question, answer))
    st.html(f"<p class='nnlab-lesson-text'>{label} <b>{said}</b></p>")


def _show_outcome(step: Step, answer: Answer, outcome: Outcome) -> None:
    said = in_words(step.question, answer)
    show_told(step.question, said, happened(step, outcome), is_right=outcome.is_right)
    st.html(f"<p class='nnlab-lesson-text'>{in_html(outcome.words)}</p>")


def _show_next(state: LabState, widgets: Widgets) -> None:
    lesson = lesson_state()
    assert lesson.lesson is not None, "a step is one of a lesson"
    is_last = lesson.step == len(lesson.lesson.steps)
    label = _("All lessons") if is_last else _("Next step")
    if not st.button(label, key=widgets.key("lesson_next"), type="primary"):
        return
    if is_last:
        close_lesson()
        st.switch_page(page_file("lessons"))
    _open(state, lesson.lesson.id, lesson.step + 1)


def _offer_return(state: LabState, widgets: Widgets) -> None:
    _text(_("The page no longer shows the step's experiment, so it cannot show the outcome."))
    if st.button(_("Bring the step's experiment back"), key=widgets.key("lesson_back")):
        lesson = lesson_state()
        assert lesson.lesson is not None, "a step is one of a lesson"
        _open(state, lesson.lesson.id, lesson.step)


def _anew(state: LabState, widgets: Widgets) -> None:
    """Draw the button that starts the step again after a run without an outcome."""
    if st.button(_("Begin the step anew"), key=widgets.key("lesson_anew")):
        lesson = lesson_state()
        assert lesson.lesson is not None, "a step is one of a lesson"
        _open(state, lesson.lesson.id, lesson.step)


# What they do ------------------------------------------------------------------------------------


def _open(state: LabState, lesson_id: str, step: int) -> None:
    """Show a step; the run in view ends, if it is still under way, and is kept."""
    let_go(state)
    page = open_lesson(lesson_id, step)
    if page == lab_of(state.draft):
        st.rerun()
    st.switch_page(page_file(page))


def _set(state: LabState, step: Step) -> None:
    """Set the step's weights as a person would: in a paused run."""
    if current_status(state) is None:
        run = make_run(state.draft, first="pause", changes=step.changes)
        state.run_id = run.id
        state.forget_left()
        return
    for path, value in step.changes.items():
        ask(state, path=path, value=value)
