"""The progress of a sweep in the figures of one network, short enough for a list of runs."""

import math
from collections.abc import Sequence

from nnlab.training.events import Event, NetEnded, NetsFigures, NetsProgress, Progress, Trial
from nnlab.training.figures import FIGURES, best_of


def in_short(last: Event | None, events: Sequence[Event]) -> Event | None:
    """The newest event of a run; of a sweep under way as `progress` of its best network.

    Of a search under way it has no figures: its best trial is a run that a list shows by itself.
    `events` are the newest ones, `last` among them.
    """
    if not isinstance(last, NetsProgress | NetEnded | NetsFigures | Trial):
        return last
    told = next((event for event in reversed(events) if isinstance(event, NetsProgress)), None)
    columns = {} if told is None else {name: getattr(told, name) for name in FIGURES}
    return Progress(
        step=last.step,
        epoch=last.epoch,
        seconds=last.seconds,
        lr=math.nan,  # each network has its own
        paused=told is not None and told.paused,
        **best_of({name: column for name, column in columns.items() if column is not None}),
    )
