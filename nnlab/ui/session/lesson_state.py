"""The lesson that a session has open: its step, the predictions and the outcomes."""

import math
from dataclasses import dataclass, field

import streamlit as st

from nnlab.config import Experiment, Images
from nnlab.lessons.lesson import Answer, ChoiceQuestion, Lesson, NumberQuestion, Question, Step
from nnlab.lessons.outcome import Outcome, is_steps
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.typed import of_session

LESSON, STEP, SAID = "lesson", "step", "said"
"""Parameters of the address: the lesson's id, the step from 1, and the committed prediction."""
Place = tuple[str, int]
"""A lesson's id and a step, from 1."""


@dataclass
class LessonState:
    """A session's state of its lessons."""

    lesson: Lesson | None = None
    step: int = 1
    """Step, from 1."""
    own: dict[str, Lesson] = field(default_factory=dict)
    """Lessons from files that were opened here, by their ids."""
    answers: dict[Place, Answer] = field(default_factory=dict)
    """Committed predictions."""
    outcomes: dict[Place, Outcome] = field(default_factory=dict)
    told: dict[Place, str] = field(default_factory=dict)
    """The run of each outcome."""
    is_read: bool = False
    """The address was asked once for a lesson."""
    notice: str | None = None
    _compared: tuple[Experiment, Step, bool] | None = None

    @property
    def place(self) -> Place | None:
        """The lesson and the step that are open."""
        return (self.lesson.id, self.step) if self.lesson is not None else None

    @property
    def current(self) -> Step | None:
        """The step that is open."""
        return self.lesson.steps[self.step - 1] if self.lesson is not None else None

    @property
    def answer(self) -> Answer | None:
        """The committed prediction of the step, None before that."""
        return self.answers.get(self.place) if self.place is not None else None

    def is_steps(self, step: Step, experiment: Experiment) -> bool:
        """Cache of `nnlab.lessons.outcome.is_steps` for each draft."""
        known = self._compared
        if known is None or known[0] is not experiment or known[1] is not step:
            known = self._compared = experiment, step, is_steps(step, experiment)
        return known[2]


def lesson_state() -> LessonState:
    """Return the state of this session."""
    return of_session(LessonState)


def step_on(state: LabState) -> Step | None:
    """The step that is open on this page; None: no lesson, or its step is on another page."""
    step = lesson_state().current
    if step is None or state.sweep is not None:
        return None
    page = "images" if isinstance(state.draft.data, Images) else "playground"
    return step if step.page == page else None


def waits_for_prediction(state: LabState) -> bool:
    """Whether the page shows a step's experiment without a committed prediction.

    It is not to train before: see docs/lessons.md.
    """
    lesson, step = lesson_state(), step_on(state)
    return step is not None and lesson.answer is None and lesson.is_steps(step, state.draft)


# The address -------------------------------------------------------------------------------------


def lesson_words(state: LabState) -> dict[str, str | None]:
    """Return the parameters that name the open lesson in the address of a laboratory page."""
    lesson = lesson_state()
    if lesson.lesson is None or step_on(state) is None:
        return {LESSON: None, STEP: None, SAID: None}
    said = None if lesson.answer is None else written(lesson.answer)
    return {LESSON: lesson.lesson.id, STEP: str(lesson.step), SAID: said}


def words_of_address() -> tuple[str, int, str]:
    """The lesson's id, the step (1 where it is no number) and the prediction; empty: none."""
    asked = st.query_params.to_dict()
    step = asked.get(STEP, "")
    number = int(step) if step.isascii() and step.isdecimal() and len(step) < 4 else 1
    return asked.get(LESSON, "")[:60], max(1, number), asked.get(SAID, "")[:60]


def written(answer: Answer) -> str:
    """Return an answer as text of the address: `2`, `16.5`, `-2,2`."""
    if isinstance(answer, tuple):
        return ",".join(f"{value:g}" for value in answer)
    return f"{answer:g}"


def read_answer(question: Question, said: str) -> Answer | None:
    """Parse an answer from the text of `written`; None if it is no answer to the question."""
    try:
        values = [float(part) for part in said.split(",")]
    except ValueError:
        return None
    if not all(math.isfinite(value) for value in values):
        return None
    if isinstance(question, ChoiceQuestion):
        fits = len(values) == 1 and values[0] in range(1, len(question.choices) + 1)
        return int(values[0]) if fits else None
    if not all(question.low <= value <= question.high for value in values):
        return None
    if isinstance(question, NumberQuestion):
        return values[0] if len(values) == 1 else None
    return (values[0], values[1]) if len(values) == 2 else None
