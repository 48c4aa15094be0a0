"""Takes the steps of somebody's own loop and keeps them, in a bounded share of the loop's time."""

import os
import threading
import time
from collections.abc import Mapping
from typing import TypedDict

import torch
from torch import nn

from nnlab.errors import NnlabError, shown
from nnlab.library.record.described import describe, inputs_of
from nnlab.library.record.first_input import FirstInput
from nnlab.library.record.given import Given
from nnlab.library.record.keeper import Keeper
from nnlab.library.record.means import Means
from nnlab.library.record.once_warnings import OnceWarnings
from nnlab.library.record.turn import Turn
from nnlab.library.record.weights import is_waiting, parameter_count
from nnlab.runs.recorded.record import Record
from nnlab.runs.recorded.writer import RecordedWriter
from nnlab.texts import _
from nnlab.training.events import CheckpointSaved, FitEnded, Metrics, Reason

FIGURES_SECONDS, LIVE_SECONDS, CHECKPOINT_SECONDS = 0.1, 0.5, 0.5
"""Each is written at most so often."""
FIGURES_SHARE, WEIGHTS_SHARE = 0.004, 0.002
"""Shares of the loop's time: for figures; and for newest weights and checkpoints, each."""
FIGURES_SPARSE, CHECKPOINT_SPARSE = 1 / 3000, 1 / 100
"""The longer a loop runs, the rarer they are written: the gap is this share of the time so far."""


class _Where(TypedDict):
    step: int
    epoch: int
    seconds: float


