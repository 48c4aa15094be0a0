"""The full state of a stack under way, and that of one of its networks."""

from typing import Any, TypedDict

import torch
from torch import Tensor

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
    """Best figures of all networks, as the following fields."""
    target_met: list[float | None]
    ended: list[dict[str, Any]]
    states: dict[str, State]
    """States of the networks that left the stack, by their row."""


def one_net(state: StackRunState, row: int) -> State:
    """Return the state from which `fit` continues with the network in that row."""
    if (own := state["states"].get(str(row))) is not None:
        return own
    own = net_state(state["stack"], state["totals"], state["members"].index(row))
    own["step"] = state["taken"]
    own["best"], own["target_met"] = state["best"][row], state["target_met"][row]
    return own


def weights_of(state: StackRunState) -> dict[str, Tensor]:
    """Parameters and buffers of all networks of a stack, float32 [n, …] by name, row by row."""
    left = {int(row): own["model"] for row, own in state["states"].items()}
    at = {row: place for place, row in enumerate(state["members"])}
    model = state["stack"]["model"]
    count = len(left.keys() | at.keys())
    return {
        name: torch.stack(
            [left[row][name] if row in left else values[at[row]] for row in range(count)]
        ).float()
        for name, values in model.items()
        if values.is_floating_point()
    }
