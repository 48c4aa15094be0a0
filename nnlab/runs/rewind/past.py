"""Past states of runs, had without holding anybody up: each replay is a process of its own.

The server wants a step, a process that its launcher makes replays it
(`nnlab.runs.rewind.replay`), and both speak through files of a folder that only this server knows:

| file | written by | what it says |
| --- | --- | --- |
| `STEP.wanted` | server | somebody looks, and touches it each time; else the replay ends |
| `STEP.progress` | replay | steps done and steps in all |
| `STEP.pt` | replay | the full state: the one that was wanted, and some on the way to it |
| `STEP.failed` | replay | why there is none |

A `path-STEP` in place of `STEP` is of the run's weights over time up to that step, which
`path-STEP.pt` then holds; a `film-STEP` is the same at moments that were chosen.
"""

import contextlib
import logging
import shutil
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from nnlab.errors import NnlabError
from nnlab.files import write_text, write_whole
from nnlab.runs.record.checkpoints import load_checkpoint
from nnlab.runs.record.history import History
from nnlab.runs.record.weight_files import FOLDER, list_checkpoints
from nnlab.runs.rewind.path import RunPath, must_have_path, path_of
from nnlab.runs.rewind.replay import must_have, state_at
from nnlab.runs.store import Run
from nnlab.training.state import State
from nnlab.visitor import AT_THE_MACHINE, Visitor

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.25
"""How long the first look at a step waits: most replays are done by then."""
FORGOTTEN_SECONDS = 4.0
"""A replay that nobody has looked at for so long ends, as of the steps that a slider has passed;
what it came by on its way is kept, so that one that was ended too early loses little."""
SILENT_SECONDS = 30.0
"""A replay that says nothing for so long has been ended from outside."""
MAX_REPLAYS, MAX_EACH = 8, 2
"""Replays at once, of all sessions together and of one person in a shared lab: one more waits until
somebody asks again."""
MAX_STATES, MAX_BYTES = 64, 64 * 2**20
"""Limits of what is kept of one run's replays."""
MAX_RUNS = 16
"""Limit for runs whose states are kept."""


PATH, FILM = "path-", "film-"
"""Prefixes of the file names of a path, at evenly spaced steps and at chosen ones."""


@dataclass(frozen=True)
class Replaying:
    """A replay under way: steps done, and those between the nearest kept state and the wanted."""

    done: int
    total: int


