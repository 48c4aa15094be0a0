"""The largest learning rate before an optimizer diverges, found by trying."""

import math
from collections.abc import Sequence

from nnlab.learn.optimizers.objective import Objective
from nnlab.learn.optimizers.race import optimizer_of, race

LOWEST, HIGHEST = 1e-5, 10.0
"""Range of the rates that are tried."""
ROUNDS = 11
"""Each halves the range on a logarithmic scale: at the end its two ends are 0.7 % apart."""
STEPS = 200


def largest_rates(
    objective: Objective,
    start: Sequence[float],
    racers: Sequence[str],
    *,
    momentum: float = 0.9,
    steps: int = STEPS,
) -> dict[str, float | None]:
    """Return for each racer a rate that does not diverge, while one 0.7 % larger does.

    None: it stays at `HIGHEST`. 0: it diverges at `LOWEST`. Where a function lets some rates go
    and larger ones stay, it is one of the borders between them. To diverge is to leave the picture
    by 1,000 of its widths, or to come where the function has no value.

    Args:
        objective: what is minimised.
        start: [d].
        racers: of `nnlab.learn.optimizers.race.RACERS`.
        momentum: of those that have one.
        steps: within which a path has to leave.
    """

    def stays(rates: dict[str, float]) -> dict[str, bool]:
        if not rates:
            return {}
        optimizers = [optimizer_of(racer, rate, momentum) for racer, rate in rates.items()]
        paths = race(objective, start, optimizers, steps)
        return {racer: path.diverged_at is None for racer, path in zip(rates, paths, strict=True)}

    found: dict[str, float | None] = {}
    low, high = dict.fromkeys(racers, LOWEST), dict.fromkeys(racers, HIGHEST)
    for ends, stay, answer in ((high, True, None), (low, False, 0.0)):
        tried = {racer: ends[racer] for racer in racers if racer not in found}
        found |= {racer: answer for racer, stayed in stays(tried).items() if stayed is stay}
    searched = [racer for racer in racers if racer not in found]
    for _round in range(ROUNDS):
        middle = {racer: math.sqrt(low[racer] * high[racer]) for racer in searched}
        for racer, stayed in stays(middle).items():
            (low if stayed else high)[racer] = middle[racer]
    return {racer: found.get(racer, low[racer]) for racer in racers}
