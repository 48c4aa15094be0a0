"""The events that a search writes, with its own time and the number of ended trials."""

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from nnlab.files import append_line
from nnlab.runs.record.log import EVENTS_FILE, EventReader
from nnlab.runs.search.child import FIGURES
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.store import Run
from nnlab.training.controls import Control
from nnlab.training.events import (
    SCHEMA,
    ControlApplied,
    Event,
    FitEnded,
    FitStarted,
    Reason,
    Trial,
    to_line,
)
from nnlab.version import VERSION


class Diary:
    """Writer of one session's events. Keeps no file open.

    Raises, wherever it writes: OSError: the disk is full, or the run was deleted.
    """

    def __init__(self, run: Run, clock: Callable[[], float]) -> None:
        """`clock` is in seconds."""
        self._run, self._clock = run, clock
        self.past = EventReader(run.path).read_new()
        """The events of earlier sessions."""
        self.history = SearchHistory(self.past)
        self._before, self._since = self.history.seconds, clock()
        """Seconds of the search until `_since`, from when on time counts unless it is paused."""
        self.paused = False

    @property
    def seconds(self) -> float:
        """Seconds of the search so far: without pauses, with those of earlier sessions."""
        return self._before + (0.0 if self.paused else self._clock() - self._since)

    def pause(self, *, paused: bool) -> None:
        """The time stops, or goes on."""
        self._before, self._since = self.seconds, self._clock()
        self.paused = paused

    def begin(self, nets: int) -> Event:
        """A session of so many trials begins."""
        return self._write(
            FitStarted(
                **self._where(),
                schema=SCHEMA,
                nnlab=VERSION,
                torch=version("torch"),
                device="",
                threads=0,
                fused=False,
                processor="",
                parameters=0,
                train_size=0,
                val_size=0,
                steps_per_epoch=1,
                total_steps=nets,
                nets=nets,
            )
        )

    def answer(self, control: Control, error: str | None = None) -> Event:
        """A control was obeyed, or not."""
        return self._write(
            ControlApplied(
                **self._where(),
                id=control.id,
                do=control.do,
                why=control.why,
                set=control.set.model_dump() if control.set is not None else None,
                pace=control.pace,
                error=error,
            )
        )

    def tell(self, says: dict[str, Any]) -> Event:
        """Record the state of a trial: the fields of an event `trial`, but for the search's own."""
        has_ended = says["state"] != "running"
        return self._write(Trial.model_validate(self._where(ended=has_ended) | says))

    def end(self, reason: Reason, error: str | None = None) -> Event:
        """The session is over; the figures are the best trial's."""
        best, figures = self.history.best(), {}
        if best is not None:
            said = self.history.trials[best].newest.model_dump()
            figures = {name: said[name] for name in FIGURES}
        return self._write(FitEnded(**self._where(), reason=reason, error=error, **figures))

    def _where(self, *, ended: bool = False) -> dict[str, Any]:
        step = self.history.step + ended
        return {"step": step, "epoch": 0, "seconds": round(self.seconds, 4)}

    def _write(self, event: Event) -> Event:
        durable = isinstance(event, FitEnded)
        append_line(self._run.path / EVENTS_FILE, to_line(event), durable=durable)
        self.history.extend([event])
        return event
