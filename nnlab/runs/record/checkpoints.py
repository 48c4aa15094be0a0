"""Weights on disk: the newest for viewers, full states to go on from.

Nothing here unpickles code.
"""

import io
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

import torch
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save
from torch import Tensor

from nnlab.errors import RunDamagedError
from nnlab.files import open_plain, write_bytes
from nnlab.runs.record.thinning import MAX_FILES, thin
from nnlab.runs.record.weight_files import BEST, DAMAGED, FOLDER, LIVE, list_checkpoints
from nnlab.texts import _
from nnlab.training.ensemble.sweep_fit import SweepState
from nnlab.training.state import State

STEP_AND_SECONDS = frozenset({"step", "seconds"})
"""Keys of every full state, of one network or of a sweep."""

Saved = TypeVar("Saved")


def save_live(run: Path, weights: dict[str, Tensor], step: int) -> None:
    """Overwrite the newest weights, which lie on the CPU.

    Raises:
        OSError: there is no room, or no right to write.
    """
    write_bytes(run / LIVE, live_bytes(weights, step))


def live_bytes(weights: dict[str, Tensor], step: int) -> bytes:
    """Return the content of `live.safetensors` for weights on the CPU."""
    # The same bytes as safetensors.torch makes, in a quarter of the time: it is done 30 times a
    # second.
    arrays = {name: value.contiguous().numpy() for name, value in weights.items()}
    return save(arrays, {"step": str(step)})


def load_live(run: Path) -> tuple[int, dict[str, Tensor]] | None:
    """The newest weights and their step, None where there are none yet.

    Raises:
        RunDamagedError: the file cannot be read.
    """
    try:
        open_plain(run / LIVE).close()  # a pipe would be waited for
        with safe_open(run / LIVE, framework="pt") as file:
            step = int((file.metadata() or {}).get("step", 0))
            return step, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except FileNotFoundError:
        return None
    except (SafetensorError, ValueError, OSError) as error:
        raise RunDamagedError(
            _(
                "The newest weights of run {run} cannot be read ({error}): resume the run from a"
                " checkpoint, or delete it.",
                run=run.name,
                error=error,
            )
        ) from error


def save_checkpoint(run: Path, state: State | SweepState) -> str:
    """Keep a full state, on the disk itself; thin out the older ones. Returns its file name.

    Raises:
        OSError: there is no room, or no right to write. What was kept before is still there.
    """
    folder = run / FOLDER
    folder.mkdir(exist_ok=True)
    path = folder / f"{state['step']:010d}.pt"
    write_bytes(path, _serialised(state), durable=True)
    thin_out(folder)
    return path.name


def save_best(run: Path, state: State) -> str:
    """Keep a full state as the best one. Returns its file name. Raises as `save_checkpoint`."""
    (run / FOLDER).mkdir(exist_ok=True)
    write_bytes(run / FOLDER / BEST, _serialised(state), durable=True)
    return BEST


def _serialised(state: State | SweepState) -> memoryview:
    buffer = io.BytesIO()
    torch.save(state, buffer)
    return buffer.getbuffer()  # no copy: a large network's would be large


def load_checkpoint(path: Path, *, mmap: bool = False) -> State:
    """The full state that a file holds. With `mmap` its tensors are read where they are used.

    Raises:
        RunDamagedError: the file is cut short, altered, or no checkpoint.
    """
    return cast(State, _load(path, State.__required_keys__, mmap=mmap))


def load_sweep_checkpoint(path: Path) -> SweepState:
    """The full state of all networks that a sweep's file holds. Raises as `load_checkpoint`."""
    return cast(SweepState, _load(path, SweepState.__required_keys__))


def _load(path: Path, needed: frozenset[str], *, mmap: bool = False) -> Mapping[str, Any]:
    try:
        if path.exists() and not path.is_file():
            raise IsADirectoryError  # or a pipe, which would be waited for
        state = torch.load(path, weights_only=True, map_location="cpu", mmap=mmap)
    except MemoryError:
        raise  # which says nothing of the file
    except Exception as error:  # a damaged byte can make torch raise nearly anything
        raise RunDamagedError(
            _(
                "The checkpoint {file} of run {run} cannot be read ({error}): delete that file and"
                " go on from an earlier one.",
                file=path.name,
                run=path.parent.parent.name,
                error=type(error).__name__,
            )
        ) from error
    if not isinstance(state, dict) or not needed <= state.keys():
        raise RunDamagedError(
            _("{path} is not a checkpoint of a run: delete that file.", path=path)
        )
    return state


def load_newest(run: Path) -> State | None:
    """The newest full state that can be read, None where there is none at all.

    Raises:
        RunDamagedError: there are checkpoints, and none can be read.
    """
    return load_newest_readable(run, load_checkpoint)[0]


def load_newest_readable(
    run: Path, load: Callable[[Path], Saved]
) -> tuple[Saved | None, list[Path]]:
    """The newest full state that `load` can read, and the newer ones that it cannot.

    Raises:
        RunDamagedError: there are checkpoints, and none can be read.
    """
    unreadable: list[Path] = []
    damaged: RunDamagedError | None = None
    for path in reversed(list_checkpoints(run)):
        try:
            return load(path), unreadable
        except RunDamagedError as error:
            damaged = error
            unreadable.append(path)
    if damaged is not None:
        raise damaged
    return None, unreadable


def set_aside(path: Path) -> None:
    """Rename a damaged checkpoint, so that it does not pass for the newest. Nothing is removed.

    Raises:
        OSError: its bytes cannot be had (no right to read, a disk that fails), so that it may be
            whole after all; or it cannot be renamed.
    """
    path.read_bytes()
    path.replace(path.with_name(path.name + DAMAGED))


def thin_out(folder: Path) -> None:
    """Drop those checkpoints of a folder that are missed least (`nnlab.runs.record.thinning`).

    A damaged one is neither seen nor counted. The first stays, since a branch begins with it.
    """
    seconds = {path: _seconds_at(path) for path in sorted(folder.glob("[0-9]*.pt"))}
    thin([(path, after) for path, after in seconds.items() if after is not None])


def _seconds_at(path: Path) -> float | None:
    """The seconds of training before this checkpoint; None where it cannot be read."""
    stat = path.stat()
    return _read_seconds(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=400 * MAX_FILES)  # a server of a cluster keeps those of all runs: 25 MB
def _read_seconds(path: Path, _modified: int, _size: int) -> float | None:
    try:
        return _load(path, STEP_AND_SECONDS, mmap=True)["seconds"]
    except RunDamagedError:
        return None
