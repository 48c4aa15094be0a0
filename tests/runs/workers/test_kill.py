"""`kill -9`, fifty times over: workers, the fork server, the whole server, at random moments."""

import contextlib
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import torch

from nnlab.config import Activation, Dropout, Experiment, Linear, Model
from nnlab.data.registry import load
from nnlab.runs.record import lock
from nnlab.runs.record.checkpoints import load_checkpoint, load_live, load_newest
from nnlab.runs.record.control import ask
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EVENTS_FILE, EventReader
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.store import Run, Store
from nnlab.training.fit import fit
from tests.runs.bench import experiment, wait_for
from tests.training.bench import same

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the fork server is Linux's"),
]

REPOSITORY = Path(__file__).resolve().parents[3]
KILLS = ["worker"] * 40 + ["host"] * 3 + ["host that begins"] * 3 + ["server"] * 4
AT_ONCE = 3
"""Runs under way whenever something is killed."""
LOST_SECONDS = 2.0
"""Of its curves a killed run may lose so much."""


def tiny() -> Experiment:
    """Needs every generator and the schedule to go on right; about two seconds of training."""
    layers = (
        Linear(out_features=8),
        Activation(kind="relu"),
        Dropout(p=0.3),
        Linear(out_features=2),
    )
    given = experiment(
        optimizer={"kind": "adam", "lr": 0.02}, schedule={"kind": "one_cycle"}, steps=2500
    )
    return given.model_copy(update={"model": Model(layers=layers)})


class Server:
    """A server process of this test's own."""

    def __init__(self, runs: Path, data: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.runs.server", str(runs), str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
        )
        self._host = self._read_host(self._line())

    def start(self, run: Run) -> None:
        """Tries again while the launcher waits for a worker that a killed host may have made.

        The launcher itself hands it to the next host, once.
        """
        deadline = time.monotonic() + 30
        while (said := self._ask_to_start(run)) != f"started {run.id}":
            assert "under way" in said
            if lock.is_held(run.path) or has_ended(run):
                return
            assert time.monotonic() < deadline, said
            time.sleep(0.1)

    def _ask_to_start(self, run: Run) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{run.id}\n")
        self._process.stdin.flush()
        said = self._line()
        if said.startswith("host"):
            self._host, said = self._read_host(said), self._line()
        return said

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    def kill_host(self) -> None:
        assert psutil.Process(self._process.pid) == self._host.parent()
        self._host.kill()

    def kill_worker(self, run: Run) -> bool:
        """False where it had just ended by itself."""
        try:
            pid = json.loads((run.path / lock.LOCK_FILE).read_text())["pid"]
            worker = psutil.Process(pid)
            if worker.parent() != self._host:
                return False
            os.kill(pid, signal.SIGKILL)
        except (FileNotFoundError, psutil.NoSuchProcess, ProcessLookupError):
            return False
        return True

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def _read_host(self, line: str) -> psutil.Process:
        name, pid = line.split()
        assert name == "host"
        return psutil.Process(int(pid))


@pytest.fixture
def killer(runs_dir: Path, data_dir: Path) -> Iterator["Killer"]:
    killer = Killer(runs_dir, data_dir)
    yield killer
    killer.server.kill()


