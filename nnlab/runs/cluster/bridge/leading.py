"""One run on the cluster: what its node sends is written, what people ask is sent to it."""

import json
import logging
import queue
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from nnlab.errors import NnlabError
from nnlab.runs.cluster.bridge.actors import LostError, Worker
from nnlab.runs.cluster.changes import apply
from nnlab.runs.cluster.lines import TrainOrder
from nnlab.runs.cluster.pack import pack_run
from nnlab.runs.record import lock
from nnlab.runs.record.control import FILE as CONTROLS
from nnlab.runs.record.log import EventReader, log_size
from nnlab.runs.record.status import derive_status
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.store import Run
from nnlab.runs.workers.host import WAIT_SECONDS
from nnlab.runs.workers.worker import say_failed
from nnlab.texts import _
from nnlab.training.controls import Control
from nnlab.training.events import ControlApplied, Event

logger = logging.getLogger(__name__)

LOSSES = 3
"""After so many in a row without a new checkpoint the run itself is what ends its processes."""
SILENT_SECONDS = 30.0
"""A node that says nothing for so long is given up; it says something every second."""


class Places(Protocol):
    """Where processes come from."""

    def take(self, node: str, cpus: float, gpus: float) -> Worker:
        """A process for a run."""
        ...

    def give_back(self, worker: Worker, *, is_well: bool) -> None:
        """Its run has ended."""
        ...


