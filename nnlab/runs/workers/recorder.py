"""Writes what a run tells: events, the newest weights, checkpoints. The worker's only hand.

A sweep is kept as any other run. Only, that one of its networks has diverged is no reason to keep
nothing of the others.
"""

import logging
import os
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import IO

from nnlab.files import UNWRITABLE, sync_folder, write_all
from nnlab.runs.record import checkpoints
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.training.ensemble.sweep_fit import SweepFit, SweepState
from nnlab.training.events import (
    CheckpointSaved,
    ControlApplied,
    Diverged,
    EpochEnded,
    Event,
    FitEnded,
    FitStarted,
    NetsProgress,
    Progress,
    to_line,
)
from nnlab.training.fit import Fit
from nnlab.training.state import State, are_finite

logger = logging.getLogger(__name__)

CHECKPOINT_SECONDS = 2.0
"""A crash loses at most so much, where saving is cheap."""
LIVE_SECONDS = 1 / 30
"""Weights for viewers are written at most so often: as often as a picture that moves needs them."""
SHARE_LIVE, SHARE_CHECKPOINT = 0.02, 0.02
"""Writing weights for viewers, and checkpoints, takes at most this share of the time."""
SHARE_SLOW_DISK = 0.1
"""Largest share of time spent waiting for a slow disk to take weights for viewers."""
WRITES = 8
"""A disk that is slow is so each time: the quickest of so many writes says what it takes. A single
one may have waited for the processor, which other runs had meanwhile."""


class Recorder:
    """Takes the events of a fit one by one and keeps them in a run directory.

    Weights for viewers are written between events too, whenever it is time after a step.

    Where the disk is full, a run ends as soon as an event or a checkpoint cannot be kept: they are
    the run. Weights for viewers may fail while it trains (viewers see older ones), but not at its
    end, where they would pass for the final ones.

    A full checkpoint and the end of a run are on the disk itself before the run goes on: a power
    cut loses no more than what came after the newest checkpoint.
    """

    def __init__(
        self,
        run: Path,
        fit: Fit | SweepFit,
        note: str | None = None,
        *,
        clock: Callable[[], float] = time.perf_counter,
        own_time: Callable[[], float] = time.thread_time,
    ) -> None:
        """`note` is said by `fit_started`.

        Both clocks are in seconds: `clock` of all time, `own_time` of what this process computes,
        since what others take of the processor is not its share.
        """
        self._run, self._fit, self._note = run, fit, note
        self._one = fit if isinstance(fit, Fit) else None
        """The fit, where it is of one network."""
        self._log: IO[bytes] = (run / EVENTS_FILE).open("ab+", buffering=0)
        self._close_cut_line()
        self._clock, self._own_time = clock, own_time
        self._next_live = fit.look_at = clock()
        self._writes: deque[float] = deque(maxlen=WRITES)
        """Seconds that the newest writes of weights for viewers took."""
        self._next_checkpoint = clock() + CHECKPOINT_SECONDS
        self._best: State | None = None
        self._saved_step = fit.step or None
        """The newest checkpoint's step: of an earlier session, where the run goes on from one."""
        self._is_changed = False
        """Whether something was set since then, be it at the same step."""
        fit.after_step = self._save_live_when_due

    def close(self) -> None:
        """Let go of the log."""
        self._log.close()

    def record(self, event: Event) -> Event:
        """Keep an event, and the weights where it is time. Returns the event as it was kept."""
        match event:
            case FitStarted():
                event = event.model_copy(update={"note": self._note})
                self._save_live()
            case EpochEnded(best=True) if self._one is not None:
                self._best = self._one.snapshot()
            case ControlApplied(set=dict(), error=None):
                self._is_changed = True
                self._save_live()  # whoever reads of a weight that was set finds it set
            case Diverged():
                event = event.model_copy(update={"last_good_step": self._saved_step})
            case FitEnded(reason=reason):
                if reason != "diverged" or self._one is None:
                    self._save_checkpoint()
                    self._save_live(final=True)
                self._save_best()
            case _:
                pass
        self._append(event)
        match event:
            case FitEnded():
                self._sync()
            case (
                Progress(paused=True) | NetsProgress(paused=True) | ControlApplied(do="checkpoint")
            ):
                self._save_live()
                self._save_checkpoint()
                self._save_best()
            case Progress() | EpochEnded() | NetsProgress():
                self._save_checkpoint_when_due()
            case _:
                pass
        return event

    def _save_live_when_due(self) -> None:
        now = self._clock()
        if now < self._next_live:
            return
        begun = self._own_time()
        self._save_live()
        computed, passed = self._own_time() - begun, self._clock() - now
        self._writes.append(passed)
        wait = max(LIVE_SECONDS, computed / SHARE_LIVE, min(self._writes) / SHARE_SLOW_DISK)
        self._next_live = self._fit.look_at = now + wait

    def _save_checkpoint_when_due(self) -> None:
        now = self._clock()
        if now < self._next_checkpoint:
            return
        self._save_checkpoint()
        self._save_best()
        spent = self._clock() - now
        self._next_checkpoint = now + max(CHECKPOINT_SECONDS, spent / SHARE_CHECKPOINT)

    def _save_live(self, *, final: bool = False) -> None:
        weights = self._fit.weights()
        if self._one is not None and not are_finite(weights):
            return  # nothing can be drawn of them
        try:
            checkpoints.save_live(self._run, weights, self._fit.step)
        except OSError as error:
            if final or error.errno not in UNWRITABLE:
                raise
            logger.warning(
                "viewers see older weights than those of step %d: %s", self._fit.step, error
            )

    def _save_checkpoint(self) -> None:
        if self._fit.step == self._saved_step and not self._is_changed:
            return
        if self._one is None:
            state = self._fit.snapshot()
        else:
            state = self._one.snapshot()
            if not are_finite(state["model"]):
                return  # the next loss will say so: what is kept must be worth going back to
        file = checkpoints.save_checkpoint(self._run, state)
        self._saved_step, self._is_changed = state["step"], False
        self._append(_saved(state, self._fit.epoch, file))
        self._sync()

    def _save_best(self) -> None:
        if self._best is None:
            return
        file = checkpoints.save_best(self._run, self._best)
        batches = self._best["batches"]
        epoch = batches["epoch"] + (batches["position"] > 0)
        self._append(_saved(self._best, epoch, file, best=True))
        self._best = None

    def _append(self, event: Event) -> None:
        write_all(self._log, to_line(event).encode() + b"\n")

    def _sync(self) -> None:
        """Wait until all events are on the disk itself: a power cut loses what came after alone."""
        os.fsync(self._log.fileno())
        sync_folder(self._run)

    def _close_cut_line(self) -> None:
        """A line that a crash cut short stays alone in its damage."""
        if self._log.seek(0, 2) > 0:
            self._log.seek(-1, 2)
            if self._log.read(1) != b"\n":
                self._log.write(b"\n")


def _saved(
    state: State | SweepState, epoch: int, file: str, *, best: bool = False
) -> CheckpointSaved:
    return CheckpointSaved(
        step=state["step"],
        epoch=epoch,
        seconds=round(state["seconds"], 4),
        file=file,
        best=best,
    )
