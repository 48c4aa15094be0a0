"""Whether a run fits in memory, told before anything is allocated."""

import math
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil
import torch

from nnlab.config import Experiment, Features, Flatten, Normalize
from nnlab.config.data import Data
from nnlab.config.stacks import Stack, stacks_of
from nnlab.config.sweep import Sweep
from nnlab.data.description import describe
from nnlab.data.registry import sizes
from nnlab.errors import InvalidExperimentError
from nnlab.texts import _
from nnlab.training.check import Plan, plan
from nnlab.training.machine import control_groups
from nnlab.training.metrics import CHUNK

FLOAT = 4
"""Bytes of a number."""
COPIES = {"sgd": 2, "adam": 4, "adamw": 4, "rmsprop": 3}
"""Numbers kept for each parameter: itself, its gradient, and what the optimizer remembers."""


def free_memory(device: torch.device | None = None) -> int:
    """Bytes that this process could still take.

    Of the accelerator; else of this machine, its container, and what a worker may take.
    """
    if device is not None and device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    return int(min(control_groups.free(), _left_of_own()))


def total_memory() -> int:
    """Bytes of this machine, or of the container that it runs in."""
    return int(min(psutil.virtual_memory().total, control_groups.limit()))


def data_must_fit_in_memory(data: Data, free: int) -> None:
    """Refuse data that cannot be loaded into `free` bytes.

    Raises:
        InvalidExperimentError: names how much it needs, and the mend.
        NnlabError: the data cannot be trained on at all (`nnlab.data.registry.sizes`).
    """
    needed = FLOAT * sum(sizes(data)) * math.prod(describe(data).input_shape)
    if needed > free:
        raise InvalidExperimentError(
            _(
                "The data need {needed} of memory, and {free} are free: take fewer examples, or"
                " wait until other runs have ended.",
                needed=_gigabytes(needed),
                free=_gigabytes(free),
            )
        )


