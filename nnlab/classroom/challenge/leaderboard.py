"""The leaderboard of a challenge: the best look of each student, best first."""

import csv
import io
from dataclasses import dataclass
from datetime import UTC, datetime

from nnlab.classroom.challenge.challenges import Challenges, Look
from nnlab.classroom.results import as_text

COLUMNS = (
    "rank", "name", "test_accuracy", "test_loss", "parameters", "looks", "run", "step", "handed_in",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One student."""

    rank: int
    """Rank, from 1."""
    best: Look
    looks: int
    """How many they took."""


def leaderboard(kept: Challenges) -> list[Row]:
    """All who handed in; ties by fewer parameters, then by the earlier look.

    Raises:
        NotAllowedError: the figures are not revealed.
    """
    looks: dict[str, list[Look]] = {}
    for look in kept.revealed_looks():
        looks.setdefault(look.person, []).append(look)
    best = sorted((min(own, key=merit) for own in looks.values()), key=merit)
    return [Row(rank, look, len(looks[look.person])) for rank, look in enumerate(best, start=1)]


def merit(look: Look) -> tuple[float, int, float]:
    """Lower is better."""
    figure = look.loss if look.accuracy is None else -look.accuracy
    return figure, look.parameters, look.at


def best_of(looks: list[Look]) -> Look | None:
    """A student's own best one; None of none."""
    return min(looks, key=merit, default=None)


def leaderboard_csv(kept: Challenges) -> str:
    """The leaderboard as a table for a spreadsheet, a row each. Raises as `leaderboard`."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(COLUMNS)
    for row in leaderboard(kept):
        look = row.best
        accuracy = "" if look.accuracy is None else repr(look.accuracy)
        at = datetime.fromtimestamp(look.at, UTC).isoformat(timespec="seconds")
        figures = (accuracy, repr(look.loss), look.parameters, row.looks)
        table.writerow([row.rank, as_text(look.name), *figures, look.run, look.step, at])
    return out.getvalue()
