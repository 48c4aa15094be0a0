"""One run on the cluster: what its node sends is written, what people ask is sent to it."""

import contextlib
import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from nnlab.config.data import Data
from nnlab.errors import NnlabError
from nnlab.runs.cluster.bridge.actors import LostError, Worker
from nnlab.runs.cluster.changes import apply
from nnlab.runs.cluster.lines import TrainOrder
from nnlab.runs.cluster.node import SIGN_SECONDS
from nnlab.runs.cluster.pack import pack_run
from nnlab.runs.cluster.part import PartWorker
from nnlab.runs.cluster.seat import Seat
from nnlab.runs.cluster.spread import train_spread
from nnlab.runs.record import lock
from nnlab.runs.record.control import FileControls, NewLines, controls_in
from nnlab.runs.record.log import EventReader, log_size
from nnlab.runs.record.status import derive_status
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.store import Run
from nnlab.runs.workers.host import WAIT_SECONDS
from nnlab.runs.workers.worker import say_failed
from nnlab.texts import _
from nnlab.training.controls import Control, Controls, ask_now
from nnlab.training.events import ControlApplied, Event

logger = logging.getLogger(__name__)

LOSSES = 3
"""Most losses in a row without a new checkpoint; after these the run itself is at fault."""
SILENT_SECONDS = 30.0
"""A node that says nothing for so long is given up; it says something every second."""
BEGIN_SECONDS = 180.0
"""A process begins within seconds; one that takes so long waits for cores that others hold."""


class Places(Protocol):
    """Source of the processes that runs train in."""

    def take(self, node: str, cpus: float, gpus: float, kind: type = Seat) -> Worker:
        """A process for a run."""
        ...

    def give_back(self, worker: Worker, *, is_well: bool) -> None:
        """Give back the process of a run that has ended."""
        ...


