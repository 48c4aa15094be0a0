"""Has runs trained on a Ray cluster: the queue and the turns are those of the local launcher.

The process that it hands runs to is the bridge (`nnlab.runs.cluster.bridge`), the only one that is
connected to the cluster. Neither Ray nor PyTorch is imported here.
"""

import contextlib
import logging
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nnlab.errors import NnlabError, NowhereToTrainError
from nnlab.runs.cluster import said
from nnlab.runs.cluster.lines import (
    LINE_BYTES,
    DownNews,
    DropOrder,
    LostNews,
    News,
    NodesNews,
    Order,
    ReplayOrder,
    TrainOrder,
    read_news,
    to_line,
)
from nnlab.runs.cluster.needs import Size, device_of, need_of, share_of, size_of
from nnlab.runs.cluster.placing import Need, Node, Nodes, Taken
from nnlab.runs.limits import limits_for
from nnlab.runs.record import lock
from nnlab.runs.record.control import ask
from nnlab.runs.record.log import read_head_and_tail
from nnlab.runs.record.status import derive_status
from nnlab.runs.store import Run
from nnlab.runs.workers.launcher import TRIES, LocalLauncher, close_stdin, there, waiting_of
from nnlab.runs.workers.overview import DataThere, Machine, Overview, RunThere
from nnlab.runs.workers.places import TURN_SECONDS, may_begin, who_gives_way
from nnlab.runs.workers.session import WorkerSession
from nnlab.settings import Settings
from nnlab.training.controls import Action, Control
from nnlab.training.events import FitEnded, FitStarted
from nnlab.visitor import AT_THE_MACHINE, Visitor

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 2.0
"""Seconds after which a bridge that has ended is started anew."""
CONNECT_SECONDS = 30.0
"""How long is waited for a first word of the cluster."""
LEAVE_SECONDS = 20.0
"""How long the end of the bridge waits for the last checkpoints of its runs."""
LOSSES, LASTING_SECONDS = 5, 300.0
"""A run that loses so many nodes, and none after it has trained there for so long, may be what ends
them: it does not go on by itself."""


@dataclass
class _Known:
    """The state of a run that trains on the cluster or is about to."""

    size: Size
    processor: str
    """The processor that it has trained on; empty before."""
    taken: tuple[Taken, ...] = ()
    """Resources of the nodes that it was handed to."""
    lost: str | None = None
    """The node that died while it trained there: the bridge still holds its lock."""
    losses: int = 0
    """Nodes that it lost, one soon after another."""
    comes_first: bool = False
    """Whether it lost its place through nobody's request."""
    was_paused: bool = False
    is_to_end: bool = False
    """Whether it was asked to stop, and has not answered yet."""


