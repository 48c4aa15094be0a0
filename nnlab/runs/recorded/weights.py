"""The weights and gradients that a recorded run keeps, read from files that may be anybody's."""

import contextlib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from torch import Tensor

from nnlab.errors import NnlabError, RunDamagedError
from nnlab.files import open_plain
from nnlab.runs.record.weight_files import FOLDER, LIVE
from nnlab.runs.recorded.record import GRADIENT
from nnlab.runs.run import Run
from nnlab.texts import _

MOST_BYTES = 160 * 2**20
"""Limit for a file: the weights of the largest network examined, their gradients, the header."""
MOST_TENSORS = 20_000
MOST_FILES = 1000
FLOATS = frozenset({"F16", "BF16", "F32", "F64"})
KEPT = re.compile(r"(\d{10})\.safetensors")


@dataclass(frozen=True)
class RecordedWeights:
    """A network's tensors at one step, on the CPU, by the names of its `state_dict`."""

    step: int
    weights: dict[str, Tensor]
    gradients: dict[str, Tensor]
    """Gradients by the names of the parameters; empty where none were kept."""


def recorded_steps(run: Run) -> list[int]:
    """The steps of which weights are kept, ascending; the newest weights may be newer."""
    try:
        names = [path.name for path in (run.path / FOLDER).iterdir()]
    except OSError:  # none yet
        return []
    steps = [int(found[1]) for name in names if (found := KEPT.fullmatch(name))]
    return sorted(steps)[-MOST_FILES:]


def load_weights(run: Run, step: int | None = None) -> RecordedWeights:
    """The tensors of a kept step; None: the newest that there are.

    Raises:
        RunDamagedError: the file cannot be read, or is larger than any that is looked at.
        NnlabError: there are none of that step, or none at all yet.
    """
    if step is None:
        newest = _read(run, run.path / LIVE, None)
        if newest is not None:
            return newest
        step = next(reversed(recorded_steps(run)), None)
        if step is None:
            raise NnlabError(
                _("The run {run} has no weights yet: its first step brings them.", run=run.id)
            )
    kept = _read(run, _path(run, step), step)
    if kept is None:
        raise NnlabError(
            _(
                "The run {run} keeps no weights of step {step:,}: choose another step.",
                run=run.id,
                step=step,
            )
        )
    return kept


def tensor_sizes(run: Run, step: int) -> dict[str, int]:
    """How many numbers each tensor of a kept step holds; empty where it is no longer kept.

    Gradients are among them (`GRADIENT` before the name), tensors of whole numbers are not.

    Raises RunDamagedError: the file cannot be read.
    """
    with _opened(run, _path(run, step)) as tensors:
        if tensors is None:
            return {}
        places = {name: tensors.get_slice(name) for name in tensors.keys()}  # noqa: SIM118
        return {
            name: math.prod(place.get_shape())
            for name, place in places.items()
            if place.get_dtype() in FLOATS
        }


def load_tensor(run: Run, step: int, name: str) -> Tensor | None:
    """One tensor of a kept step; None where that step, or that tensor of it, is not kept.

    Raises RunDamagedError: the file cannot be read.
    """
    with _opened(run, _path(run, step)) as tensors:
        if tensors is None or name not in tensors.keys():  # noqa: SIM118
            return None
        return tensors.get_tensor(name)


def _path(run: Run, step: int) -> Path:
    return run.path / FOLDER / f"{step:010d}.safetensors"


def _read(run: Run, path: Path, step: int | None) -> RecordedWeights | None:
    """None where there is no such file. A step of None is what the file says."""
    with _opened(run, path) as tensors:
        if tensors is None:
            return None
        if step is None:
            step = int((tensors.metadata() or {}).get("step", 0))
        found = {name: tensors.get_tensor(name) for name in tensors.keys()}  # noqa: SIM118
    weights = {name: value for name, value in found.items() if not name.startswith(GRADIENT)}
    gradients = {
        name.removeprefix(GRADIENT): value
        for name, value in found.items()
        if name.startswith(GRADIENT)
    }
    return RecordedWeights(max(step, 0), weights, gradients)


@contextlib.contextmanager
def _opened(run: Run, path: Path) -> Iterator[Any]:
    """The file, its size bounded; None where there is none. What goes wrong within is its fault."""
    try:
        if not path.exists():
            yield None
            return
        with open_plain(path) as file:
            if file.seek(0, 2) > MOST_BYTES:
                raise SafetensorError(_("more than {most} MB", most=MOST_BYTES // 2**20))
        with safe_open(path, framework="pt") as tensors:
            if len(tensors.keys()) > MOST_TENSORS:
                raise SafetensorError(_("more than {most:,} tensors", most=MOST_TENSORS))
            yield tensors
    except (SafetensorError, ValueError, OSError) as error:
        raise RunDamagedError(
            _(
                "The weights {file} of run {run} cannot be read ({error}): delete that file, or"
                " look at another step.",
                file=path.name,
                run=run.id,
                error=error,
            )
        ) from error
