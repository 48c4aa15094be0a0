"""Nodes by hand."""

from dataclasses import replace
from typing import Any

from nnlab.runs.cluster.placing import Need, Node


def node(name: str = "a", cpus: float = 4, gpus: float = 0, **other: Any) -> Node:
    """A node that takes runs; `other` are fields that are to be otherwise than those here."""
    usual = Node(
        id=f"id-{name}",
        name=name,
        address="127.0.0.1",
        cpus=cpus,
        gpus=gpus,
        memory=8 * 2**30,
        memory_free=4 * 2**30,
        python="3.11.2",
        torch="2.11.0",
        processor="a processor",
        gpu_names=(),
        refused=None,
    )
    return replace(usual, **other)


def need(cpus: float = 1, gpus: float = 0, threads: int = 1, parts: int = 1) -> Need:
    return Need(cpus, gpus, threads, parts)
