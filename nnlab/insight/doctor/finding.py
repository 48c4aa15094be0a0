"""An illness of a network or of its training: what and where, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Illness = Literal[
    "dead",
    "saturated",
    "vanishing",
    "exploding",
    "rate_high",
    "rate_low",
    "inputs",
    "over_fitting",
    "too_simple",
    "class_missing",
]


@dataclass(frozen=True)
class Finding:
    """One of them."""

    illness: Illness
    what: str
    """One sentence: what, and where."""
    cause: str
    """One sentence or two: why."""


def units(numbers: Sequence[int], of: int) -> str:
    """`units 2 and 5 of 8 are`, `unit 3 of 8 is`, `all 8 units are`."""
    if len(numbers) == of:
        return f"all {of} units are" if of > 1 else "its one unit is"
    if len(numbers) == 1:
        return f"unit {numbers[0]} of {of} is"
    shown = [str(number) for number in numbers[:6]]
    more = f" and {len(numbers) - 6} more" if len(numbers) > 6 else ""
    said = ", ".join(shown) + more if more else f"{', '.join(shown[:-1])} and {shown[-1]}"
    return f"units {said} of {of} are"
