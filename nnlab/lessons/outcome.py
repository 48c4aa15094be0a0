"""The outcome of a lesson's question, computed from the run, never read from an answer key."""

from dataclasses import dataclass
from typing import Any

from nnlab.config import Experiment
from nnlab.config.live_fields import WEIGHTS
from nnlab.lessons.figures import Evidence, in_words
from nnlab.lessons.lesson import (
    Answer,
    ChoiceRule,
    NumberQuestion,
    NumberRule,
    PlaceQuestion,
    PlaceRule,
    Step,
)
from nnlab.lessons.measure import Measure, bounds_of, holds
from nnlab.runs.record.history import History
from nnlab.texts import _

SEEDS = ("data.seed", "model.seed", "training.seed")
"""Fields that may differ: the outcome holds for (nearly) all of their values."""


@dataclass(frozen=True)
class Outcome:
    """The outcome of a run, or the reason why it has none."""

    words: str
    """A sentence with the figures."""
    is_known: bool = True
    """False: the run cannot tell, and `words` say why."""
    choice: int | None = None
    """The choice that the run fits, from 1; None where it fits none."""
    number: float | None = None
    """The number measured, in the question's unit; infinite where it was never reached."""
    is_right: bool | None = None
    """Whether the answer that was given fits; None without one."""


def judge(step: Step, evidence: Evidence, answer: Answer | None = None) -> Outcome:
    """Return the run's outcome for the step's question, and whether the answer fits.

    Args:
        step: of the lesson.
        evidence: of a run.
        answer: what was predicted; a place is judged only with one.
    """
    reason = cannot_tell(step, evidence.experiment, evidence.history)
    if reason is not None:
        return Outcome(reason, is_known=False)
    question, rule = step.question, step.outcome
    if isinstance(rule, ChoiceRule):
        return _choice(rule, evidence, answer)
    if isinstance(rule, NumberRule):
        assert isinstance(question, NumberQuestion), "a rule is of its question's kind"
        return _number(question, rule, evidence, answer)
    assert isinstance(question, PlaceQuestion), "a rule is of its question's kind"
    return _place(question, rule, evidence, answer)


# Whether the run can tell ------------------------------------------------------------------------


def is_steps(step: Step, experiment: Experiment) -> bool:
    """Whether an experiment is that of the step, whatever its seeds."""
    return _without_seeds(experiment) == _without_seeds(step.made)


def cannot_tell(step: Step, experiment: Experiment, history: History) -> str | None:
    """Why a run says nothing of the step's question (yet); None where it does."""
    if not is_steps(step, experiment):
        return _("This run is of another experiment than the step's, so it cannot tell.")
    changes = [control.set for control in history.controls if control.set and control.error is None]
    paths = [str(change.get("path", "")) for change in changes]
    if step.is_by_hand:
        if any(not path.startswith(WEIGHTS) for path in paths):
            return _("Something else than a weight was changed in this run, so it cannot tell.")
        missing = len(step.changes.keys() - set(paths))
        if missing or (history.evaluated is None and history.ended is None):
            return _(
                "{n} weight is still to be set by hand.",
                "{n} weights are still to be set by hand.",
                n=max(1, missing),
            )
        return None
    if paths:
        return _(
            "{path} was changed while this run trained, so it is no longer the step's.",
            path=paths[0],
        )
    ended = history.ended
    if ended is None:
        return _("The run has not ended yet.")
    if ended.reason == "failed":
        return _("The run failed, so it cannot tell.")
    has_stopped_itself = ended.reason == "stopped" and ended.reached is not None
    if ended.reason in ("completed", "early_stopped", "diverged") or has_stopped_itself:
        return None
    return _(
        "The run was stopped at epoch {epoch:,}, before its end: resume it, and it will tell.",
        epoch=history.epoch,
    )


def _without_seeds(experiment: Experiment) -> dict[str, Any]:
    written = experiment.model_dump(mode="json")
    for path in SEEDS:
        part, name = path.split(".")
        written[part].pop(name, None)
    return written


# The three kinds ---------------------------------------------------------------------------------


def _choice(rule: ChoiceRule, evidence: Evidence, answer: Answer | None) -> Outcome:
    measures = list(dict.fromkeys(bound.measure for when in rule.when for bound in bounds_of(when)))
    values = {measure: evidence.value(measure) for measure in measures}
    happened = [number for number, when in enumerate(rule.when, 1) if holds(when, values)]
    choice = happened[0] if len(happened) == 1 else None
    words = _shown(values)
    if choice is None:
        words = _("{words} That is between the answers: none of them fits.", words=words)
    is_right = None if answer is None else choice is not None and answer == choice
    return Outcome(words, choice=choice, is_right=is_right)


def _number(
    question: NumberQuestion, rule: NumberRule, evidence: Evidence, answer: Answer | None
) -> Outcome:
    measure = measure_of(rule)
    value = evidence.value(measure)
    words = _shown({measure: value})
    if value is None:
        return Outcome(words, is_known=False)
    number = 100 * value if question.unit == "%" else value
    is_right = None
    if answer is not None:
        assert not isinstance(answer, tuple), "a number is no place"
        is_right = number == answer or abs(number - answer) <= question.tolerance
    return Outcome(words, number=number, is_right=is_right)


def measure_of(rule: NumberRule) -> Measure:
    """The figure that a question for a number asks for."""
    return Measure(**{name: getattr(rule, name) for name in Measure.model_fields})


def _place(
    question: PlaceQuestion, rule: PlaceRule, evidence: Evidence, answer: Answer | None
) -> Outcome:
    if not isinstance(answer, tuple):
        return Outcome(_("Without a place there is nothing to look at."), is_known=False)
    found = evidence.outputs_near(answer, question.tolerance)
    if found is None:
        return Outcome(_("The network's output is not a number there."), is_right=False)
    low, high = found
    said = _(
        "Within {within:g} of ({x:.3g}, {y:.3g}) the output goes from {low:.3g} to {high:.3g}.",
        within=question.tolerance,
        x=answer[0],
        y=answer[1],
        low=low,
        high=high,
    )
    return Outcome(said, is_right=high >= rule.above and low <= rule.below)


def _shown(values: dict[Measure, float | None]) -> str:
    figures = "; ".join(in_words(measure, value) for measure, value in values.items())
    return _("The run showed: {figures}.", figures=figures)
