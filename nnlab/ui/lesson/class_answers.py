"""Predictions and outcomes of a class's students, kept for the wall. Without a class: nothing."""

from nnlab.classroom.answers import Answers, Value, answers
from nnlab.classroom.class_lessons import class_lessons
from nnlab.classroom.current import classroom
from nnlab.lessons.lesson import Answer, ChoiceQuestion, Lesson, PlaceQuestion, Question
from nnlab.lessons.outcome import Outcome
from nnlab.lessons.shipped import ORDER
from nnlab.texts import _
from nnlab.ui.visitors import visitor
from nnlab.visitor import Visitor


def known_prediction(lesson: Lesson, step: int) -> Answer | None:
    """Return this student's earlier prediction, maybe of another browser tab. `step` is from 1.

    Raises:
        NnlabError: the class or its answers cannot be read.
    """
    who = visitor()
    kept = _kept_of(lesson, who)
    answer = kept.of(lesson.id, step - 1).get(who.person) if kept is not None else None
    if answer is None:
        return None
    question, said = lesson.steps[step - 1].question, answer.value
    if isinstance(question, ChoiceQuestion):
        return question.choices.index(said) + 1 if said in question.choices else None
    return said if not isinstance(said, str) else None


def keep_prediction(lesson: Lesson, step: int, answer: Answer) -> None:
    """Raises NnlabError: it cannot be written."""
    who = visitor()
    kept = _kept_of(lesson, who)
    if kept is None:
        return
    question = lesson.steps[step - 1].question
    kept.predicted(who.person, lesson.id, step - 1, question.kind, _said(question, answer))


def keep_outcome(lesson: Lesson, step: int, outcome: Outcome) -> None:
    """Raises NnlabError: it cannot be written."""
    who = visitor()
    kept = _kept_of(lesson, who)
    if kept is None or not outcome.is_known:
        return
    question = lesson.steps[step - 1].question
    value: Value
    if isinstance(question, ChoiceQuestion):
        if outcome.choice is None:
            return
        value = words = question.choices[outcome.choice - 1]
    elif isinstance(question, PlaceQuestion):
        value = words = _("as they said there") if outcome.is_right else _("something else there")
    else:
        if outcome.number is None:
            return
        value = min(outcome.number, 1e12)  # never reached is infinite
        words = ""
    kept.outcome(who.person, lesson.id, step - 1, value, words)


def _kept_of(lesson: Lesson, who: Visitor) -> Answers | None:
    """The answers of the class, for a student at a lesson of the class; else None.

    A file that a student opened may have the id of a lesson that the class was given, and other
    questions: what is answered there is nothing for the wall.
    """
    room = classroom()
    if who.role != "student" or room is None:
        return None
    is_of_all = lesson.id in ORDER or class_lessons(room).get(lesson.id) == lesson
    return answers() if is_of_all else None


def _said(question: Question, answer: Answer) -> Value:
    if isinstance(question, ChoiceQuestion) and isinstance(answer, int):
        return question.choices[answer - 1]
    return answer
