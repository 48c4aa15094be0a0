"""The full state of a stack under way, and that of one of its networks."""

from typing import Any, TypedDict

from nnlab.training.ensemble.stack import StackState
from nnlab.training.ensemble.states import net_state
from nnlab.training.state import State


class StackRunState(TypedDict):
    """The full state of a stack under way; plain values and tensors only."""

    taken: int
    members: list[int]
    """The rows that the stack still has, in its order."""
    stack: StackState
    totals: dict[str, Any]
    best: list[dict[str, Any]]
    """Of all networks, as is what follows."""
    target_met: list[float | None]
    ended: list[dict[str, Any]]
    states: dict[str, State]
    """Of those that left the stack, by their row."""


def one_net(state: StackRunState, row: int) -> State:
    """The state with which `fit` goes on with the network in that row alone."""
    if (own := state["states"].get(str(row))) is not None:
        return own
    own = net_state(state["stack"], state["totals"], state["members"].index(row))
    own["step"] = state["taken"]
    own["best"], own["target_met"] = state["best"][row], state["target_met"][row]
    return own
