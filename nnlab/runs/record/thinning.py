"""Which checkpoints of a run are missed least, by the seconds of training."""

from collections.abc import Sequence
from pathlib import Path

BUDGET_BYTES = 64 * 2**20
"""The disk space of one run's checkpoints, except for the best one."""
MAX_FILES = 200
DENSE_SECONDS = 60.0
"""Seconds of training, back from the newest, within which nothing goes while there is room."""
SPARSE = 0.1
"""Beyond that a checkpoint goes where the gap that it leaves is at most this share of its age."""


def thin(checkpoints: Sequence[tuple[Path, float]]) -> list[tuple[Path, float]]:
    """Remove the files of checkpoints that are missed least. Returns those that stay.

    `checkpoints` are files named after their step, with their seconds of training, oldest first.
    Nothing of the last minute goes while there is room, and ever more of what lies further back.
    The first and the last stay.
    """
    kept = list(checkpoints)
    sizes = {path: path.stat().st_size for path, _ in kept}
    while len(kept) > 2:
        too_many = len(kept) > MAX_FILES or sum(sizes[path] for path, _ in kept) > BUDGET_BYTES
        moments = [(after, int(path.stem)) for path, after in kept]
        worth = {
            index: _worth(moments, index)
            for index in range(1, len(kept) - 1)
            if too_many or moments[-1][0] - moments[index][0] > DENSE_SECONDS
        }
        least = min(worth, key=lambda index: worth[index], default=None)
        if least is None or not (too_many or worth[least][0] <= SPARSE):
            break
        kept.pop(least)[0].unlink()
    return kept


def _worth(moments: list[tuple[float, int]], index: int) -> tuple[float, float]:
    """The gap that a checkpoint would leave over its age: in seconds, and where these tie in steps.

    Within the last minute all are of one age, so that they go evenly where there is no room.
    """
    (last, last_step), (here, here_step) = moments[-1], moments[index]
    (before, before_step), (after, after_step) = moments[index - 1], moments[index + 1]
    in_seconds = (after - before) / max(last - here, DENSE_SECONDS)
    return in_seconds, (after_step - before_step) / (last_step - here_step + 1)
