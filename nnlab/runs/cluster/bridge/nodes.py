"""The nodes of a cluster: which there are, what they have, and which cannot train for us."""

import importlib.metadata
import platform
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from nnlab.errors import NnlabError
from nnlab.runs.cluster.bridge.actors import Cluster, LostError
from nnlab.runs.cluster.look import Looked
from nnlab.runs.cluster.placing import Node
from nnlab.texts import _

LOOK_SECONDS = 5.0
"""Nodes that have not told of themselves by then are asked again the next time."""


@dataclass(frozen=True)
class Versions:
    """Versions of a machine."""

    python: str
    torch: str | None
    """None where it is not installed."""


class Nodes:
    """The known state of each node. `look` is called by one thread, the rest by many."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._lock = threading.Lock()
        self._nodes: dict[str, Node] = {}
        self._names: dict[str, str] = {}
        """Names of all nodes since this server began: a lost one keeps its name."""

    def name(self, node: str) -> str:
        """Return the name of a node for people."""
        return self._names.get(node, node[:8])

    def doubt(self, node: str) -> None:
        """A run on it was lost: it is no node any more until it has told of itself again."""
        with self._lock:
            self._nodes.pop(node, None)

    def known(self) -> list[Node]:
        """Return the nodes that answered when they were last looked at."""
        with self._lock:
            return _told_apart(list(self._nodes.values()))

    def look(self) -> list[Node]:
        """The nodes that are alive and have told of themselves, as the server hears of them."""
        alive = self._cluster.nodes()
        with self._lock:
            self._nodes = {name: node for name, node in self._nodes.items() if name in alive}
        promises = {node: self._cluster.look(node) for node in alive}
        until = time.monotonic() + LOOK_SECONDS
        for node, promise in promises.items():
            try:
                told = promise(max(0.0, until - time.monotonic()))
            except LostError:
                continue  # it is gone, and soon it is not among those that are alive
            except NnlabError as error:
                self._know(_refused(node, alive[node], error))
            else:
                if told is not None:
                    self._know(_said(node, alive[node], told))
        nodes = self.known()
        self._names |= {node.id: node.name for node in nodes}
        return nodes

    def _know(self, node: Node) -> None:
        with self._lock:
            self._nodes[node.id] = node


def refusal(own: Versions, other: Versions, name: str) -> str | None:
    """Why a node cannot train for this server; None where it can.

    The last number of Python's version may differ, and for which accelerator PyTorch was built
    (`2.13.0+cpu`). Anything else gives other numbers, or cannot read what the other one writes.
    """
    for what, mine, theirs in (
        ("Python", own.python, other.python),
        ("torch", own.torch, other.torch),
    ):
        if theirs is None:
            return _(
                "Node {node} has no {what}, and this server has {mine}: install requirements.txt"
                " there.",
                node=name,
                what=what,
                mine=mine,
            )
        if _compared(what, mine) != _compared(what, theirs):
            return _(
                "Node {node} has {what} {theirs}, and this server has {mine}: install the same"
                " there (requirements.txt), or take the node out of the cluster.",
                node=name,
                what=what,
                theirs=theirs,
                mine=mine,
            )
    return None


def own_versions() -> Versions:
    """Return the versions of this process."""
    return Versions(platform.python_version(), importlib.metadata.version("torch"))


def _told_apart(nodes: list[Node]) -> list[Node]:
    """Return the nodes with unique names: several nodes of one machine share its name."""
    count = Counter(node.name for node in nodes)
    return [
        replace(node, name=f"{node.name} {node.id[:6]}") if count[node.name] > 1 else node
        for node in nodes
    ]


def _compared(what: str, version: str | None) -> str | None:
    if version is None:
        return None
    return ".".join(version.split(".")[:2]) if what == "Python" else version.partition("+")[0]


def _said(node: str, alive: Mapping[str, Any], told: Looked) -> Node:
    resources, name = alive["Resources"], told["host"]
    return Node(
        id=node,
        name=name,
        address=alive["NodeManagerAddress"],
        cpus=float(resources.get("CPU", 0.0)),
        gpus=float(resources.get("GPU", 0.0)),
        memory=int(told["memory"]),
        memory_free=int(told["memory_free"]),
        processor=told["processor"],
        python=told["python"],
        torch=told["torch"],
        gpu_names=tuple(told["gpus"]),
        refused=refusal(own_versions(), Versions(told["python"], told["torch"]), name),
    )


def _refused(node: str, alive: Mapping[str, Any], error: NnlabError) -> Node:
    """A node on which nnlab cannot even be asked what it is."""
    resources, name = alive["Resources"], str(alive["NodeManagerHostname"])
    why = _("Node {node}: {error}. Install requirements.txt there.", node=name, error=error)
    memory = int(resources.get("memory", 0))
    return Node(
        id=node,
        name=name,
        address=alive["NodeManagerAddress"],
        cpus=float(resources.get("CPU", 0.0)),
        gpus=float(resources.get("GPU", 0.0)),
        memory=memory,
        memory_free=memory,
        processor="",
        python="",
        torch=None,
        gpu_names=(),
        refused=why,
    )