class Past:
    """Any past step of any run, for all sessions of a server. Safe to be used by many at once."""

    def __init__(self, hand_over: Callable[[Mapping[str, object]], None], data_dir: Path) -> None:
        """`hand_over` has a process of its own call `replay` with an order."""
        self._hand_over, self._data_dir = hand_over, data_dir
        self._home = Path(tempfile.mkdtemp(prefix="nnlab-past-"))
        weakref.finalize(self, shutil.rmtree, self._home, ignore_errors=True)
        self._lock = threading.Lock()
        self._ordered: dict[Path, tuple[float, Visitor]] = {}
        """Time of the order of a file's replay, in seconds since 1970, and for whom."""

    def look(
        self, run: Run, history: History, step: int, visitor: Visitor = AT_THE_MACHINE
    ) -> State | Replaying:
        """The full state after `step` steps, bit for bit; or how far its replay has come.

        Who looks again gets the state when it is there; who does not lets the replay end. The
        replay counts for the `visitor` who looked first.

        Raises:
            NnlabError: the run has no such step, or it cannot be replayed.
            RunDamagedError: a checkpoint cannot be read.
        """
        must_have(run, history, step)
        folder = self._home / f"{run.id}-{_session_of(history)}"
        state = _kept(run, folder, step)
        if state is None and self._want(run, folder, step, visitor):
            until = time.monotonic() + PATIENCE_SECONDS
            while state is None and time.monotonic() < until:
                time.sleep(0.005)
                state = _kept(run, folder, step)
        return state if state is not None else _how_far(run, folder, step)

    def path(
        self,
        run: Run,
        history: History,
        last: int,
        visitor: Visitor = AT_THE_MACHINE,
        *,
        steps: Sequence[int] | None = None,
    ) -> RunPath | Replaying:
        """The run's weights over time up to step `last`; or how far their replay has come.

        `steps` are as `nnlab.runs.rewind.path.path_of` takes them. Raises as `look` does, and
        NnlabError as `nnlab.runs.rewind.path.must_have_path`.
        """
        must_have(run, history, last)
        must_have_path(run, run.experiment)
        folder = self._home / f"{run.id}-{_session_of(history)}"
        kind = PATH if steps is None else FILM
        made = _file(folder, last, "pt", kind)
        if not made.exists() and self._want(run, folder, last, visitor, kind, steps):
            until = time.monotonic() + PATIENCE_SECONDS
            while not made.exists() and time.monotonic() < until:
                time.sleep(0.005)
        with contextlib.suppress(FileNotFoundError):
            return RunPath(**torch.load(made, weights_only=True))
        try:
            told = _file(folder, last, "progress", kind).read_text()
            done, total = map(int, told.split())
        except (FileNotFoundError, ValueError):
            done, total = 0, last - (run.meta.parent_step or 0)
        return Replaying(done, total)

    def _thin_home(self) -> None:
        """Make place for one more run's states: those that were made last stay."""
        newest = sorted(self._home.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in newest[MAX_RUNS - 1 :]:
            shutil.rmtree(old, ignore_errors=True)

    def _want(
        self,
        run: Run,
        folder: Path,
        step: int,
        visitor: Visitor,
        kind: str = "",
        steps: Sequence[int] | None = None,
    ) -> bool:
        """Whether this is the first look at the step. Raises NnlabError: the replay failed."""
        wanted = _file(folder, step, "wanted", kind)
        failed = wanted.with_suffix(".failed")
        with self._lock:
            if failed.exists():
                said = failed.read_text(encoding="utf-8")
                failed.unlink()
                wanted.unlink(missing_ok=True)
                raise NnlabError(said)
            is_first = not wanted.exists() or self._is_silent(wanted)
            if is_first and not self._has_place(visitor):
                return False
            if not folder.is_dir():
                self._thin_home()
                folder.mkdir()
            wanted.touch()
            if is_first:
                wanted.with_suffix(".progress").unlink(missing_ok=True)
                self._ordered[wanted] = time.time(), visitor
                self._hand_over(
                    {
                        "replay": str(folder),
                        "run": str(run.path.resolve()),
                        "step": step,
                        "kind": kind,
                        "steps": steps,
                        "data_dir": str(self._data_dir.resolve()),
                    }
                )
        return is_first

    def _has_place(self, visitor: Visitor) -> bool:
        """Whether one more may begin. Those that are over have removed what asked for them."""
        self._ordered = {
            wanted: order
            for wanted, order in self._ordered.items()
            if wanted.exists() and not wanted.with_suffix(".failed").exists()
        }
        under_way = [
            whose for wanted, (_at, whose) in self._ordered.items() if not self._is_silent(wanted)
        ]
        most = MAX_REPLAYS if visitor is AT_THE_MACHINE else MAX_EACH
        own = sum(other.key == visitor.key for other in under_way)
        return len(under_way) < MAX_REPLAYS and own < most

    def _is_silent(self, wanted: Path) -> bool:
        heard, _visitor = self._ordered.get(wanted, (0.0, AT_THE_MACHINE))
        with contextlib.suppress(FileNotFoundError):
            heard = wanted.with_suffix(".progress").stat().st_mtime
        return time.time() - heard > SILENT_SECONDS


def replay(order: Mapping[str, Any]) -> None:
    """Carry out an order in its process: replay, and write the state into the folder."""
    folder, step, kind = Path(order["replay"]), int(order["step"]), str(order.get("kind", ""))
    wanted = wanted_file(order)
    told = wanted.with_suffix(".progress")

    def on_way(done: int, total: int, state: State | None = None) -> None:
        try:
            is_forgotten = time.time() - wanted.stat().st_mtime > FORGOTTEN_SECONDS
        except FileNotFoundError:
            is_forgotten = True  # the server ended, and its folder went with it
        if is_forgotten:
            raise _ForgottenError
        write_text(told, f"{done} {total}")
        if state is not None:
            _keep(folder, state)

    try:
        run, data_dir = Run(Path(order["run"])), Path(order["data_dir"])
        if kind:
            path = path_of(run, step, data_dir, on_way=on_way, steps=order.get("steps"))
            _keep_path(wanted.with_suffix(".pt"), path)
        else:
            also = sorted(folder.glob("[0-9]*.pt"))
            state = state_at(run, step, data_dir, also=also, on_way=on_way)
            _keep(folder, state)
            thin_out(_file(folder, step, "pt"))
    except _ForgottenError:
        logger.info("nobody looks at step %d of %s any more", step, order["run"])
    except Exception as error:  # whatever it is, a person is waiting to hear of it
        if not isinstance(error, NnlabError):
            logger.exception("step %d of %s cannot be replayed", step, order["run"])
        fail(order, str(error) or type(error).__name__)
        return
    for left in (wanted, told):
        left.unlink(missing_ok=True)


def thin_out(newest: Path) -> None:
    """Make room for a file of a replay that has just been written: others of its kind go.

    Of the paths of a run only the newest of a kind stays; of its states those made last.
    """
    kind = newest.stem.rstrip("0123456789")
    if kind:
        for older in newest.parent.glob(f"{kind}*.pt"):
            if older != newest:
                older.unlink(missing_ok=True)
    else:
        _thin_states(newest.parent)


def fail(order: Mapping[str, Any], said: str) -> None:
    """Leave word of a replay that could not leave it itself."""
    with contextlib.suppress(FileNotFoundError):
        write_text(wanted_file(order).with_suffix(".failed"), said)


def wanted_file(order: Mapping[str, Any]) -> Path:
    """Return the file that a waiting session touches each time that it looks for the replay."""
    kind = str(order.get("kind", ""))
    return _file(Path(order["replay"]), int(order["step"]), "wanted", kind)


class _ForgottenError(Exception):
    """The replay was given up: nobody waits for it any more."""


def _session_of(history: History) -> str:
    """Another one where the run went on from an earlier step, and may have made others since."""
    started = history.started
    assert started is not None, "a run that has steps has started"
    return f"{started.step}-{started.seconds:.4f}"


def _file(folder: Path, step: int, suffix: str, kind: str = "") -> Path:
    return folder / f"{kind}{step:010d}.{suffix}"


def _kept(run: Run, folder: Path, step: int) -> State | None:
    for path in (run.path / FOLDER / f"{step:010d}.pt", _file(folder, step, "pt")):
        if path.exists():
            try:
                return load_checkpoint(path)
            except NnlabError:
                if path.exists():  # otherwise its writer has just thinned it out
                    raise
    return None


def _keep(folder: Path, state: State) -> None:
    path = _file(folder, state["step"], "pt")
    with contextlib.suppress(FileNotFoundError):
        write_whole(path, lambda temporary: torch.save(state, temporary))


def _keep_path(file: Path, path: RunPath) -> None:
    with contextlib.suppress(FileNotFoundError):
        write_whole(file, lambda temporary: torch.save(vars(path), temporary))
    thin_out(file)


def _thin_states(folder: Path) -> None:
    newest = sorted(folder.glob("[0-9]*.pt"), key=lambda path: path.stat().st_mtime, reverse=True)
    size = 0
    for place, path in enumerate(newest):
        size += path.stat().st_size
        if place and (place >= MAX_STATES or size > MAX_BYTES):
            path.unlink(missing_ok=True)


def _how_far(run: Run, folder: Path, step: int) -> Replaying:
    try:
        done, total = map(int, _file(folder, step, "progress").read_text().split())
    except (FileNotFoundError, ValueError):
        known = [*folder.glob("[0-9]*.pt"), *list_checkpoints(run.path)]
        before = [int(path.stem) for path in known if int(path.stem) <= step]
        done, total = 0, step - max(before, default=0)
    return Replaying(done, total)