class RayLauncher(LocalLauncher):
    """The nodes of a Ray cluster. See `Launcher`.

    A run whose node died goes on by itself on another one; while no cluster is reached its runs
    read as interrupted, and go on by themselves when it is back.
    """

    def __init__(self, settings: Settings, command: Sequence[str] | None = None) -> None:
        """`command` starts the bridge, where it is not the usual one."""
        self._bridge = list(command) if command is not None else None
        self._known: dict[str, _Known] = {}
        self._stranded: dict[str, WorkerSession] = {}
        """Sessions that trained when the cluster was lost, until it is back."""
        self._nodes_now: tuple[Node, ...] = ()
        self._data: tuple[DataThere, ...] = ()
        self._down: str | None = None
        self._is_up = False
        self._heard = threading.Event()
        """The cluster was reached, or is known not to be there."""
        self._again_at: float | None = None
        """Time at which a new bridge replaces the one that has ended, by the monotonic clock."""
        self._replays: Counter[str] = Counter()
        super().__init__(settings)

    def start(
        self,
        run: Run,
        first: Action | None = None,
        *,
        watched: bool = False,
        visitor: Visitor = AT_THE_MACHINE,
    ) -> None:
        """See `Launcher.start`.

        Raises:
            NnlabError: as there.
            NowhereToTrainError: the cluster is not reached, or takes no runs. Says the mend.
        """
        if (why := self.away()) is not None:
            raise NowhereToTrainError(why)
        known = _known(run)
        with self._lock:
            self._known.setdefault(run.id, known)
        super().start(run, first, watched=watched, visitor=visitor)
        with self._lock:
            self._stranded.pop(run.id, None)

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
        """See `Launcher.ask`."""
        if do == "stop":
            with self._lock:
                if (session := self._active.get(run.id)) is not None:
                    self._of(session).is_to_end = True
        return super().ask(run, do, path=path, value=value, pace=pace, sharpness=sharpness)

    def replay(self, order: Mapping[str, object]) -> None:
        """See `LocalLauncher.replay`. Where no node can do it, the folder says why."""
        processor = _processor(Run(Path(str(order["run"]))))
        with self._lock:
            usable = self._nodes().usable if self._is_up else []
            node = min(
                usable,
                key=lambda one: (
                    bool(processor) and one.processor != processor,
                    self._replays[one.id],
                    -one.cpus,
                ),
                default=None,
            )
            if node is not None:
                self._replays[node.id] += 1
                # No cores: it is done soon, beside what trains there, and waits for nobody.
                self._send_order(
                    ReplayOrder.model_validate(
                        {
                            "memory": self._settings.worker_memory,
                            **order,
                            "nodes": (node.id,),
                            "cpus": 0.0,
                            "gpus": 0.0,
                        }
                    )
                )
                return
        from nnlab.runs.rewind.past import fail  # brings PyTorch, which a server has by now

        fail(order, self.away() or said.connecting(self._settings.ray_address))

    def away(self) -> str | None:
        """See `Launcher.away`."""
        with self._lock:
            self._look_at_bridge()
            if self._down is not None:
                return said.not_reached(self._settings.ray_address, self._down)
            if self._is_up and not self._nodes().usable:
                return said.no_node(self._settings.ray_address, self._nodes_now)
        return None

    def cores(self) -> int:
        """See `Launcher.cores`. Waits for a first word of the cluster."""
        self._heard.wait(CONNECT_SECONDS)
        with self._lock:
            return max(1, sum(int(node.cpus) for node in self._nodes().usable))

    def threads(self) -> int:
        """See `Launcher.threads`. Waits for a first word of the cluster."""
        self._heard.wait(CONNECT_SECONDS)
        with self._lock:
            largest = self._nodes().largest
        return max(1, int(largest.cpus)) if largest is not None else 1

    def wait_until_ready(self, seconds: float) -> None:
        """See `LocalLauncher.wait_until_ready`."""
        if not self._heard.wait(seconds):
            raise NowhereToTrainError(said.connecting(self._settings.ray_address))
        if (why := self.away()) is not None:
            raise NowhereToTrainError(why)

    def overview(self) -> Overview:
        """See `LocalLauncher.overview`."""
        with self._lock:
            self._look_at_bridge()
            sessions, queue = self._sessions(), self._in_turn()
            taken = {session.run.id: self._of(session).taken for session in sessions}
            now, data, down = self._nodes_now, self._data, self._down
        here: dict[str, list[RunThere]] = {}
        for session in sessions:
            shown = there(session)
            for one in taken[session.run.id]:
                here.setdefault(one.node, []).append(shown)
        every = [one for given in taken.values() for one in given]
        nodes = Nodes(now, every)
        share = share_of(self._settings.runs_a_core)
        places = sum(int(node.cpus / share + 0.01) for node in nodes.usable)
        return Overview(
            engine="ray",
            address=self._settings.ray_address,
            down=said.not_reached(self._settings.ray_address, down) if down is not None else None,
            machines=tuple(_machine(node, nodes, tuple(here.get(node.id, ()))) for node in now),
            queue=waiting_of(queue),
            places=min(places, self._settings.max_runs),
            data=data,
        )

    # What differs from workers on this machine -------------------------------------------------

    def _choose_mode(self) -> str:
        return "bridge"

    def _command(self) -> list[str]:
        said = self._settings
        usual = [sys.executable, "-m", "nnlab.runs.cluster.bridge"]
        return self._bridge or [*usual, said.ray_address, str(said.runs_a_core)]

    def _warm_host(self, stdout: int = subprocess.PIPE) -> subprocess.Popen[str]:
        host = super()._warm_host(stdout)
        threading.Thread(
            target=self._listen, args=(host,), name="nnlab-cluster-news", daemon=True
        ).start()
        return host

    def _end_host(self) -> None:
        """The bridge has every run save a checkpoint before it ends."""
        host = self._host
        close_stdin(host)
        if not self._is_up:
            host.terminate()  # it may still be connecting, and leads no run
        for end in (host.terminate, host.kill):
            try:
                host.wait(LEAVE_SECONDS)
            except subprocess.TimeoutExpired:
                end()
        host.wait()

    def _order(self, session: WorkerSession) -> dict[str, object]:
        known, nodes = self._of(session), self._nodes()
        need = self._need(session, nodes)
        chosen = nodes.place(need, known.processor)
        known.taken = tuple(Taken(node.id, need.cpus, need.gpus) for node in chosen)
        lost, known.lost, known.comes_first = known.lost, None, False
        return {
            **super()._order(session),
            "device": device_of(need, self._settings),
            "threads": need.threads,
            "nodes": tuple(node.id for node in chosen),
            "cpus": need.cpus,
            "gpus": need.gpus,
            "lost": None if lost is None else {"node": lost},
        }

    def _hand(self, order: Mapping[str, object]) -> subprocess.Popen[str]:
        self._send_order(TrainOrder.model_validate(order))
        return self._host

    def _send_order(self, order: Order) -> None:
        with contextlib.suppress(BrokenPipeError):  # it has ended: the next look sees to its runs
            self._send(to_line(order))

    def _share_out(self) -> None:
        """How much of a node a run gets is said when it is handed over."""

    def _take_out(self, run: Run) -> bool:
        was_stranded = self._stranded.pop(run.id, None) is not None
        return super()._take_out(run) or was_stranded

    def _let_go(self, session: WorkerSession) -> None:
        if self._of(session).lost is not None:
            self._send_order(DropOrder(drop=str(session.run.path.resolve())))
        self._known.pop(session.run.id, None)

    def _free_places(self, sessions: Sequence[WorkerSession]) -> None:
        over = [session for session in sessions if session.is_over()]
        self._look_at_bridge()  # after that: a bridge that ends now leaves no run that is over
        super()._free_places(over)
        for name in self._known.keys() - self._active.keys() - self._stranded.keys():
            if not any(session.run.id == name for session in self._queue):
                del self._known[name]

    def _hand_again(self, session: WorkerSession) -> None:
        """Not yet: the next look sees to all runs of a bridge that has ended."""

    # Who comes next ----------------------------------------------------------------------------

    def _in_turn(self) -> list[WorkerSession]:
        order = super()._in_turn()
        return sorted(order, key=lambda session: not self._of(session).comes_first)

    def _next(self) -> int | None:
        """Return the next run in the queue that fits on a node.

        A run that needs more than is free is overtaken by smaller ones for a while, unless it is
        the only one of a person, or had a place before.
        """
        if not self._queue or not self._is_up:
            return None
        nodes, training = self._nodes(), self._training()
        own = {visitor.key for visitor in training}
        in_vain: set[Need] = set()
        able = may_begin(self._waiting(), training, self._limits)
        able.sort(key=lambda index: not self._of(self._queue[index]).comes_first)
        for index in able:
            session = self._queue[index]
            need = self._need(session, nodes)
            if need not in in_vain and nodes.place(need):
                return index
            in_vain.add(need)
            waits_long = time.monotonic() - session.came > TURN_SECONDS
            if waits_long or session.visitor.key not in own or self._of(session).comes_first:
                return None
        return None

    def _make_way(self) -> None:
        """Make room as on one machine, with the room that the nodes have."""
        active = list(self._active.values())
        if not self._is_up or any(session.is_leaving for session in active):
            return
        training, now = self._training(), time.monotonic()
        own = {visitor.key for visitor in training}
        waiting = next((one for one in self._in_turn() if one.visitor.key not in own), None)
        if waiting is None:
            return
        nodes = self._nodes()
        need = self._need(waiting, nodes)
        rivals, limits = active, self._limits
        if not nodes.place(need):
            rivals = self._in_the_way_of(need, nodes, active)
            limits = replace(limits, total=len(rivals))
        index = who_gives_way(
            [waiting.visitor],
            [session.visitor for session in rivals],
            limits,
            [now - session.handed for session in rivals],
        )
        if index is not None:
            self._release(rivals[index], "turn")

    def _in_the_way_of(
        self, need: Need, nodes: Nodes, active: Sequence[WorkerSession]
    ) -> list[WorkerSession]:
        """Return the sessions of which one has to end: any that suffices, or those of a node."""
        enough = [one for one in active if nodes.makes_room(need, self._of(one).taken)]
        nearest = nodes.nearest(need)
        if enough or nearest is None:
            return enough
        return [
            session
            for session in active
            if any(taken.node == nearest.id for taken in self._of(session).taken)
        ]

    def _need(self, session: WorkerSession, nodes: Nodes) -> Need:
        threads = limits_for(session.visitor, self._settings).threads
        return need_of(self._of(session).size, nodes, self._settings, threads)

    def _nodes(self) -> Nodes:
        """The nodes, less what the runs were given that train there."""
        return Nodes(
            self._nodes_now,
            [taken for session in self._active.values() for taken in self._of(session).taken],
        )

    def _of(self, session: WorkerSession) -> _Known:
        known = self._known.get(session.run.id)
        if known is None:
            known = self._known[session.run.id] = _known(session.run)
        return known

    # What the bridge says ----------------------------------------------------------------------

    def _listen(self, host: subprocess.Popen[str]) -> None:
        """Read all that a bridge says until it ends, in a thread of its own."""
        assert host.stdout is not None
        with host.stdout as lines:
            while line := lines.readline(LINE_BYTES + 1):
                try:
                    news = read_news(line)
                except NnlabError as error:
                    logger.warning("%s", error)
                    continue
                if self._closed.is_set():  # whoever closes waits for the bridge, and has the lock
                    continue
                with self._lock:
                    # Of a bridge that has ended, only why it did.
                    is_well = host.poll() is None or isinstance(news, DownNews)
                    if host is self._host and is_well and not self._closed.is_set():
                        try:
                            self._hear(news)
                        except Exception:  # of one run: what is said of others is to be heard
                            logger.exception("what the bridge said led to nothing")

    def _hear(self, news: News) -> None:
        match news:
            case NodesNews():
                self._nodes_now = news.nodes
                self._data = tuple(DataThere(one.name, one.bytes) for one in news.data)
                self._is_up, self._down = True, None
                self._heard.set()
                self._bring_back()
                self._fill_places()
            case DownNews():
                self._go_down(news.down)
            case LostNews():
                self._lose(news)

    def _lose(self, news: LostNews) -> None:
        """A run whose node died comes first: it goes on as soon as another one has room."""
        session = self._active.get(Path(news.lost).name)
        if session is None or str(session.run.path.resolve()) != news.lost:
            self._send_order(DropOrder(drop=news.lost))
            return
        logger.warning("run %s lost its node %s: %s", session.run.id, news.name, news.why)
        self._nodes_now = tuple(node for node in self._nodes_now if node.id != news.node)
        known = self._of(session)
        del self._active[session.run.id]
        if time.monotonic() - session.handed > LASTING_SECONDS:
            known.losses = 0
        known.losses += 1
        if known.losses > LOSSES:
            logger.error("run %s does not go on: it has lost %d nodes", session.run.id, LOSSES + 1)
            self._send_order(DropOrder(drop=news.lost))
            return
        if known.is_to_end or session.is_leaving:  # as it was asked to: resumed by hand, if at all
            self._send_order(DropOrder(drop=news.lost))
            return
        known.lost, known.taken = news.name, ()
        self._put_first([session])
        self._fill_places()

    def _put_first(self, sessions: Sequence[WorkerSession]) -> None:
        for session in sessions:
            session.begin_anew()
            self._of(session).comes_first = True
        self._queue[:0] = sessions

    def _look_at_bridge(self) -> None:
        """See to the runs of a bridge that has ended, and start another one after a while."""
        if self._closed.is_set() or self._host.poll() is None:
            return
        now = time.monotonic()
        if self._again_at is None:
            logger.warning("the bridge to the cluster has ended (%s)", self._host.returncode)
            close_stdin(self._host)
            self._again_at = now + AGAIN_SECONDS
            self._go_down(self._down or said.bridge_ended(self._host.returncode))
            self._strand()
        elif now >= self._again_at:
            self._again_at = None
            self._host = self._warm_host()

    def _go_down(self, why: str) -> None:
        self._is_up, self._down = False, why
        self._nodes_now, self._data = (), ()
        self._heard.set()

    def _strand(self) -> None:
        """The bridge is gone, and with it the locks of all runs that it led."""
        lost = [session for session in self._queue if self._of(session).lost is not None]
        sessions, again = [*lost, *self._active.values()], []
        self._active.clear()
        self._queue = [session for session in self._queue if session not in lost]
        for session in sessions:
            known = self._of(session)
            known.lost, known.taken = None, ()
            if session not in lost and session.is_unbegun():
                if session.tries < TRIES:
                    again.append(session)
            elif known.is_to_end or session.is_leaving:
                continue
            elif (last := _last_word(session.run)) is not None:
                known.was_paused = last == "paused"
                self._stranded[session.run.id] = session
        tries = [session.tries for session in again]
        self._put_first(again)
        for session, count in zip(again, tries, strict=True):
            session.tries = count

    def _bring_back(self) -> None:
        """Put runs into the queue that trained when the cluster was lost, if nothing came since."""
        stranded, self._stranded = list(self._stranded.values()), {}
        back = []
        for session in stranded:
            is_elsewhere = session.run.id in self._active or session in self._queue
            if is_elsewhere or lock.is_held(session.run.path):
                continue
            if _last_word(session.run) is None or session.run.status() != "interrupted":
                continue  # deleted, stopped, or trained to its end by another process
            lock.clear_stale(session.run.path)
            if session.has_spoken():  # else what it was to begin with was obeyed by nobody yet
                session.since = time.time()
            if self._of(session).was_paused:
                with contextlib.suppress(NnlabError):  # it cannot be written: its start says so
                    ask(session.run.path, "pause")
            back.append(session)
        self._put_first(back)


