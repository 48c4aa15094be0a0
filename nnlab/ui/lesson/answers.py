"""A lesson's events: opened, predicted, outcome known.

The session remembers them; those of a class's students are kept for the wall, too.
"""

from nnlab.classroom.class_lessons import class_lessons
from nnlab.classroom.current import classroom
from nnlab.errors import NnlabError, one_of
from nnlab.lessons import Answer, Lesson, lesson_by_id
from nnlab.lessons.outcome import Outcome
from nnlab.lessons.shipped import ORDER
from nnlab.texts import _
from nnlab.ui.lesson.class_answers import keep_outcome, keep_prediction, known_prediction
from nnlab.ui.session.labs import Lab, open_in_lab
from nnlab.ui.session.lesson_state import lesson_state


def lesson_of(lesson_id: str) -> Lesson:
    """Return a lesson: shipped, given to the class, or from a file that this session opened.

    Raises:
        NnlabError: there is none.
    """
    own = lesson_state().own
    if lesson_id in own:
        return own[lesson_id]
    if lesson_id in ORDER:
        return lesson_by_id(lesson_id)
    room = classroom()
    given = class_lessons(room) if room is not None else {}
    if lesson_id in given:
        return given[lesson_id]
    raise NnlabError(
        _(
            "{unknown} If it is a lesson of your own, open its file once more on the page Lessons.",
            unknown=one_of(_("lesson"), lesson_id, ORDER),
        )
    )


def open_lesson(lesson_id: str, step: int = 1) -> Lab:
    """Open a step of a lesson, from 1: its page shows the step's experiment when entered next.

    A prediction that was committed before stands.

    Returns:
        The page that the step belongs to.

    Raises:
        NnlabError: no such lesson, or it has no such step.
    """
    lesson = lesson_of(lesson_id)
    if not 1 <= step <= len(lesson.steps):
        raise NnlabError(
            _(
                "The lesson has {n} step, got step {step}.",
                "The lesson has {n} steps, got step {step}.",
                n=len(lesson.steps),
                step=step,
            )
        )
    state = lesson_state()
    state.lesson, state.step, state.is_read, state.notice = lesson, step, True, None
    recall(lesson, step)
    return open_in_lab(lesson.steps[step - 1].made)


def recall(lesson: Lesson, step: int) -> None:
    """Take up what a student of a class predicted before. `step` is from 1."""
    known = known_prediction(lesson, step)
    if known is not None:
        lesson_state().answers[lesson.id, step] = known


def close_lesson() -> None:
    """Close the open lesson. Its predictions and outcomes are kept."""
    lesson_state().lesson = None


def on_predicted(lesson_id: str, step: int, answer: Answer) -> None:
    """Record a committed prediction, which cannot be changed. `step` is from 1."""
    answer = lesson_state().answers.setdefault((lesson_id, step), answer)
    keep_prediction(lesson_of(lesson_id), step, answer)


def on_outcome(lesson_id: str, step: int, outcome: Outcome) -> None:
    """Record the outcome of a run, once for each run. `step` is from 1."""
    lesson_state().outcomes[lesson_id, step] = outcome
    keep_outcome(lesson_of(lesson_id), step, outcome)
