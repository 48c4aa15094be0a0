"""One trial of a search, and the run that trains it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from nnlab.config.axis import Axis
from nnlab.config.axis_values import Value
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import MAX_NAME, Run
from nnlab.training.events import EpochEnded, Event, FitEnded, TrialState

FIGURES = (
    *("train_loss", "train_accuracy", "val_loss", "val_accuracy"),
    *("test_loss", "test_accuracy", "best_val_loss", "best_val_accuracy", "best_epoch"),
)


@dataclass
class Child:
    """A trial that has begun and not ended."""

    number: int
    values: tuple[Value, ...]
    run: Run
    is_placed: bool = False
    """Whether its run was handed to the launcher, and has not ended since."""
    is_pruned: bool = False
    """Whether it was asked to stop, since others are better."""
    is_old: bool = False
    """Whether it trained in an earlier session, whose end does not count: it resumes."""
    losses: int = 0
    """How often its worker was lost."""
    heard: float = 0.0
    """Time of its last event, or of its start, by the clock of the search."""
    step: int = 0
    """Step of the newest reported epoch: epochs trained again are not reported again."""
    newest: EpochEnded | FitEnded | None = None
    _reader: EventReader = field(init=False)

    def __post_init__(self) -> None:
        self._reader = EventReader(self.run.path)

    def read_new(self) -> tuple[list[EpochEnded], FitEnded | None]:
        """The epochs that it ended since the last call, and its end. Raises as `EventReader`."""
        told = [e for e in self._reader.read_new() if isinstance(e, EpochEnded | FitEnded)]
        was_old, self.is_old = self.is_old, False
        if not told:
            return [], None
        self.newest = told[-1]
        epochs = []
        for event in told:
            if isinstance(event, EpochEnded) and event.step > self.step:
                self.step = event.step
                epochs.append(event)
        return epochs, told[-1] if isinstance(told[-1], FitEnded) and not was_old else None

    def says(
        self, state: TrialState, error: str | None = None, of: EpochEnded | None = None
    ) -> dict[str, Any]:
        """The fields of an event `trial`, of an epoch or else of the newest that is known."""
        newest = of or self.newest
        where = (newest.step, newest.epoch, newest.seconds) if newest else (0, 0, 0.0)
        return {
            "number": self.number,
            "run": self.run.id,
            "values": self.values,
            "state": state,
            "error": error,
            **dict(zip(("trial_step", "trial_epoch", "trial_seconds"), where, strict=True)),
            **{name: getattr(newest, name, None) for name in FIGURES},
        }


def loss_of(event: Event | None) -> float | None:
    """Return the loss that ranks trials: validation, or training where nothing validates."""
    val_loss = getattr(event, "val_loss", None)
    return val_loss if val_loss is not None else getattr(event, "train_loss", None)


def name_of(axes: Sequence[Axis], values: Sequence[Value]) -> str:
    """Return the name of a trial's run: its values, each with the last part of its axis's path."""
    last = [axis.path.rsplit(".", 1)[-1] for axis in axes]
    short = [
        name if last.count(name) == 1 else axis.path for name, axis in zip(last, axes, strict=True)
    ]
    parts = [f"{name} {_shown(value)}" for name, value in zip(short, values, strict=True)]
    return ", ".join(parts)[:MAX_NAME]


def _shown(value: Value) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