def _known(run: Run) -> _Known:
    try:
        return _Known(size_of(run.experiment, run.sweep), _processor(run))
    except NnlabError:  # deleted or damaged: its start says so
        return _Known(Size(is_small=True, threads=None), "")


def _processor(run: Run) -> str:
    """The processor that a run has begun on; empty where it has not begun."""
    try:
        first = read_head_and_tail(run.path)[0]
    except NnlabError:
        return ""
    return first.processor if isinstance(first, FitStarted) else ""


def _last_word(run: Run) -> str | None:
    """The status that a run had when its bridge ended, None where it does not go on."""
    if not run.path.is_dir():
        return None
    try:
        tail = read_head_and_tail(run.path)[1]
    except NnlabError:
        return None
    status = derive_status(tail, held=True)
    is_gone = bool(tail) and isinstance(tail[-1], FitEnded) and status != "interrupted"
    return None if is_gone else status


def _machine(node: Node, nodes: Nodes, runs: tuple[RunThere, ...]) -> Machine:
    cpus, gpus = nodes.free(node)
    return Machine(
        name=node.name,
        address=node.address,
        cpus=node.cpus,
        cpus_used=max(0.0, node.cpus - cpus),
        gpus=node.gpus,
        gpus_used=max(0.0, node.gpus - gpus),
        memory=node.memory,
        memory_free=node.memory_free,
        processor=node.processor,
        python=node.python,
        torch=node.torch or "",
        gpu_names=node.gpu_names,
        refused=node.refused,
        runs=runs,
    )
