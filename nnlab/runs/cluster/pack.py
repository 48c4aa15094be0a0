"""The files of a run that a node needs to go on with it, or to replay a step of it."""

import contextlib
import io
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import ValidationError

from nnlab.errors import NnlabError, RunDamagedError, RunNotFoundError
from nnlab.files import open_plain, read_plain, write_bytes
from nnlab.runs.record import log
from nnlab.runs.record.checkpoints import (
    load_checkpoint,
    load_newest_readable,
    load_sweep_checkpoint,
    set_aside,
)
from nnlab.runs.record.weight_files import FOLDER, list_checkpoints
from nnlab.runs.run import EXPERIMENT, META, MOST_BYTES, SWEEP, Run
from nnlab.runs.workers.worker import resumed_note
from nnlab.texts import _
from nnlab.training.events import Event, from_line

END_BYTES = log.TAIL_BYTES + log.LINE_BYTES
"""Bytes of the events' end, which tell the run's state."""
OF_REPLAY = b'"fit_started"', b'"control_applied"', b'"checkpoint_saved"'
"""Types of events that say how a run came to a step (`nnlab.runs.record.history.History`)."""
REPLAYS = "replays"
"""The folder beside a run directory on a node for states that are replayed there."""
NAME = re.compile(r"[\w-][\w.-]{0,120}")
"""Name of a run or a file, without a folder."""


@dataclass(frozen=True)
class Pack:
    """The files from which `unpack` makes a run directory. Picklable; plain bytes only."""

    run: str
    """The run's id: the name of its directory."""
    files: dict[str, bytes]
    """Files by their names in the run directory, without the controls: the sender says which lines
    the run begins with."""
    replayed: dict[str, bytes] = field(default_factory=dict)
    """States of earlier replays, by their names in the folder of replays."""
    note: str | None = None
    """A note for the run's `fit_started` event."""

    @property
    def nbytes(self) -> int:
        """The total size of the files."""
        return sum(len(data) for data in (*self.files.values(), *self.replayed.values()))

    def newest(self) -> Event | None:
        """The run's newest event, None where it has not begun."""
        events = []
        for line in self.files.get(log.EVENTS_FILE, b"").split(b"\n"):
            with contextlib.suppress(ValidationError):  # an empty one, or one cut short
                events.append(from_line(line))
        return log.newest(events)


def pack_run(run: Run) -> Pack:
    """Return the files a run needs to start, or to continue from its newest readable checkpoint.

    For who holds its lock. Newer checkpoints, which cannot be read, are set aside, and the pack's
    `note` says so. Where none can be read at all, one of those goes with it, so that the run says
    itself why it fails.

    Raises:
        RunNotFoundError: it was deleted.
        RunDamagedError: its sweep or events cannot be read.
        RunTooNewError: a later nnlab wrote its events.
        OSError: a damaged checkpoint cannot be set aside.
    """
    many = run.sweep
    log.read_head_and_tail(run.path)
    files = _described(run) | {log.EVENTS_FILE: _end_of_events(run)}
    loaded = load_checkpoint if many is None else load_sweep_checkpoint
    try:
        state, unreadable = load_newest_readable(run.path, loaded)
    except RunDamagedError:
        return Pack(run.id, files | _checkpoint(list_checkpoints(run.path)[0]))
    if state is None:
        return Pack(run.id, files)
    for path in unreadable:
        set_aside(path)
    newest = run.path / FOLDER / f"{state['step']:010d}.pt"
    note = resumed_note(unreadable, state["step"])
    return Pack(run.id, files | _checkpoint(newest), note=note)


