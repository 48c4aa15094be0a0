"""A Ray cluster of this machine with a launcher on it, and what its bridge takes."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from nnlab.runs.engine import launcher_of
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings
from tests.runs.cluster.ray_cluster import RayCluster

BRIDGE = "nnlab.runs.cluster.bridge"
PATIENCE = 120.0
WARM_SECONDS = 8.0
"""After its nodes are known, until each has a process ready for the next run."""


@dataclass(frozen=True)
class Lab:
    """Where runs train on a cluster."""

    launcher: LocalLauncher
    bridge: psutil.Process
    nodes: int


@dataclass(frozen=True)
class Taken:
    """The resources a process has used so far."""

    seconds: float
    """Of the processor, in which it ran and the system for it."""
    written: int
    """Bytes that it wrote into files; 0 where the system does not say."""


@contextmanager
def cluster_lab(runs_dir: Path, nodes: int, cpus: int = 1) -> Iterator[Lab]:
    """A head and so many nodes of so many cores each, on 127.0.0.1, and a launcher on them.

    Raises:
        TimeoutError: they do not come up.
    """
    cluster = RayCluster()
    try:
        for _ in range(nodes):
            cluster.add(cpus)
        before = {process.pid for process in _bridges()}
        settings = Settings(runs_dir=runs_dir, engine="ray", ray_address=cluster.address)
        launcher = launcher_of(settings)
        try:
            _until_ready(launcher, nodes)
            (bridge,) = [process for process in _bridges() if process.pid not in before]
            yield Lab(launcher, bridge, nodes)
        finally:
            launcher.close()
    finally:
        cluster.close()


def taken(process: psutil.Process) -> Taken:
    """Return the resources it has used so far."""
    times = process.cpu_times()
    written = process.io_counters().write_chars if sys.platform.startswith("linux") else 0
    return Taken(times.user + times.system, written)


def _until_ready(launcher: LocalLauncher, nodes: int) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        seen = launcher.overview()
        usable = [one for one in seen.machines if one.refused is None and one.cpus]
        if seen.down is None and len(usable) == nodes:
            time.sleep(WARM_SECONDS)
            return
        if time.monotonic() > until:
            raise TimeoutError(f"{len(usable)} of {nodes} nodes: {seen}")
        time.sleep(0.1)


def _bridges() -> list[psutil.Process]:
    children = psutil.Process(os.getpid()).children(recursive=True)
    return [child for child in children if BRIDGE in child.cmdline()]
