"""Who comes next: a fair share of the places for each person and each network address.

Pure functions over visitors; the launcher keeps the runs.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nnlab.settings import Settings
from nnlab.visitor import Visitor

NICE = 5
"""A worker's `nice`: pages come first, since a viewer notices a late frame, not a late step."""
NICER, NICEST = 10, 19
"""How much more it is in a shared lab for each run that the same person has in training already:
who trains four takes a fifth more of the processor than who trains one, where others want it (Linux
weighs `nice` 5, 15 and 19 as 335, 36 and 15)."""

TURN_SECONDS = 300.0
"""After so long a run makes way for somebody who has none."""


@dataclass(frozen=True)
class Limits:
    """Runs that may train at once."""

    total: int
    person: int
    address: int


def limits_of(settings: Settings) -> Limits:
    """As the settings say."""
    return Limits(settings.max_runs, settings.places_each, settings.places_an_address)


def in_turn(waiting: Sequence[Visitor], training: Sequence[Visitor]) -> list[int]:
    """The order in which those who wait come: everybody's first run before anybody's second.

    Args:
        waiting: in the order in which they came.
        training: who has a run in training, once for each.

    Returns:
        Indices of `waiting`.
    """
    has = Counter(visitor.key for visitor in training)
    ranks: list[tuple[int, int]] = []
    for index, visitor in enumerate(waiting):
        ranks.append((has[visitor.key], index))
        has[visitor.key] += 1
    return [index for _rank, index in sorted(ranks)]


def next_one(waiting: Sequence[Visitor], training: Sequence[Visitor], limits: Limits) -> int | None:
    """The index of who gets a place now, None where there is none for anybody who waits."""
    if len(training) >= limits.total:
        return None
    persons = Counter(visitor.key for visitor in training)
    addresses = Counter(visitor.address for visitor in training)
    for index in in_turn(waiting, training):
        visitor = waiting[index]
        if persons[visitor.key] < limits.person and addresses[visitor.address] < limits.address:
            return index
    return None


def who_gives_way(
    waiting: Sequence[Visitor],
    training: Sequence[Visitor],
    limits: Limits,
    trained: Sequence[float],
) -> int | None:
    """Whose run makes way, where somebody waits who has none, and there is no place.

    Args:
        waiting: in the order in which they came.
        training: who has a run in training, in the order in which they began.
        limits: of places.
        trained: for how many seconds each has had its place.

    Returns:
        The index in `training` of the newest run of who has the most, and at least two; where
        everybody has one, that which has had its place longest, and for a turn at least; None where
        nobody has to.
    """
    has = Counter(visitor.key for visitor in training)
    for visitor in waiting:
        rivals = [] if has[visitor.key] else _in_the_way_of(visitor, training, limits)
        counts = Counter(training[index].key for index in rivals)
        person, most = max(counts.items(), key=lambda item: item[1], default=("", 0))
        if most >= 2:
            return max(index for index in rivals if training[index].key == person)
        longest = max(rivals, key=lambda index: trained[index], default=None)
        if longest is not None and trained[longest] >= TURN_SECONDS:
            return longest
    return None


def _in_the_way_of(visitor: Visitor, training: Sequence[Visitor], limits: Limits) -> list[int]:
    """The runs of which one has to end before the visitor's first can begin."""
    if len(training) >= limits.total:
        return list(range(len(training)))
    here = [index for index, other in enumerate(training) if other.address == visitor.address]
    return here if len(here) >= limits.address else []


def nice_of(visitor: Visitor, training: Sequence[Visitor]) -> int:
    """The `nice` of a visitor's next worker, 5 to 19."""
    others = sum(other.key == visitor.key for other in training)
    return min(NICE + NICER * others, NICEST)
