"""A problem of a network or of its training: what and where, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from nnlab.texts import _

Issue = Literal[
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
class Diagnostic:
    """A detected problem and its cause."""

    issue: Issue
    what: str
    """One sentence that names the problem and its place."""
    cause: str
    """One or two sentences on why it happens."""


def units(numbers: Sequence[int], of: int) -> str:
    """`units 2 and 5 of 8 are`, `unit 3 of 8 is`, `all 8 units are`."""
    if len(numbers) == of:
        return _("all {count} units are", count=of) if of > 1 else _("its one unit is")
    if len(numbers) == 1:
        return _("unit {number} of {count} is", number=numbers[0], count=of)
    shown = [str(number) for number in numbers[:6]]
    if len(numbers) > 6:
        more = len(numbers) - 6
        said = _("{numbers} and {more} more", numbers=", ".join(shown), more=more)
    else:
        said = _("{numbers} and {last}", numbers=", ".join(shown[:-1]), last=shown[-1])
    return _("units {numbers} of {count} are", numbers=said, count=of)
