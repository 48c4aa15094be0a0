"""Which node of a cluster a run is handed to, and what is free. Pure functions over nodes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

TINY = 1e-6
"""Sums of fractions of a core are right up to this."""

Text = Annotated[str, Field(max_length=4000)]
Amount = Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
Bytes = Annotated[int, Field(ge=0)]


@dataclass(frozen=True)
class Node:
    """A node of the cluster, as the bridge tells of it."""

    id: Text
    name: Text
    """Name of the node, as a person reads it."""
    address: Text
    cpus: Amount
    """Cores that it has for training."""
    gpus: Amount
    memory: Bytes
    memory_free: Bytes
    python: Text
    """Version of Python."""
    torch: Text | None
    """Version of PyTorch; None where it is not installed."""
    processor: Text
    gpu_names: Annotated[tuple[Text, ...], Field(max_length=1000)]
    refused: Text | None
    """Why no run is handed to it, with the mend."""

    @property
    def is_usable(self) -> bool:
        """Whether runs are handed to it at all."""
        return self.refused is None and self.cpus > 0


@dataclass(frozen=True)
class Need:
    """The resources that a run needs."""

    cpus: float
    """Cores of each node that it trains on."""
    gpus: float
    threads: int
    """Most threads that it computes in, where its experiment does not say."""
    parts: int
    """Nodes that it may train on at most: more than one for a sweep alone."""


@dataclass(frozen=True)
class Taken:
    """The resources that a run on a node uses."""

    node: str
    """Id of the node."""
    cpus: float
    gpus: float


class Nodes:
    """All nodes at one moment, and what is free of each by what was handed to them."""

    def __init__(self, nodes: Sequence[Node], taken: Iterable[Taken] = ()) -> None:
        self._free = {node.id: (node.cpus, node.gpus) for node in nodes}
        for one in taken:
            if one.node in self._free:
                cpus, gpus = self._free[one.node]
                self._free[one.node] = cpus - one.cpus, gpus - one.gpus
        self.usable = [node for node in nodes if node.is_usable]

    @property
    def largest(self) -> Node | None:
        """The usable node with the most cores."""
        return max(self.usable, key=lambda node: node.cpus, default=None)

    @property
    def has_gpus(self) -> bool:
        """Whether a usable node has some."""
        return any(node.gpus > 0 for node in self.usable)

    def free(self, node: Node) -> tuple[float, float]:
        """Cores and GPUs that no run was given."""
        return self._free[node.id]

    def cut(self, need: Need) -> Need:
        """The need, as far as the largest node can fill it: no run waits for ever."""
        if not any(node.gpus >= need.gpus - TINY for node in self.usable):
            need = replace(need, gpus=0.0)
        fitting = [node.cpus for node in self.usable if node.gpus >= need.gpus - TINY]
        most = max(fitting, default=0.0)
        if need.cpus <= most + TINY:
            return need
        return replace(need, cpus=most, threads=max(1, min(need.threads, int(most))))

    def place(self, need: Need, processor: str = "") -> tuple[Node, ...]:
        """The nodes that a run is handed to: one, or as many as it has parts.

        Those with the most free cores come first; before them those with the `processor` that the
        run has trained on, on which its last bits repeat. Empty where no node has room.
        """
        with_room = [node for node in self.usable if self._has_room(node, need)]
        with_room.sort(
            key=lambda node: (
                bool(processor) and node.processor != processor,
                -self._free[node.id][1] if need.gpus else 0.0,
                -self._free[node.id][0],
            )
        )
        return tuple(with_room[: max(1, need.parts)])

    def makes_room(self, need: Need, given: Sequence[Taken]) -> bool:
        """Whether the run would have room once what was `given` is free again."""
        for node in self.usable:
            own = [one for one in given if one.node == node.id]
            cpus, gpus = self._free[node.id]
            cpus, gpus = cpus + sum(one.cpus for one in own), gpus + sum(one.gpus for one in own)
            if need.cpus <= cpus + TINY and need.gpus <= gpus + TINY:
                return True
        return False

    def nearest(self, need: Need) -> Node | None:
        """The node that lacks least of what the run needs."""
        able = [
            node
            for node in self.usable
            if need.cpus <= node.cpus + TINY and need.gpus <= node.gpus + TINY
        ]
        return max(able, key=lambda node: self._free[node.id][::-1], default=None)

    def _has_room(self, node: Node, need: Need) -> bool:
        cpus, gpus = self._free[node.id]
        return need.cpus <= cpus + TINY and need.gpus <= gpus + TINY
