"""Where a sweep stands, in the figures of one network: what a list of runs has room for."""

import math
from collections.abc import Sequence
from typing import Any

from nnlab.training.events import Event, NetEnded, NetsFigures, NetsProgress, Progress, Trial

FIGURES = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")


def in_short(last: Event | None, events: Sequence[Event]) -> Event | None:
    """The newest event of a run; of a sweep under way as `progress` of its best network.

    Of a search under way it has no figures: its best trial is a run that a list shows by itself.
    `events` are the newest ones, `last` among them.
    """
    if not isinstance(last, NetsProgress | NetEnded | NetsFigures | Trial):
        return last
    told = next((event for event in reversed(events) if isinstance(event, NetsProgress)), None)
    figures = {} if told is None else _best(told)
    return Progress(
        step=last.step,
        epoch=last.epoch,
        seconds=last.seconds,
        lr=math.nan,  # each network has its own
        paused=told is not None and told.paused,
        **figures,
    )


def _best(event: NetsProgress) -> dict[str, Any]:
    """Of the network with the lowest validation loss, or training loss where none validate."""
    losses = event.train_loss if event.val_loss is None else event.val_loss
    known = [(loss, net) for net, loss in enumerate(losses) if loss is not None]
    if not known:
        return {}
    _loss, net = min(known)
    columns = {name: getattr(event, name) for name in FIGURES}
    return {name: column[net] for name, column in columns.items() if column is not None}
