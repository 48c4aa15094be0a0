"""The weights and gradients that a recorded run keeps, read from files that may be anybody's."""

import re
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open
from torch import Tensor

from nnlab.errors import NnlabError, RunDamagedError
from nnlab.files import open_plain
from nnlab.runs.record.weight_files import FOLDER, LIVE
from nnlab.runs.recorded.record import GRADIENT
from nnlab.runs.run import Run
from nnlab.texts import _

MOST_BYTES = 160 * 2**20
"""Of a file: the weights of the largest network that is looked at, their gradients, its head."""
MOST_FILES = 1000
KEPT = re.compile(r"(\d{10})\.safetensors")


@dataclass(frozen=True)
class RecordedWeights:
    """A network's tensors at one step, on the CPU, by the names of its `state_dict`."""

    step: int
    weights: dict[str, Tensor]
    gradients: dict[str, Tensor]
    """By the names of the parameters; empty where none were kept."""


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
    kept = _read(run, run.path / FOLDER / f"{step:010d}.safetensors", step)
    if kept is None:
        raise NnlabError(
            _(
                "The run {run} keeps no weights of step {step:,}: choose another step.",
                run=run.id,
                step=step,
            )
        )
    return kept


def _read(run: Run, path: Path, step: int | None) -> RecordedWeights | None:
    """None where there is no such file. A step of None is what the file says."""
    try:
        with open_plain(path) as file:
            if file.seek(0, 2) > MOST_BYTES:
                raise SafetensorError(_("more than {most} MB", most=MOST_BYTES // 2**20))
        with safe_open(path, framework="pt") as tensors:
            if step is None:
                step = int((tensors.metadata() or {}).get("step", 0))
            found = {name: tensors.get_tensor(name) for name in tensors.keys()}  # noqa: SIM118
    except FileNotFoundError:
        return None
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
    weights = {name: value for name, value in found.items() if not name.startswith(GRADIENT)}
    gradients = {
        name.removeprefix(GRADIENT): value
        for name, value in found.items()
        if name.startswith(GRADIENT)
    }
    return RecordedWeights(max(step, 0), weights, gradients)