class Killer:
    """Keeps a few runs under way, kills, looks at what is left, and lets them go on."""

    def __init__(self, runs: Path, data: Path) -> None:
        self.store, self._runs, self._data = Store(runs), runs, data
        self.dice = random.Random(20250607)
        self.server = Server(runs, data)
        self.active: list[Run] = []
        self.finished: dict[Run, str] = {}
        """Each finished run, and the digest of all its files then."""
        self.interrupted = self.loaded = 0
        self._said: dict[Run, int] = {}
        """Bytes of events before the session under way."""
        given = tiny()
        unbroken = fit(given, load(given.data, data))
        list(unbroken)
        self._weights = unbroken.weights()

    def fill(self, *, and_wait: bool) -> None:
        """Resume what is under way, and begin new runs beside it."""
        while len(self.active) < AT_ONCE:
            self.active.append(self.store.create(tiny(), name=f"run {len(self.finished)}"))
        self.start_what_rests()
        if not and_wait:
            return
        wait_for(
            lambda: all(lock.is_held(run.path) or has_ended(run) for run in self.active),
            "workers that begin",
        )

    def start_what_rests(self) -> None:
        for run in self.active:
            if not lock.is_held(run.path) and not has_ended(run):
                self._said[run] = bytes_said(run)
                self.server.start(run)

    def wait_and_save(self, seconds: float) -> None:
        """Until a random moment, with so many checkpoints that many a kill falls within one."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for run in self.active:
                ask(run.path, "checkpoint")
            time.sleep(min(0.1, left))

    def kill(self, what: str) -> bool:
        """Whether there was something to kill. Looks at all that it concerned."""
        concerned = list(self.active)
        killed_at = time.time()
        match what:
            case "worker":
                concerned = [self.dice.choice(self.active)]
                if not self.server.kill_worker(concerned[0]):
                    return False
            case "host" | "host that begins":
                self.server.kill_host()
            case _:
                self.server.kill()
                self.server = Server(self._runs, self._data)
        for run in concerned:
            wait_for(lambda run=run: is_at_rest(run), "a worker that ends")
            if not has_ended(run):
                self._look_at(run, killed_at)
        return True

    def _look_at(self, run: Run, killed_at: float) -> None:
        """An interrupted run: its curves, and its last checkpoint."""
        self.interrupted += 1
        if bytes_said(run) == self._said[run]:
            return  # killed before the first word of this session
        assert (run.path / EVENTS_FILE).stat().st_mtime >= killed_at - LOST_SECONDS
        history = History(EventReader(run.path).read_new())
        assert history.started is not None
        paths = list_checkpoints(run.path)
        if paths:
            self.loaded += 1
            newest = load_newest(run.path)
            assert newest is not None
            assert newest["step"] == int(paths[-1].stem) == load_checkpoint(paths[-1])["step"]
            assert newest["step"] >= max((saved.step for saved in history.checkpoints), default=0)

    def take_finished(self) -> None:
        """Those that came to their end: with the weights of a run that nobody killed."""
        for run in [run for run in self.active if has_ended(run)]:
            self.active.remove(run)
            wait_for(lambda run=run: not lock.is_held(run.path), "a worker that leaves")
            found = load_live(run.path)
            assert found is not None
            assert found[0] == 2500
            assert same(found[1], self._weights)
            assert all(torch.isfinite(value).all() for value in found[1].values())
            self.finished[run] = digest(run)


def has_ended(run: Run) -> bool:
    return run.status() == "finished"


def is_at_rest(run: Run) -> bool:
    """A worker that its host made just before it was killed may still begin: then it ends."""
    return run.status() in ("interrupted", "finished") and not lock.is_held(run.path)


def bytes_said(run: Run) -> int:
    log = run.path / EVENTS_FILE
    return log.stat().st_size if log.is_file() else 0


def digest(run: Run) -> str:
    """Of all that a run keeps, temporary files and locks included: there are to be none."""
    hashed = hashlib.sha256()
    for path in sorted(path for path in run.path.rglob("*") if path.is_file()):
        if path.name != "control.jsonl":
            hashed.update(str(path.relative_to(run.path)).encode() + path.read_bytes())
    return hashed.hexdigest()


def test_fifty_kills_lose_nothing_but_the_last_moment(killer: Killer) -> None:
    kinds = KILLS.copy()
    killer.dice.shuffle(kinds)
    for what in kinds:
        while True:
            killer.fill(and_wait=what != "host that begins")
            killer.wait_and_save(killer.dice.uniform(0, 0.5))
            killed = killer.kill(what)
            killer.take_finished()
            if killed:
                break
    while killer.active:
        killer.start_what_rests()
        wait_for(lambda: all(has_ended(run) for run in killer.active), "runs that finish")
        killer.take_finished()

    assert killer.interrupted >= len(KILLS) / 2
    assert killer.loaded >= 10
    assert len(killer.finished) >= AT_ONCE
    for run, then in killer.finished.items():
        assert digest(run) == then
        assert not [path.name for path in run.path.rglob(".*")]
        assert run.status() == "finished"
    assert len(killer.store.summaries()) == len(killer.finished)
    assert killer.store.damaged() == []
