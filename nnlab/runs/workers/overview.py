"""All runs of a server that train or wait, as its administrator sees them."""

from dataclasses import dataclass

import psutil

from nnlab.runs.cluster.look import look
from nnlab.runs.record.status import Status
from nnlab.settings import usable_cores
from nnlab.visitor import Visitor


@dataclass(frozen=True)
class RunThere:
    """A run that was handed to a machine."""

    id: str
    visitor: Visitor
    """The person who started it."""
    seconds: float
    """Since it was handed over."""
    status: Status


@dataclass(frozen=True)
class Machine:
    """This machine, or a node of a cluster."""

    name: str
    address: str
    """Network address; empty for this machine."""
    cpus: float
    """Cores for training."""
    cpus_used: float
    """Busy cores: on a node those given to its runs; on this machine those busy now."""
    gpus: float
    gpus_used: float
    memory: int
    """Bytes."""
    memory_free: int
    processor: str
    python: str
    torch: str
    """Version of PyTorch; empty where it is not installed."""
    gpu_names: tuple[str, ...]
    refused: str | None
    """Why no run is handed to it, with the mend."""
    runs: tuple[RunThere, ...]

    @classmethod
    def this(cls, runs: tuple[RunThere, ...]) -> "Machine":
        """This machine now, and the runs on it. The first look of a process finds no core busy."""
        seen, own = look(), usable_cores()
        busy = psutil.cpu_percent(percpu=True)
        return cls(
            name=seen["host"],
            address="",
            cpus=len(own),
            cpus_used=sum(share for core, share in enumerate(busy) if core in own) / 100,
            gpus=len(seen["gpus"]),
            gpus_used=0.0,
            memory=seen["memory"],
            memory_free=seen["memory_free"],
            processor=seen["processor"],
            python=seen["python"],
            torch=seen["torch"] or "",
            gpu_names=tuple(seen["gpus"]),
            refused=None,
            runs=runs,
        )


@dataclass(frozen=True)
class Waiting:
    """A run in the queue."""

    id: str
    visitor: Visitor
    place: int
    """1 comes next."""
    seconds: float
    """Since it came."""


@dataclass(frozen=True)
class DataThere:
    """A data set in the store that all nodes of a cluster read from."""

    name: str
    bytes: int


@dataclass(frozen=True)
class Overview:
    """All of it at one moment."""

    engine: str
    """`local` or `ray`."""
    address: str
    """Address of the cluster; empty for this machine."""
    down: str | None
    """Why no cluster is reached, with the mend."""
    machines: tuple[Machine, ...]
    queue: tuple[Waiting, ...]
    """Waiting runs, in the order in which they come."""
    places: int
    """Runs of small networks that can train at once."""
    data: tuple[DataThere, ...]