class Leading:
    """The session of a run, from its first order until it ends. One thread calls `lead`."""

    def __init__(
        self,
        order: TrainOrder,
        places: Places,
        data: Callable[[Run, Path], dict[Data, Any]],
        lost: Callable[[Path, Sequence[str], str], None],
    ) -> None:
        """`data` are those of a run in the store; `lost` is told of a run, its nodes, and why."""
        self.run = Run(Path(order.run))
        self._places, self._data, self._say_lost = places, data, lost
        self._orders: queue.SimpleQueue[TrainOrder | None] = queue.SimpleQueue()
        self._orders.put(order)
        self._log_size, self._since = log_size(self.run.path), order.since
        self._lost_at = 0.0
        """Seconds since 1970."""
        self._asking = threading.Lock()
        """Held while the node is told something, so that the node is not replaced meanwhile."""
        self._worker: Worker | None = None
        self._controls = NewLines(self.run.path)
        """Control lines that the node has not received."""
        self._heard: dict[Worker, Heard] = {}
        """Messages received from the processes that train the run now."""
        self._never_began: str | None = None
        """The node whose process did not begin in time."""
        self._losses, self._kept_before = 0, -1
        """Number of losses in a row, and the newest checkpoint's step at the last one."""
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
                    if self._lead_session(order):
                        return
        except NnlabError as error:  # another process has it, or it was deleted
            logger.warning("run %s: %s", self.run.id, error)

    def leave(self) -> None:
        """The server goes: the run is to end with a checkpoint."""
        self._is_leaving = True
        self._orders.put(None)
        with self._asking:
            if self._worker is not None:
                self._worker.call("leave", self.run.id)

    def tend(self) -> None:
        """Pass on what people asked since the last call; give up a node that is silent."""
        with self._asking:
            if self._worker is not None and (lines := self._new_controls()):
                self._worker.call("ask", self.run.id, lines)
        if not self.run.path.is_dir():  # deleted: nobody wants it any more
            for worker in list(self._heard):
                worker.kill()
        self._give_up()

    # Behind the scenes -------------------------------------------------------------------------

    def _give_up(self) -> None:
        """End the processes of which nothing is heard: who waits for them hears of it."""
        now = time.monotonic()
        for worker, heard in list(self._heard.items()):
            if heard.at is None and now - heard.since > BEGIN_SECONDS:
                self._never_began = worker.node
                worker.kill()
            elif heard.at is not None and now - heard.at > SILENT_SECONDS:
                logger.warning("run %s: node %s is silent", self.run.id, worker.node)
                worker.kill()

    def _let_end(self) -> None:
        """A worker whose server was killed may still hold the run."""
        until = time.monotonic() + WAIT_SECONDS
        while lock.is_held(self.run.path) and time.monotonic() < until:
            time.sleep(0.02)

    def _lead_session(self, order: TrainOrder) -> bool:
        """Train until the run ends. Returns whether it has; else a node of it was lost."""
        try:
            if len(order.nodes) > 1:
                self._in_parts(order)
            else:
                self._on_one(order)
        except LostError as error:
            self._lost_at = time.time()
            logger.warning("run %s lost its node: %s", self.run.id, error)
            if self._is_leaving or not self.run.path.is_dir():
                return True
            if self._never_began is not None:
                say_failed(self.run, _waits_in_vain())
                return True
            if self._is_hopeless():
                say_failed(self.run, _broke_off(error))
                return True
            self._say_lost(self.run.path, order.nodes, str(error))
            return False
        except Exception as error:  # whatever it is, a person is waiting to hear of it
            if not self.run.path.is_dir():
                logger.info("run %s was deleted while it trained", self.run.id)
                return True
            if not isinstance(error, NnlabError | OSError):
                logger.exception("run %s failed", self.run.id)
            say_failed(self.run, error)
        return True

    def _on_one(self, order: TrainOrder) -> None:
        """The node trains a directory of its own, and what is new in it is written here."""
        pack = pack_run(self.run)
        orders = self._order(order)
        given = self._data(self.run, Path(order.data_dir)).values()
        with self._process(order, order.nodes[0]) as worker:
            heard = self._heard[worker]
            self._worker = worker
            try:
                if self._is_leaving:
                    worker.call("leave", self.run.id)
                for changes in worker.stream("train", pack, orders, *given):
                    heard.at = time.monotonic()
                    apply(self.run.path, changes)
            finally:
                with self._asking:
                    self._worker = None

    def _in_parts(self, order: TrainOrder) -> None:
        """The stacks of a sweep train on several nodes, in step with this thread."""
        since = self._lost_at if order.lost is not None else order.since
        controls: Controls = FileControls(self.run.path, since, lambda: self._is_leaving)
        note = None
        if order.lost is not None:
            note = self._went_on(order.lost.node)
            if was_paused(self._own_events()):
                controls = First(ask_now(do="pause"), controls)
        given = self._data(self.run, Path(order.data_dir))
        with contextlib.ExitStack() as parts:
            workers = [
                parts.enter_context(self._process(order, node, PartWorker)) for node in order.nodes
            ]
            for worker in workers:
                parts.enter_context(listening(worker, self._heard[worker]))
            for _event in train_spread(
                self.run,
                workers,
                given,
                controls,
                lost=LostError,
                device=order.device,
                threads=order.threads,
                memory=order.memory,
                note=note,
            ):
                pass

    @contextlib.contextmanager
    def _process(self, order: TrainOrder, node: str, kind: type = Seat) -> Iterator[Worker]:
        worker, is_well = self._places.take(node, order.cpus, order.gpus, kind), False
        self._heard[worker] = Heard(time.monotonic())
        try:
            yield worker
            is_well = True
        finally:
            del self._heard[worker]
            self._places.give_back(worker, is_well=is_well)

    def _is_hopeless(self) -> bool:
        newest = self._newest_step()
        self._losses = self._losses + 1 if newest == self._kept_before else 1
        self._kept_before = newest
        return self._losses >= LOSSES

    def _order(self, order: TrainOrder) -> dict[str, Any]:
        """Return the order for the node; after a lost node with the controls sent meanwhile."""
        self._controls = NewLines(self.run.path)
        told_so_far = self._new_controls().decode(errors="replace")
        lines = [line for line in told_so_far.split("\n") if line]
        told: dict[str, Any] = {**order.model_dump(), "first": lines}
        return told if order.lost is None else told | self._after_loss(order.lost.node, lines)

    def _after_loss(self, lost: str, lines: list[str]) -> dict[str, Any]:
        """Continue after a loss: the same changes at their steps, the same pause and pace."""
        events, step = self._own_events(), self._newest_step()
        answers = {one.id: one for one in events if isinstance(one, ControlApplied)}
        again = [
            json.loads(one.model_dump_json(exclude_none=True))
            for one in answers.values()
            if one.set is not None and one.error is None and one.step >= step
        ]
        asked = [
            (line, control) for line, control in controls_in(lines) if control.at >= self._since
        ]
        paces = [line for line, control in asked if control.pace is not None][-1:]
        unanswered = [line for line, control in asked if control.id not in answers]
        first = [*paces, *(line for line in unanswered if line not in paces)]
        if was_paused(events):
            first = [ask_now(do="pause").model_dump_json(exclude_unset=True), *first]
        return {
            "again": again,
            "first": first,
            "note": self._went_on(lost),
            "since": 0.0,  # the lines were chosen here
        }

    def _went_on(self, lost: str) -> str:
        step = self._newest_step()
        return _("Went on from step {step:,}: {node} was lost.", step=step, node=lost)

    def _newest_step(self) -> int:
        kept = list_checkpoints(self.run.path)
        return int(kept[-1].stem) if kept else 0

    def _own_events(self) -> list[Event]:
        """The events since this session began."""
        reader = EventReader(self.run.path, start=self._log_size)
        return reader.read_new()

    def _new_controls(self) -> bytes:
        try:
            return self._controls.read()
        except FileNotFoundError:  # nobody has asked for anything
            return b""


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


def _waits_in_vain() -> NnlabError:
    return NnlabError(
        _(
            "The run was not begun on its node within {seconds:.0f} seconds: other programs may"
            " hold the node's cores (`ray status` says how many are taken). End those, or resume"
            " the run later.",
            seconds=BEGIN_SECONDS,
        )
    )


def was_paused(events: Sequence[Event]) -> bool:
    """Whether a run that trained until now stood still."""
    return derive_status(events, held=True) == "paused"


@dataclass
class Heard:
    """Time of the last sign of life of a process, by the monotonic clock."""

    since: float
    """Time of the request for the process."""
    at: float | None = None
    """Time of its last message; None: none yet."""


@contextlib.contextmanager
def listening(worker: Worker, heard: Heard) -> Iterator[None]:
    """Within this context a thread asks a part of a sweep every second whether it is alive."""
    over = threading.Event()

    def listen() -> None:
        try:
            while not over.wait(SIGN_SECONDS if heard.at is not None else 0):
                worker.call("lives")()
                heard.at = time.monotonic()
        except (LostError, NnlabError) as error:  # who waits for its steps hears of it, too
            logger.info("node %s: %s", worker.node, error)

    threading.Thread(target=listen, name=f"lives-{worker.node[:8]}", daemon=True).start()
    try:
        yield
    finally:
        over.set()


class First:
    """Gives one control, and then those of others."""

    def __init__(self, first: Control, others: Controls) -> None:
        self._first: tuple[Control, ...] = (first,)
        self._others = others

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        """See `Controls.poll`."""
        first, self._first = self._first, ()
        return first or self._others.poll(step, paused=paused)