def must_fit_in_memory(experiment: Experiment, planned: Plan, free: int) -> None:
    """Refuse a network or a batch that cannot fit into `free` bytes.

    The estimate is a lower bound, so nothing trainable is refused: of a step the parameters with
    their gradients and the optimizer's state, the batch, and every layer's output for the backward
    pass; of an evaluation input and output of the widest layer.

    Raises:
        InvalidExperimentError: names what does not fit, how much it needs, and the fix.
    """
    copies = COPIES[experiment.training.optimizer.kind]
    network = FLOAT * planned.parameters * copies
    if network > free:
        raise InvalidExperimentError(
            _(
                "The network's {parameters:,} parameters need {needed} of memory"
                " with their gradients and what {kind} keeps of them,"
                " and {free} are free: take smaller layers.",
                parameters=planned.parameters,
                needed=_gigabytes(network),
                kind=experiment.training.optimizer.kind,
                free=_gigabytes(free),
            )
        )
    example = FLOAT * (
        _inputs(experiment, planned) + sum(math.prod(row.output_shape) for row in planned.rows)
    )
    _batch_must_fit(planned, example, free - network)
    evaluation = _evaluation(planned)
    if network // copies + evaluation > free:
        raise InvalidExperimentError(
            _(
                "An evaluation does not fit in memory: {count:,} examples at once need {needed}"
                " in the widest layer, and {free} are free: take smaller layers, or pool the"
                " pictures.",
                count=CHUNK,
                needed=_gigabytes(evaluation),
                free=_gigabytes(max(0, free - network // copies)),
            )
        )


def _batch_must_fit(planned: Plan, example: int, free: int) -> None:
    """Refuse a batch whose layer outputs, `example` bytes each, exceed `free` bytes."""
    step = example * planned.batch_size
    if step <= free:
        return
    most = free // example
    raise InvalidExperimentError(
        _(
            "A batch does not fit in memory: the layers' outputs for training.batch_size"
            " {batch_size:,} need {needed}, and {free} are"
            " free: {fix}.",
            batch_size=planned.batch_size,
            needed=_gigabytes(step),
            free=_gigabytes(free),
            fix=_("set it to at most {most:,}", most=most)
            if most
            else _("take smaller layers, or pool the pictures"),
        )
    )


def sweep_must_fit_in_memory(
    sweep: Sweep, free: int, stacks: Sequence[Stack] | None = None
) -> None:
    """Refuse a sweep whose networks cannot be trained together in `free` bytes.

    As of one network, what it reckons with is less than what training really takes: all parameters
    with their gradients and the optimizer's numbers, each data set once, and the outputs of all
    layers in a step of the largest stack. `stacks`: those of the sweep that train here, where
    some train elsewhere.

    Raises:
        InvalidExperimentError: names how much it needs, and the mend; or a network does not fit its
            data; or an axis leads nowhere.
        NnlabError: data that cannot be trained on at all.
    """
    stacks = stacks_of(sweep.nets) if stacks is None else stacks
    nets = [sweep.nets[number] for stack in stacks for number in stack.nets]
    data = {net.experiment.data.model_dump_json(): net.experiment.data for net in nets}
    loaded = FLOAT * sum(
        sum(sizes(one)) * math.prod(describe(one).input_shape) for one in data.values()
    )
    kept = widest = 0
    for stack in stacks:
        experiment, count = stack.experiment, len(stack.nets)
        planned = plan(experiment, describe(experiment.data), sizes(experiment.data)[0])
        kept += FLOAT * planned.parameters * COPIES[experiment.training.optimizer.kind] * count
        outputs = sum(math.prod(row.output_shape) for row in planned.rows)
        widest = max(widest, FLOAT * outputs * planned.batch_size * count)
    needed = loaded + kept + widest
    if needed > free:
        raise InvalidExperimentError(
            _(
                "The {count:,} networks of this sweep need {needed} of memory together ({weights}"
                " for their weights, {outputs} for a step, {data} for their data), and {free} are"
                " free: take fewer or smaller networks, or a smaller training.batch_size.",
                count=len(nets),
                needed=_gigabytes(needed),
                weights=_gigabytes(kept),
                outputs=_gigabytes(widest),
                data=_gigabytes(loaded),
                free=_gigabytes(free),
            )
        )


def _inputs(experiment: Experiment, planned: Plan) -> int:
    """Numbers of an example that a step takes out of the data before the first layer.

    None where the batch is all the data. Where the first layer learns nothing it was applied to the
    data beforehand, and its output is counted with the others.
    """
    first = planned.rows[0]
    is_fixed = isinstance(first.layer, Features | Normalize | Flatten)
    if planned.steps_per_epoch == 1 or (is_fixed and experiment.training.augment is None):
        return 0
    return math.prod(first.input_shape)


def _evaluation(planned: Plan) -> int:
    """Bytes in the widest place of an evaluation, where as many examples go through at once."""
    train_size = (planned.steps_per_epoch - 1) * planned.batch_size + 1  # at the least
    widest = max(math.prod(row.input_shape) + math.prod(row.output_shape) for row in planned.rows)
    return FLOAT * min(CHUNK, train_size) * widest


def _left_of_own() -> float:
    """Return the memory left within this process's own limit, infinite without one.

    A worker sets one: `nnlab.runs.workers.memory_limit`.
    """
    if not sys.platform.startswith("linux"):
        return math.inf
    import resource

    limit, _most = resource.getrlimit(resource.RLIMIT_DATA)
    if limit == resource.RLIM_INFINITY:
        return math.inf
    return max(0, limit - data_bytes())


def data_bytes() -> int:
    """Return this process's memory as `RLIMIT_DATA` counts it. Linux only."""
    return status_bytes("VmData")


def status_bytes(field: str, pid: int | str = "self") -> int:
    """A size that Linux tells of a process (proc(5), /proc/pid/status); 0 where it tells none.

    Raises:
        OSError: there is no such process.
    """
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    return 0


def _gigabytes(size: float) -> str:
    return f"{size / 1e9:,.1f} GB"
