"""A run's needs on a cluster: cores, GPUs, threads, and the number of nodes it may use."""

import math
from dataclasses import dataclass

from nnlab.config import Experiment
from nnlab.config.stacks import stacks_of
from nnlab.config.sweep import Sweep
from nnlab.errors import NnlabError
from nnlab.runs.cluster.placing import Need, Nodes
from nnlab.settings import Settings

GRAIN = 10_000
"""Ray counts in ten-thousandths: a share of a core is rounded down to them, so that all fit."""


@dataclass(frozen=True)
class Size:
    """The size of a run, known before it has a node."""

    is_small: bool
    """One thread is fastest for it, and a processor faster than an accelerator."""
    threads: int | None
    """Threads that the experiment asks for; None: not said."""
    parts: int = 1
    """Stacks of a sweep that may train apart."""


def size_of(experiment: Experiment, sweep: Sweep | None) -> Size:
    """The size of a run. One that cannot be planned counts as small: it says itself what is wrong.

    Imports PyTorch, which a server has loaded by the time that somebody trains.
    """
    from nnlab.training.machine.device import SMALL_FLOPS

    stacks = [(experiment, 1)]
    if sweep is not None and sweep.search is None:
        stacks = [(stack.experiment, len(stack.nets)) for stack in stacks_of(sweep.nets)]
    threads = [one.training.threads for one, _count in stacks if one.training.threads is not None]
    flops = [(_step_flops(one), count) for one, count in stacks]
    # A process on another node takes three seconds to begin, and each round a message there and
    # back: networks of the plane are done before that pays.
    is_tiny = sum(step * count for step, count in flops) < SMALL_FLOPS
    return Size(
        is_small=all(step < SMALL_FLOPS for step, _count in flops),
        threads=max(threads, default=None),
        parts=1 if is_tiny else len(stacks),
    )


def need_of(size: Size, nodes: Nodes, settings: Settings, most_threads: int | None = None) -> Need:
    """Return a run's needs, at most what the largest of these nodes has.

    `most_threads` are those that a step may compute in; None: all cores of its node.
    """
    largest = nodes.largest
    cores = max(1, int(largest.cpus)) if largest is not None else 1
    threads = size.threads or (1 if size.is_small else min(cores, most_threads or cores))
    cpus = float(threads)
    if size.is_small and threads == 1:
        cpus = share_of(settings.runs_a_core)
    gpus = 0.0
    if settings.device == "cuda" or (
        settings.device == "auto" and not size.is_small and nodes.has_gpus
    ):
        gpus, threads = share_of(settings.runs_a_gpu), size.threads or 1
        cpus = float(threads)
    return nodes.cut(Need(cpus, gpus, threads, size.parts))


def device_of(need: Need, settings: Settings) -> str:
    """Return the device named in the order of a run."""
    if need.gpus > 0:
        return "cuda"
    return "cpu" if settings.device == "auto" else settings.device


def share_of(count: int) -> float:
    """Return the share of a core or GPU that `count` runs share."""
    return math.floor(GRAIN / count) / GRAIN


def _step_flops(experiment: Experiment) -> int:
    from nnlab.data.description import describe
    from nnlab.data.registry import sizes
    from nnlab.training.check import plan

    data = experiment.data
    try:
        return plan(experiment, describe(data), sizes(data)[0]).step_flops
    except NnlabError:
        return 0
