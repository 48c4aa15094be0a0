"""A recorded run's network and examples, read once for all who look."""

from pathlib import Path

from torch import Tensor, nn

from nnlab.runs.record.weight_files import FOLDER, LIVE
from nnlab.runs.recorded.layered import layered
from nnlab.runs.recorded.network import (
    RecordedNetwork,
    load_recorded,
    recorded_data,
    recorded_steps,
)
from nnlab.runs.recorded.record import DATA
from nnlab.runs.run import Run
from nnlab.ui.runtime.cache import answers
from nnlab.ui.runtime.snapshot import Snapshot, settled

SECONDS_BETWEEN = 5.0
"""While a loop is recorded, its newest network is looked at anew so often."""


class _Seen:
    """The key by which `settled` remembers a run."""


def recorded_moment(run: Run, step: int | None = None, *, moving: bool = False) -> Snapshot:
    """The network at a kept step; None: with its newest weights. `network` gives its raw outputs.

    While the loop goes on (`moving`), the newest is one of the last seconds.

    Raises as `load_recorded`.
    """
    if step is None and not (run.path / LIVE).exists():
        step = next(reversed(recorded_steps(run)), None)
    name = LIVE if step is None else f"{FOLDER}/{step:010d}.safetensors"

    def make() -> Snapshot:
        network = load_recorded(run, step)
        return Snapshot(network.step, nn.Sequential(network))

    moment = answers.get_or_make(("recorded_network", run.path, step, mark_of(run, name)), make)
    if step is not None:
        return moment
    seen = answers.get_or_make(("recorded_seen", run.path), _Seen)
    return settled(seen, moment, moving=moving, seconds=SECONDS_BETWEEN)


def layers_of(moment: Snapshot) -> Snapshot | None:
    """The same network built of the lab's layers, with gradients; None where it is not of them.

    Raises RunDamagedError: its record does not fit its weights.
    """

    def make(network: nn.Sequential) -> Snapshot | None:
        recorded = network[0]
        assert isinstance(recorded, RecordedNetwork)
        built = layered(recorded)
        return None if built is None else Snapshot(moment.step, built)

    return moment.cached("layers", make)


def recorded_examples(run: Run) -> tuple[Tensor, Tensor | None]:
    """The examples and their targets; those that hold no finite number are left out.

    Raises as `recorded_data`.
    """

    def make() -> tuple[Tensor, Tensor | None]:
        x, y = recorded_data(run)
        good = x.flatten(1).isfinite().all(1) if x.dim() > 1 else x.isfinite()
        if y is not None:
            good &= y.reshape(len(y), -1).isfinite().all(1)
        return x[good], None if y is None else y[good]

    return answers.get_or_make(("recorded_data", run.path, mark_of(run, DATA)), make)


def mark_of(run: Run, name: str) -> tuple[int, int]:
    """Another one whenever a file of the run was written."""
    path: Path = run.path / name
    try:
        stat = path.stat()
    except OSError:  # said by who reads it
        return 0, 0
    return stat.st_mtime_ns, stat.st_size
