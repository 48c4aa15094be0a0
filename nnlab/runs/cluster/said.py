"""Messages for people on why nothing can begin on a cluster, each with the fix."""

from collections.abc import Sequence

from nnlab.runs.cluster.placing import Node
from nnlab.texts import _

MOST_NAMED = 3
"""Nodes that a message names."""


def not_reached(address: str, why: str) -> str:
    """No cluster is there, or not any more."""
    return _(
        "The Ray cluster at {address} (RAY_ADDRESS) is not reached: {why} To train on this machine"
        " in its place, restart with NNLAB_ENGINE=local.",
        address=address,
        why=why,
    )


def connecting(address: str) -> str:
    """Return the message of a cluster that has not answered yet."""
    return _(
        "The Ray cluster at {address} (RAY_ADDRESS) has not answered yet: try again in some"
        " seconds.",
        address=address,
    )


def bridge_ended(code: int) -> str:
    """The process between this server and its cluster has ended by itself."""
    return _(
        "The process that speaks to it ended with {code}, and is started again every few seconds;"
        " the server's log says why.",
        code=code,
    )


def no_node(address: str, nodes: Sequence[Node]) -> str:
    """The cluster is reached, and none of its nodes takes runs."""
    refused = [f"{node.name}: {node.refused}" for node in nodes if node.refused is not None]
    if not refused:
        return _(
            "The Ray cluster at {address} (RAY_ADDRESS) has no node with processors: add one by"
            " `ray start --address=…` on another machine, or start its head without --num-cpus=0.",
            address=address,
        )
    more = len(refused) - MOST_NAMED
    named = " ".join(refused[:MOST_NAMED]) + (" …" if more > 0 else "")
    return _(
        "No node of the Ray cluster at {address} (RAY_ADDRESS) takes runs. {refused}",
        address=address,
        refused=named,
    )
