"""Whether two choices of a question could both be what happened."""

import itertools
import math

from nnlab.errors import InvalidLessonError
from nnlab.lessons.lesson import ChoiceRule
from nnlab.lessons.measure import Measure, bounds_of, holds
from nnlab.texts import _

MOST_CASES = 20_000


def must_be_exclusive(rule: ChoiceRule, step: int) -> None:
    """Try one value in each gap between the bounds of each figure, and each bound itself.

    Figures are taken as free of each other: what only cannot happen together must say so itself.

    Raises:
        InvalidLessonError: two conditions hold at once, one never does, or there are too many
            cases.
    """
    bounds = [bound for when in rule.when for bound in bounds_of(when)]
    limits: dict[Measure, set[float]] = {}
    for bound in bounds:
        said = {limit for limit in (bound.above, bound.below) if limit is not None}
        limits.setdefault(bound.measure, set()).update(said)
    cases = {measure: _between(sorted(found)) for measure, found in limits.items()}
    if math.prod(len(values) for values in cases.values()) > MOST_CASES:
        raise InvalidLessonError(
            _(
                "step {step}: outcome.when names too many figures and bounds to be checked: take"
                " fewer.",
                step=step,
            )
        )
    possible: set[int] = set()
    for values in itertools.product(*cases.values()):
        case = dict(zip(cases, values, strict=True))
        happened = [number for number, when in enumerate(rule.when, 1) if holds(when, case)]
        possible.update(happened)
        if len(happened) > 1:
            raise InvalidLessonError(
                _(
                    "step {step}: the choices {first} and {second} could both be what happened, as"
                    " with {case}. Part their bounds.",
                    step=step,
                    first=happened[0],
                    second=happened[1],
                    case=_said(case),
                )
            )
    never = [number for number in range(1, len(rule.when) + 1) if number not in possible]
    if never:
        raise InvalidLessonError(
            _("step {step}: choice {n} can never be what happened.", step=step, n=never[0])
        )


def _between(limits: list[float]) -> list[float]:
    middles = [(low + high) / 2 for low, high in itertools.pairwise(limits)]
    return sorted({limits[0] - 1, *limits, *middles, limits[-1] + 1})


def _said(case: dict[Measure, float]) -> str:
    return ", ".join(f"{measure.figure} {value:g}" for measure, value in case.items())
