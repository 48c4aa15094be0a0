"""Whether a step fits in memory, told before anything is allocated."""

import math
from pathlib import Path

import psutil
import torch

from nnlab.config import Experiment
from nnlab.errors import InvalidExperimentError
from nnlab.texts import _
from nnlab.training.check import Plan

FLOAT = 4
"""Bytes of a number."""
CGROUP = Path("/sys/fs/cgroup")
COPIES = {"sgd": 2, "adam": 4, "adamw": 4, "rmsprop": 3}
"""Numbers kept for each parameter: itself, its gradient, and what the optimizer remembers."""


def free_memory(device: torch.device | None = None) -> int:
    """Bytes that a run could still take: of the accelerator, else of this machine or container."""
    if device is not None and device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    return int(min(psutil.virtual_memory().available, _left_in_container()))


def must_fit_in_memory(experiment: Experiment, planned: Plan, free: int) -> None:
    """Refuse a network or a batch that cannot fit into `free` bytes.

    What it reckons with is less than what a step really takes: the parameters with their gradients
    and the optimizer's numbers, and for the backward pass the output of every layer. So nothing is
    refused that could be trained.

    Raises:
        InvalidExperimentError: names what does not fit, how much it needs, and the mend.
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
    example = FLOAT * sum(math.prod(row.output_shape) for row in planned.rows)
    step = example * planned.batch_size
    if network + step > free:
        most = (free - network) // example
        mend = (
            _("set it to at most {most:,}", most=most)
            if most
            else _("take smaller layers, or pool the pictures")
        )
        raise InvalidExperimentError(
            _(
                "A batch does not fit in memory: the layers' outputs for training.batch_size"
                " {batch_size:,} need {needed}, and {free} are"
                " free: {mend}.",
                batch_size=planned.batch_size,
                needed=_gigabytes(step),
                free=_gigabytes(free - network),
                mend=mend,
            )
        )


def _left_in_container() -> float:
    """What the control group of this process leaves, infinite where there is no limit."""
    try:
        limit = (CGROUP / "memory.max").read_text(encoding="ascii").strip()
        used = int((CGROUP / "memory.current").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return math.inf
    return math.inf if limit == "max" else max(int(limit) - used, 0)


def _gigabytes(size: float) -> str:
    return f"{size / 1e9:,.1f} GB"
