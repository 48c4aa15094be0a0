"""The outcome of a prediction, from a run that has ended or whose weights were set by hand."""

from copy import deepcopy
from typing import Literal

from nnlab.config import Images
from nnlab.data.splits import Part
from nnlab.lessons.figures import Evidence
from nnlab.lessons.lesson import Answer, ChoiceQuestion, NumberQuestion, Step
from nnlab.lessons.outcome import Outcome, judge
from nnlab.runs.record.status import MOVING
from nnlab.texts import _
from nnlab.ui.lab.run_commands import current_status, view_of
from nnlab.ui.lesson.answers import on_outcome
from nnlab.ui.lesson.question import in_words
from nnlab.ui.runtime.datasets import splits_of, validation_of
from nnlab.ui.runtime.run_view import RunView
from nnlab.ui.session.lab_state import LabState
from nnlab.ui.session.lesson_state import lesson_state


def outcome_now(state: LabState, step: Step, answer: Answer) -> Outcome | None:
    """Return the outcome of the run in view; None if there is none, or it is training.

    Raises:
        NnlabError: the run is gone, or its files cannot be read.
    """
    status, lesson = current_status(state), lesson_state()
    if status is None or status in MOVING or lesson.place is None:
        return None
    if status == "paused" and not step.is_by_hand:
        return None
    view = view_of(state)
    if view is None:
        return None
    view.refresh()
    outcome = judge(step, _evidence(view), answer)
    if outcome.is_known and lesson.told.get(lesson.place) != view.run.id:
        lesson.told[lesson.place] = view.run.id
        on_outcome(*lesson.place, outcome)
    return outcome


def _evidence(view: RunView) -> Evidence:
    data = view.experiment.data

    def part(name: Literal["train", "val"]) -> Part:
        if name == "val" and isinstance(data, Images):
            return validation_of(data)
        splits = splits_of(data)
        return splits.train if name == "train" else splits.val

    return Evidence(view.experiment, view.history, lambda: deepcopy(view.moment().network), part)


def happened(step: Step, outcome: Outcome) -> str:
    """Describe the run's outcome as an answer to the question."""
    question = step.question
    if isinstance(question, ChoiceQuestion):
        if outcome.choice is None:
            return _("none of the answers")
        return in_words(question, outcome.choice)
    if isinstance(question, NumberQuestion):
        assert outcome.number is not None, "a number that is known"
        return in_words(question, outcome.number)
    return _("as you said there") if outcome.is_right else _("something else there")