class Leading:
    """The sitting of a run, from its first order until it ends. One thread calls `lead`."""

    def __init__(
        self,
        order: TrainOrder,
        places: Places,
        data: Callable[[Run, Path], list[Any]],
        lost: Callable[[Path, str, str], None],
    ) -> None:
        """`data` are those of a run in the store; `lost` is told of a run, its node, and why."""
        self.run = Run(Path(order.run))
        self._places, self._data, self._say_lost = places, data, lost
        self._orders: queue.SimpleQueue[TrainOrder | None] = queue.SimpleQueue()
        self._orders.put(order)
        self._log_size = log_size(self.run.path)
        self._worker: Worker | None = None
        self._sent = 0
        """Bytes of `control.jsonl` that the node has."""
        self._heard: float | None = None
        """When the node said something last, by the monotonic clock; None: not yet."""
        self._losses, self._kept_before = 0, ""
        """In a row, and the newest checkpoint at the last one."""
        self._is_leaving = False

    def go_on(self, order: TrainOrder | None) -> None:
        """An order for the run after its node was lost; None: it is not to go on."""
        self._orders.put(order)

    def lead(self) -> None:
        """Train the run until it ends. What goes wrong is its last word."""
        self._let_end()
        try:
            with lock.hold(self.run.path):
                while (order := self._orders.get()) is not None:
                    if self._sitting(order):
                        return
        except NnlabError as error:  # another process has it, or it was deleted
            logger.warning("run %s: %s", self.run.id, error)

    def leave(self) -> None:
        """The server goes: the run is to end with a checkpoint."""
        self._is_leaving = True
        self._orders.put(None)
        if self._worker is not None:
            self._worker.call("leave", self.run.id)

    def tend(self) -> None:
        """Pass on what people asked since the last call; give up a node that is silent."""
        worker = self._worker
        if worker is None:
            return
        lines = self._new_controls()
        if lines:
            worker.call("ask", self.run.id, lines)
        if self._heard is not None and time.monotonic() - self._heard > SILENT_SECONDS:
            logger.warning("run %s: node %s is silent", self.run.id, worker.node)
            worker.kill()

    # Behind the scenes -------------------------------------------------------------------------

    def _let_end(self) -> None:
        """A worker whose server was killed may still hold the run."""
        until = time.monotonic() + WAIT_SECONDS
        while lock.is_held(self.run.path) and time.monotonic() < until:
            time.sleep(0.02)

    def _sitting(self, order: TrainOrder) -> bool:
        """Train on one node. Returns whether the run has ended; else its node was lost."""
        worker, is_well = None, False
        try:
            pack = pack_run(self.run)
            orders = self._order(order)
            given = self._data(self.run, Path(order.data_dir))
            worker = self._places.take(order.nodes[0], order.cpus, order.gpus)
            self._heard, self._worker = None, worker
            if self._is_leaving:
                worker.call("leave", self.run.id)
            for changes in worker.stream("train", pack, orders, *given):
                self._heard = time.monotonic()
                apply(self.run.path, changes)
            is_well = True
        except LostError as error:
            logger.warning("run %s lost its node: %s", self.run.id, error)
            if self._is_leaving or not self.run.path.is_dir():
                return True
            if self._is_hopeless():
                say_failed(self.run, _broke_off(error))
                return True
            self._say_lost(self.run.path, order.nodes[0], str(error))
            return False
        except Exception as error:  # whatever it is, a person is waiting to hear of it
            if not self.run.path.is_dir():
                logger.info("run %s was deleted while it trained", self.run.id)
                return True
            if not isinstance(error, NnlabError | OSError):
                logger.exception("run %s failed", self.run.id)
            say_failed(self.run, error)
        finally:
            self._worker = None
            if worker is not None:
                self._places.give_back(worker, is_well=is_well)
        return True

    def _is_hopeless(self) -> bool:
        kept = list_checkpoints(self.run.path)
        newest = kept[-1].name if kept else ""
        self._losses = self._losses + 1 if newest == self._kept_before else 1
        self._kept_before = newest
        return self._losses >= LOSSES

    def _order(self, order: TrainOrder) -> dict[str, Any]:
        """What the node is told; after a node was lost, also what the run was asked meanwhile."""
        self._sent = 0
        lines = self._new_controls().decode().splitlines()
        told: dict[str, Any] = {**order.model_dump(), "first": lines}
        return told if order.lost is None else told | self._after_loss(order.lost.node, lines)

    def _after_loss(self, lost: str, lines: list[str]) -> dict[str, Any]:
        """As if nothing had been: changes at their steps, and as it was paused and paced."""
        events = self._own_events()
        kept = list_checkpoints(self.run.path)
        step = int(kept[-1].stem) if kept else 0
        answers = {one.id: one for one in events if isinstance(one, ControlApplied)}
        again = [
            json.loads(one.model_dump_json(exclude_none=True))
            for one in answers.values()
            if one.set is not None and one.error is None and one.step >= step
        ]
        asked = [(line, Control.model_validate_json(line)) for line in lines]
        paces = [line for line, control in asked if control.pace is not None][-1:]
        unanswered = [line for line, control in asked if control.id not in answers]
        first = [*paces, *(line for line in unanswered if line not in paces)]
        if derive_status(events, held=True) == "paused":
            first = [_pause(), *first]
        return {
            "again": again,
            "first": first,
            "note": _("Went on from step {step:,}: {node} was lost.", step=step, node=lost),
            "since": 0.0,  # the lines were chosen here
        }

    def _own_events(self) -> list[Event]:
        """The events since this sitting began."""
        reader = EventReader(self.run.path, start=self._log_size)
        return reader.read_new()

    def _new_controls(self) -> bytes:
        """Whole lines of `control.jsonl` that the node has not."""
        path = self.run.path / CONTROLS
        try:
            if path.stat().st_size == self._sent:
                return b""
            with path.open("rb") as file:
                file.seek(self._sent)
                whole, newline, _cut = file.read().rpartition(b"\n")
        except FileNotFoundError:
            if self._worker is not None and not self.run.path.is_dir():
                self._worker.kill()  # deleted: nobody wants it any more
            return b""
        self._sent += len(whole) + len(newline)
        return whole + newline


def _broke_off(error: LostError) -> NnlabError:
    return NnlabError(
        _(
            "The process that trained broke off {times} times without getting on, which may be for"
            " want of memory on the nodes ({error}): take a smaller training.batch_size or network."
            " Its newest checkpoint is kept.",
            times=LOSSES,
            error=error,
        )
    )


def _pause() -> str:
    control = Control(id=uuid.uuid4().hex[:12], at=time.time(), do="pause")
    return control.model_dump_json(exclude_unset=True)