class Recorder:
    """The implementation of a `Recording`. It never raises into the loop.

    Safe for several threads. A forked child, as a worker of a `DataLoader`, writes nothing.
    """

    def __init__(
        self,
        model: nn.Module,
        writer: RecordedWriter,
        record: Record,
        *,
        given: Given | None,
        classes: tuple[str, ...] | None,
        said: OnceWarnings,
    ) -> None:
        self._model, self._writer, self._record = model, writer, record
        self._given, self._classes, self._said = given, classes, said
        self._process, self._lock = os.getpid(), threading.RLock()
        self._is_over = False
        self._step = 0
        self._means = Means(said)
        self._keeper = Keeper(model, writer, said)
        self._first: FirstInput | None = None
        """Stands for as long as nobody knows what the network takes."""
        said.heard = self._note
        self._restart_clock()

    def begin(self) -> None:
        """Write the first weights, and what is known of the network before its first step."""
        if self._given is None or is_waiting(self._model):
            self._first = FirstInput(self._model)
        self._save_weights()
        if self._first is None:
            self._describe()
        self._restart_clock()

    def step(self, metrics: Mapping[str, object], *, counts: bool = True) -> None:
        """Take the figures of one more step, or of the step just taken."""
        if os.getpid() != self._process:
            return
        try:
            with self._lock:
                if self._is_over:
                    self._said("end", _("This recording has ended: begin another one."))
                    return
                self._step += counts
                self._means.add(metrics)
                if self._first is not None and self._first.was_called:
                    self._describe()
                if time.perf_counter() >= self._next:
                    self._write_what_is_due()
        except Exception as error:  # noqa: BLE001 - the loop goes on, whatever it is
            self._give_up(error)

    def close(self, reason: Reason, error: str | None = None) -> None:
        """Write the last figures and weights and the last word. Calling it again does nothing."""
        if os.getpid() != self._process:
            return
        with self._lock:
            if self._is_over:
                return
            self._is_over = True
            try:
                self._write_the_last()
            except Exception as failed:  # noqa: BLE001 - the author's own error is not to be hidden
                self._say_of(failed)
            finally:  # also where somebody presses Ctrl-C meanwhile
                self._end(reason, error)

    def _write_the_last(self) -> None:
        if self._first is not None:
            self._describe() if self._first.was_called else self._leave_undescribed()
        self._write_figures()
        self._save_weights()

    def _end(self, reason: Reason | None, error: str | None = None) -> None:
        """Let go of the network and the run. Without a reason there is no last word."""
        self._is_over = True
        try:
            if self._first is not None:
                self._first.remove()
            if reason is not None:
                self._writer.append(FitEnded(**self._where(), reason=reason, error=error))
                self._writer.sync()
        except Exception as failed:  # noqa: BLE001 - likewise
            self._say_of(failed)
        finally:
            self._writer.close()

    def _write_what_is_due(self) -> None:
        now = time.perf_counter()
        if now >= self._figures.next:
            self._keeper.wait()
            with self._figures.taken():
                self._write_figures()
        if now >= self._live.next:
            with self._live.taken():
                self._try_weights(live=True)
        if now >= self._checkpoints.next:
            with self._checkpoints.taken():
                self._try_weights(live=False)
        self._next = min(self._figures.next, self._live.next, self._checkpoints.next)

    def _write_figures(self) -> None:
        if values := self._means.take():
            self._writer.append(Metrics(**self._where(), values=values))

    def _save_weights(self) -> None:
        self._try_weights(live=True)
        self._try_weights(live=False)

    def _try_weights(self, *, live: bool) -> None:
        """Keep weights; where that fails, no more are kept, and figures are."""
        try:
            if live:
                self._keeper.save_live(self._step)
                return
            where = self._where()
            file = self._keeper.save_checkpoint(self._step, where["seconds"])
            if file is not None:
                self._writer.append(CheckpointSaved(**where, file=file))
        except Exception as error:
            if not self._writer.run.path.is_dir():
                raise  # it was deleted
            self._keeper.is_off = True
            text = _("No more weights are recorded, and curves are: {why}", why=_why(error))
            self._said("weights", text)

    def _describe(self) -> None:
        """Write down what the network is, once it is known what it takes."""
        first = self._first
        if first is not None:
            first.remove()
            if is_waiting(self._model):
                self._leave_undescribed()
                return
        example = first.example if first is not None else None
        if self._given is not None:
            example = torch.from_numpy(inputs_of(self._given, self._model))
        if example is None:
            self._leave_undescribed()
            return
        self._first = None
        record = self._record.model_copy(update={"parameters": parameter_count(self._model)})
        try:
            self._record = describe(
                *(record, self._writer, self._model, example, self._given, self._classes),
                self._said,
            )
        except OSError as error:
            if not self._writer.run.path.is_dir():
                raise  # it was deleted
            self._said("graph", _("The network is not recorded: {why}", why=_why(error)))
        self._note()

    def _leave_undescribed(self) -> None:
        """No example came by which the network could be known."""
        first, self._first = self._first, None
        if first is not None:
            first.remove()
        why = _(
            "Nobody said what the network takes: give nnlab.record data=x, or call the network as"
            " model(x) with one tensor."
        )
        self._record = self._record.model_copy(
            update={
                "no_graph": why,
                "classes": self._classes,
                "task": self._classes and "classification",
            }
        )
        self._note()

    def _note(self) -> None:
        """Put what was said into the run's record."""
        record = self._record.model_copy(update={"notes": self._said.notes})
        try:
            self._writer.save_record(record)
        except OSError:
            return  # whatever comes next says so, too
        self._record = record

    def _give_up(self, error: Exception) -> None:
        """Record no more. What was recorded stays; the run reads as interrupted."""
        with self._lock:
            if not self._is_over:
                self._say_of(error)
                self._end(None)

    def _say_of(self, error: Exception) -> None:
        if self._writer.run.path.is_dir():
            why = _why(error)
        else:
            why = _("its run was deleted")
        text = _(
            "The recording ends at step {step:,}, and your loop goes on: {why}",
            step=self._step,
            why=why,
        )
        self._said("end", text)

    def _where(self) -> _Where:
        seconds = round(time.perf_counter() - self._began, 4)
        return {"step": self._step, "epoch": self._means.epoch, "seconds": seconds}

    def _restart_clock(self) -> None:
        """Exclude what was done before the first step from the loop's time."""
        self._began = time.perf_counter()
        self._figures = Turn(FIGURES_SECONDS, FIGURES_SHARE, FIGURES_SPARSE)
        self._live = Turn(LIVE_SECONDS, WEIGHTS_SHARE, 0)
        self._checkpoints = Turn(CHECKPOINT_SECONDS, WEIGHTS_SHARE, CHECKPOINT_SPARSE)
        self._next = self._began


def _why(error: Exception) -> str:
    """The reason of an error, for a person."""
    if isinstance(error, NnlabError):
        return str(error)
    if isinstance(error, OSError):
        return _(
            "{error}: make room, or give the right to write", error=error.strerror or shown(error)
        )
    return shown(error)
