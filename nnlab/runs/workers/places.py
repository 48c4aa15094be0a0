"""The queue: a fair share of the places for each person and each network address.

Pure functions over visitors; the launcher keeps the runs.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from nnlab.settings import Settings
from nnlab.visitor import Visitor

NICE = 5
"""A worker's `nice`: pages come first, since a viewer notices a late frame, not a late step."""
NICEST = 19
STEP = 1.25
"""Factor by which Linux weighs each `nice` less than the one below: 5, 8, 10 and 11 as 335, 172,
110 and 87 (kernel/sched/core.c, sched_prio_to_weight), so that two, three or four weigh what one
does."""

TURN_SECONDS = 300.0
"""Seconds after which a run makes way for somebody who has none."""


@dataclass(frozen=True)
class Limits:
    """Runs that may train at once."""

    total: int
    person: int
    address: int

    def of(self, visitor: Visitor) -> int:
        """Return this person's limit; a lecturer may have all places."""
        return self.total if visitor.role == "lecturer" else self.person


def limits_of(settings: Settings) -> Limits:
    """Return the limits that the settings give."""
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
    return next(iter(may_begin(waiting, training, limits)), None)


def may_begin(waiting: Sequence[Visitor], training: Sequence[Visitor], limits: Limits) -> list[int]:
    """The indices of all to whom one more place may be given now, who comes first before."""
    if len(training) >= limits.total:
        return []
    persons = Counter(visitor.key for visitor in training)
    addresses = Counter(visitor.address for visitor in training)
    return [
        index
        for index in in_turn(waiting, training)
        if persons[waiting[index].key] < limits.of(waiting[index])
        and addresses[waiting[index].address] < limits.address
    ]


def who_gives_way(
    waiting: Sequence[Visitor],
    training: Sequence[Visitor],
    limits: Limits,
    trained: Sequence[float],
) -> int | None:
    """Return the training run that gives up its place to a waiting person without one, if any.

    Args:
        waiting: in the order in which they came.
        training: who has a run in training, in the order in which they began.
        limits: of places.
        trained: for how many seconds each has had its place.

    Returns:
        The index in `training` of the newest run of who has the most, and at least two; where
        everybody has one, that which has had its place longest, and for a turn at least; None where
        nobody has to. A lecturer's makes way for nobody: a whole class may look at it.
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
    here = list(range(len(training)))
    if len(training) < limits.total:
        here = [index for index in here if training[index].address == visitor.address]
        if len(here) < limits.address:
            return []
    return [index for index in here if training[index].role != "lecturer"]


def nice_of(count: int) -> int:
    """The `nice` of each run of a person who has so many in training, 5 to 19.

    All of them together weigh what one run of another person weighs, give or take an eighth; two
    weigh 1.03 of it. More than twenty weigh more, since no `nice` is higher than 19.
    """
    return min(NICE + round(math.log(max(1, count), STEP)), NICEST)
