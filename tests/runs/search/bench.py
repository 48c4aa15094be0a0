"""Searches for tests: tiny networks for the embedded digits, and a launcher that trains none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nnlab.config import Adam, Experiment, Flatten, Images, Model, Training, mlp
from nnlab.config.axis import Axis
from nnlab.config.sweep import Search, Sweep
from nnlab.errors import NnlabError
from nnlab.files import append_line
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.record.status import Status
from nnlab.runs.store import Run, Store
from nnlab.training.controls import Action, Control
from nnlab.training.events import EpochEnded, Event, FitEnded, Trial, to_line
from nnlab.visitor import AT_THE_MACHINE, Visitor
from tests.runs.bench import started

LR = "training.optimizer.lr"


def digits(epochs: int = 2) -> Experiment:
    """A step of 784-8-10 takes a tenth of a millisecond, an epoch twelve steps."""
    return Experiment(
        data=Images(kind="digits"),
        model=Model(layers=(Flatten(), *mlp(8, outputs=10, activation="relu"))),
        training=Training(optimizer=Adam(kind="adam", lr=0.01), batch_size=100, epochs=epochs),
    )


def search_sweep(*axes: Axis, epochs: int = 2, **search: Any) -> Sweep:
    """By the rate alone, unless axes are told."""
    return Sweep(
        experiment=digits(epochs),
        axes=axes or (Axis(path=LR, values="log:0.001..0.1:5"),),
        search=Search.model_validate({"trials": 4, "at_once": 2, "pruning": "none"} | search),
    )


def new_search(root: Path, sweep: Sweep) -> Run:
    return Store(root).create(sweep.experiment, name="a search", sweep=sweep)


Told = Callable[[Run], Sequence[Event]]


def epoch_ended(epoch: int, val_loss: float) -> EpochEnded:
    return EpochEnded(
        step=12 * epoch, epoch=epoch, seconds=epoch / 10, train_loss=1.0, val_loss=val_loss, lr=0.1
    )


def fit_ended(epoch: int, reason: str = "completed", **fields: object) -> FitEnded:
    said = {"step": 12 * epoch, "epoch": epoch, "seconds": epoch / 10, "reason": reason}
    return FitEnded.model_validate(said | fields)


def all_well(run: Run) -> list[Event]:
    """Two epochs, and a loss that is the rate."""
    rate = run.experiment.training.optimizer.lr
    return [epoch_ended(1, 2 * rate), epoch_ended(2, rate), fit_ended(2, val_loss=rate)]


@dataclass
class Puppets:
    """A launcher whose runs say at once what `told` makes of them; stopped by nobody.

    `told` may leave a run without an end: it is `running` then until it is asked to stop.
    """

    told: Told = all_well
    refuse: Callable[[Run], bool] = lambda run: False
    started: list[Run] = field(default_factory=list)
    visitors: list[Visitor] = field(default_factory=list)
    asked: list[tuple[str, Action | None]] = field(default_factory=list)
    statuses: dict[str, Status] = field(default_factory=dict)
    queued: dict[str, Status] = field(default_factory=dict)
    gone: str | None = None
    has_cores: int = 4
    has_threads: int = 4

    def start(
        self,
        run: Run,
        first: Action | None = None,
        *,
        watched: bool = False,
        visitor: Visitor = AT_THE_MACHINE,
    ) -> None:
        if self.refuse(run):
            raise NnlabError("no place")
        self.started.append(run)
        self.visitors.append(visitor)
        self._say(run, started(), *self.told(run))

    def ask(
        self,
        run: Run,
        do: Action | None = None,
        *,
        path: str = "",
        value: object = None,
        pace: float | None = None,
        sharpness: float | None = None,
    ) -> Control:
        self.asked.append((run.id, do))
        if do in ("stop", "release"):
            self._say(run, fit_ended(1, "stopped" if do == "stop" else "released"))
        return Control(id="1", at=0.0, do=do)

    def status(self, run: Run) -> Status:
        return self.statuses.get(run.id, "running")

    def pending(self) -> dict[str, Status]:
        return self.queued

    def queue_place(self, run: Run) -> int | None:
        return None

    def watch(self, run: Run) -> None: ...

    def need_watching(self, run: Run, *, watched: bool) -> None: ...

    def away(self) -> str | None:
        return self.gone

    def cores(self) -> int:
        return self.has_cores

    def threads(self) -> int:
        return self.has_threads

    def _say(self, run: Run, *events: Event) -> None:
        for event in events:
            append_line(run.path / EVENTS_FILE, to_line(event))


def trial(number: int, state: str = "running", epoch: int = 0, **fields: object) -> Trial:
    said = {"step": 0, "epoch": 0, "seconds": 1.0, "number": number, "values": (0.1,)}
    where = {"run": f"run-{number}", "trial_step": 12 * epoch, "trial_epoch": epoch}
    return Trial.model_validate(said | where | {"state": state} | fields)
