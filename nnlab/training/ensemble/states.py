"""Conversion of a stack's state to that of one of its networks, in PyTorch's form, and back."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from nnlab.training.ensemble import batches
from nnlab.training.ensemble.stack import StackState
from nnlab.training.state import Learned, State

STEP = "step"
"""PyTorch's count of an optimizer's steps; SGD keeps none."""


def state_of(state: StackState, row: int) -> Learned:
    """Return a `Learner`'s part of a `State` for the network in that row, not copied."""
    setting = state["settings"][state["which"][row]]
    return {
        "model": _row(state["model"], row),
        "gradients": _row(state["gradients"], row),
        "optimizer": _optimizer(state, setting["group"], row),
        "schedule": setting["schedule"],
        "batches": batches.state_of(state["batches"], row),
        "draws": {
            "position": state["draws"]["position"],
            "generators": state["draws"]["generators"][row : row + 1],
        },
        "optimizer_steps": state["steps"],
    }


def net_state(stack: StackState, totals: Mapping[str, Any], row: int) -> State:
    """A `State` of the network in that row, which begins at step 0 with nothing best yet."""
    one = {"count": totals["count"], "loss": totals["loss"][row], "correct": totals["correct"][row]}
    return State(
        **state_of(stack, row),
        step=0,
        seconds=0.0,
        random={},
        epoch_totals={**one, "correct": int(one["correct"])},
        best={"best": None, "last_gain": None, "without_gain": 0},
        target_met=None,
        is_edited=False,
        settings={},
    )


def of_one(state: State) -> StackState:
    """Return the state of a stack of one from that of a network alone.

    Raises:
        KeyError: the engine `module` took it.
    """
    names = parameters_of(state["model"])
    slots: dict[str, dict[str, Tensor]] = {}
    for place, kept in state["optimizer"]["state"].items():
        for slot, value in kept.items():
            if slot != STEP and value is not None:
                slots.setdefault(slot, {})[names[place]] = value.unsqueeze(0)
    (group,) = state["optimizer"]["param_groups"]
    return StackState(
        model=_stacked(state["model"]),
        gradients=_stacked(state["gradients"]),
        slots=slots,
        steps=state["optimizer_steps"],
        settings=[
            {
                "group": {name: value for name, value in group.items() if name != "params"},
                "schedule": state["schedule"],
            }
        ],
        which=[0],
        batches=batches.of_one(state["batches"]),
        draws=state["draws"],
    )


def parameters_of(model: Mapping[str, Tensor]) -> list[str]:
    """The names of what is learned, in PyTorch's order; the others are batch norm's figures."""
    return [name for name in model if name.rpartition(".")[2] in ("weight", "bias")]


def _optimizer(state: StackState, group: dict[str, Any], row: int) -> dict[str, Any]:
    """Return the `state_dict()` that PyTorch's own optimizer would have."""
    names = parameters_of(state["model"])
    kept: dict[int, dict[str, Any]] = {}
    for place, name in enumerate(names if state["steps"] else ()):
        kept[place] = {slot: values[name][row] for slot, values in state["slots"].items()}
        if "dampening" not in group:  # SGD alone keeps no count
            kept[place][STEP] = torch.tensor(float(state["steps"]))
    return {"state": kept, "param_groups": [{**group, "params": list(range(len(names)))}]}


def _row(tensors: Mapping[str, Tensor], row: int) -> dict[str, Tensor]:
    return {name: value[row] for name, value in tensors.items()}


def _stacked(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.unsqueeze(0) for name, value in tensors.items()}
