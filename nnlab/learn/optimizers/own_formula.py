"""A formula that a person typed, as what optimizers minimise."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from nnlab.errors import NnlabError
from nnlab.learn.formula import Formula, parse, why_not_finite
from nnlab.learn.optimizers.objective import Objective
from nnlab.texts import _

NAMES = ("x", "y")
FARTHEST = 1e6
"""Limit for the picture's ends: beyond, squares and differences soon exceed a float64."""


def of_formula(text: str, low: float, high: float) -> tuple[Objective, Formula]:
    """Make an objective from a formula of x (a curve), or of x and y (a landscape).

    Args:
        text: as `nnlab.learn.formula.parse` reads it.
        low: the lowest number of each axis that is drawn, from −10⁶.
        high: the highest, up to 10⁶.

    Raises:
        NnlabError: it is no formula, has no variable, has no value anywhere on the picture,
            `low` is not below `high`, or one of them is too far out.
    """
    _must_be_a_range(low, high)
    formula = parse(text, NAMES)
    if not formula.names:
        raise NnlabError(
            _(
                "A race needs a formula of x, or of x and y, and got one of numbers alone: {text}.",
                text=text,
            )
        )
    axes = NAMES if "y" in formula.names else NAMES[:1]

    def values(points: Tensor) -> Tensor:
        return formula.evaluate(dict(zip(axes, points.unbind(-1), strict=True)))

    # Off the diagonal, on which a formula that is symmetric in x and y would keep everybody.
    shares = (0.8, 0.35)[: len(axes)]
    places = (float(f"{low + share * (high - low):.6g}") for share in shares)
    start = tuple(min(max(place, low), high) for place in places)  # rounding may leave a narrow one
    objective = Objective(values, (low,) * len(axes), (high,) * len(axes), start)
    with torch.no_grad():
        somewhere = torch.from_numpy(objective.picture()).isfinite().any()
    if not bool(somewhere):
        raise NnlabError(
            _(
                "{text} has no real value anywhere between {low:g} and {high:g}: change the formula"
                " or the picture's ends.",
                text=text,
                low=low,
                high=high,
            )
        )
    return objective, formula


def _must_be_a_range(low: float, high: float) -> None:
    """Raises NnlabError: `low` is not below `high`, or one of them is too far from 0."""
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise NnlabError(
            _(
                "The picture needs a lowest number below its highest, got {low:g} and {high:g}:"
                " change one of them.",
                low=low,
                high=high,
            )
        )
    if low < -FARTHEST or high > FARTHEST:
        raise NnlabError(
            _(
                "The picture's ends are at most {most:,.0f} from 0, got {low:g} and {high:g}: move"
                " them nearer.",
                most=FARTHEST,
                low=low,
                high=high,
            )
        )


def must_start(formula: Formula, start: Sequence[float]) -> None:
    """A race cannot begin where a formula has no value.

    Raises:
        NnlabError: it has none there; the message names the operation.
    """
    numbers = (torch.tensor(number, dtype=torch.float64) for number in start)
    why = why_not_finite(formula, dict(zip(NAMES, numbers, strict=False)))
    if why is not None:
        raise NnlabError(why)
