"""Where all runs of a server train, and what waits: what is shown to who keeps the server."""

from dataclasses import dataclass

from nnlab.runs.record.status import Status
from nnlab.visitor import Visitor


@dataclass(frozen=True)
class RunThere:
    """A run that was handed to a machine."""

    id: str
    visitor: Visitor
    """Who started it."""
    seconds: float
    """Since it was handed over."""
    status: Status


@dataclass(frozen=True)
class Machine:
    """This machine, or a node of a cluster."""

    name: str
    address: str
    """On the network; empty for this machine."""
    cpus: float
    """Cores for training."""
    cpus_used: float
    """Of a node: what its runs were given. Of this machine: what the system says is busy now."""
    gpus: float
    gpus_used: float
    memory: int
    """Bytes."""
    memory_free: int
    processor: str
    python: str
    torch: str
    """Its version; empty where it is not installed."""
    gpu_names: tuple[str, ...]
    refused: str | None
    """Why no run is handed to it, with the mend."""
    runs: tuple[RunThere, ...]


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
    """Of the cluster; empty for this machine."""
    down: str | None
    """Why no cluster is reached, with the mend."""
    machines: tuple[Machine, ...]
    queue: tuple[Waiting, ...]
    """In the order in which they come."""
    places: int
    """Runs of small networks that can train at once."""
    data: tuple[DataThere, ...]
