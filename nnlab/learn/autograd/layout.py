"""Layout of a graph's boxes: layers from left to right (Sugiyama, Tagawa and Toda 1981)."""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from nnlab.learn.autograd.program import Leaf, Operation, Program

Place = tuple[float, float]
"""Column from the left, and row from the top; both count boxes."""


@dataclass(frozen=True)
class Laid:
    """A layout; the topmost row is 0."""

    places: Mapping[Hashable, Place]
    """Place of each box."""
    bends: Mapping[tuple[Hashable, Hashable], list[Place]]
    """Places between the two ends of a line (source, target) that it goes through."""


def columns_of(program: Program) -> list[int]:
    """The column of each step: behind all that it needs. A leaf stands before its first use."""
    columns: list[int] = []
    for step in program:
        below = [columns[at] for at in step.inputs] if isinstance(step, Operation) else [-1]
        columns.append(1 + max(below))
    for at, step in enumerate(program):
        if isinstance(step, Leaf):
            uses = [
                columns[target]
                for target, user in enumerate(program)
                if isinstance(user, Operation) and at in user.inputs
            ]
            columns[at] = min(uses, default=1) - 1
    return columns


@dataclass
class _Column:
    """Boxes and bends, in the order in which they came."""

    items: dict[Hashable, list[tuple[Hashable, float]]] = field(default_factory=dict)
    """For each item the items of the next column that it leads to, each with the wished height
    relative to the other's middle (above: below 0)."""


def lay_out(
    columns: Mapping[Hashable, int], lines: Sequence[tuple[Hashable, Hashable, float]]
) -> Laid:
    """Places from the last column to the first, each box at the mean height of what it leads to.

    Args:
        columns: by box.
        lines: (source, target, aim): each to a later column; `aim` orders what leads to one target,
            the lowest on top.
    """
    laid = defaultdict[int, _Column](_Column)
    for box, column in columns.items():
        laid[column].items.setdefault(box, [])
    ways: dict[tuple[Hashable, Hashable], list[Hashable]] = {}
    for source, target, aim in lines:
        # Long lines of one box share their bends, so that none goes through another box.
        bends = [("bend", source, column) for column in range(columns[source] + 1, columns[target])]
        ways[source, target] = list(bends)
        stops = [source, *bends, target]
        for column, (one, other) in enumerate(pairwise(stops), columns[source]):
            after = laid[column].items.setdefault(one, [])
            leads = other, aim if other == target else 0.0
            if leads not in after:
                after.append(leads)
    rows: dict[Hashable, float] = {}
    for column in sorted(laid, reverse=True):
        rows |= _rows(laid[column], rows)
    top = min(rows.values(), default=0.0)
    place = {item: (float(_column(item, columns)), row - top) for item, row in rows.items()}
    return Laid(
        {box: place[box] for box in columns},
        {line: [place[bend] for bend in bends] for line, bends in ways.items()},
    )


def _column(item: Hashable, columns: Mapping[Hashable, int]) -> int:
    if item in columns:
        return columns[item]
    assert isinstance(item, tuple), "what is no box is a bend"
    return int(item[-1])


def _rows(column: _Column, after: Mapping[Hashable, float]) -> dict[Hashable, float]:
    """Return the rows of a column, at least one apart, as near as can be to the wished places."""
    wanted = {
        item: sum(after[one] + aim for one, aim in leads) / len(leads) if leads else 0.0
        for item, leads in column.items.items()
    }
    rows: dict[Hashable, float] = {}
    lowest = float("-inf")
    for item in sorted(wanted, key=wanted.__getitem__):
        rows[item] = lowest = max(wanted[item], lowest + 1)
    shift = sum(wanted[item] - rows[item] for item in rows) / max(1, len(rows))
    return {item: row + shift for item, row in rows.items()}