def pack_replay(order: Mapping[str, Any]) -> Pack:
    """Return the files a node needs for an order of `nnlab.runs.rewind.past`. The run may train.

    Of a step the nearest state before it, of a path all checkpoints on its way.

    Raises:
        RunNotFoundError: it was deleted.
        OSError: a file cannot be read.
    """
    run, folder, last = Run(Path(order["run"])), Path(order["replay"]), int(order["step"])
    files = _described(run) | {log.EVENTS_FILE: _events_of_replay(run)}
    if order.get("kind"):
        all_kept = list_checkpoints(run.path)
        on_way = [path for path in all_kept if int(path.stem) <= last] or all_kept[:1]
        for path in on_way:
            with contextlib.suppress(FileNotFoundError):  # its worker has just thinned it out
                files |= _checkpoint(path)
        return Pack(run.id, files)
    made = list(folder.glob("[0-9]*.pt"))
    earlier = [path for path in (*made, *list_checkpoints(run.path)) if int(path.stem) <= last]
    for path in sorted(earlier, key=lambda path: int(path.stem), reverse=True):
        with contextlib.suppress(FileNotFoundError):
            if path.parent == folder:
                return Pack(run.id, files, replayed={path.name: path.read_bytes()})
            return Pack(run.id, files | _checkpoint(path))
    return Pack(run.id, files)


def unpack(pack: Pack, folder: Path) -> Run:
    """Lay a run out in an empty folder of a node: `folder/ID` and `folder/replays`.

    Raises:
        NnlabError: a name that leads elsewhere.
        OSError: there is no room.
    """
    run, replays = Run(folder / pack.run), folder / REPLAYS
    names = [pack.run, *pack.replayed, *(name.removeprefix(f"{FOLDER}/") for name in pack.files)]
    for name in names:
        if not NAME.fullmatch(name):
            raise NnlabError(
                _(
                    "A run came to this node with a file {name!a}, which no run has: start the"
                    " same nnlab on all nodes.",
                    name=name[:100],
                )
            )
    (run.path / FOLDER).mkdir(parents=True)
    replays.mkdir()
    for name, data in pack.files.items():
        write_bytes(run.path / name, data)
    for name, data in pack.replayed.items():
        write_bytes(replays / name, data)
    return run


def _described(run: Run) -> dict[str, bytes]:
    """Return the files that describe a run: its experiment or sweep, and `meta.json`."""
    if not run.path.is_dir():
        raise RunNotFoundError(_("The run {run} was deleted.", run=run.id))
    run.must_be_of_the_lab()
    files = {}
    for name in (EXPERIMENT, SWEEP, META):
        with contextlib.suppress(FileNotFoundError):
            files[name] = read_plain(run.path / name, MOST_BYTES + 1)
    return files


def _checkpoint(path: Path) -> dict[str, bytes]:
    return {f"{FOLDER}/{path.name}": path.read_bytes()}


def _end_of_events(run: Run) -> bytes:
    """The first event and the last ones as they stand, a line that a crash cut short among them."""
    with _events(run) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        if size <= END_BYTES:
            return _read(file, size)
        first = _read(file, log.LINE_BYTES).partition(b"\n")[0]
        file.seek(size - END_BYTES)
        end = _read(file, END_BYTES).partition(b"\n")[2]
        return first + b"\n" + end


def _events_of_replay(run: Run) -> bytes:
    """How the run came to its steps, and the end. Between them are figures, most of the file."""
    kept = []
    with _events(run) as file:
        start = file.seek(0, os.SEEK_END) - log.TAIL_BYTES
        file.seek(0)
        at, rest = 0, b""
        while data := file.read(log.PIECE_BYTES):
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                at += len(line) + 1
                if at > start or any(kind in line for kind in OF_REPLAY):
                    kept.append(line + b"\n")
    return b"".join(kept)


def _events(run: Run) -> BinaryIO:
    try:
        return open_plain(run.path / log.EVENTS_FILE)
    except FileNotFoundError:  # it has not begun
        return io.BytesIO()


def _read(file: BinaryIO, most: int) -> bytes:
    """A file without a buffer may give less at once than there is."""
    data = b""
    while len(data) < most and (more := file.read(most - len(data))):
        data += more
    return data
