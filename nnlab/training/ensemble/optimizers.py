"""The optimizer of a stack: PyTorch's formulas over all networks, with numbers for each."""

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from nnlab.config import Optimizer
from nnlab.training.ensemble import formulas

SLOTS = {
    "sgd": (),
    "adam": ("exp_avg", "exp_avg_sq"),
    "adamw": ("exp_avg", "exp_avg_sq"),
    "rmsprop": ("square_avg",),
}
"""Each optimizer's state of every parameter, by PyTorch's names."""
MOMENTUM = "momentum_buffer"
"""Additional state of SGD and RMSprop, from the first step with a momentum on."""
Group = dict[str, Any]
"""A network's numbers, as PyTorch's optimizer has them in its `param_groups`."""


class StackOptimizer:
    """Steps over the rows of a stack. All networks have taken the same number of steps."""

    def __init__(self, optimizer: Optimizer, groups: Sequence[Group], parameters: Tensor) -> None:
        """`groups` has one for each row of `parameters` [n, p]; some may be the same object."""
        self.steps = 0
        self.slots = {name: torch.zeros_like(parameters) for name in SLOTS[optimizer.kind]}
        self._kind = optimizer.kind
        self._nesterov = bool(getattr(optimizer, "nesterov", False))
        self._device = parameters.device
        self._share(groups)
        self.refresh()

    def refresh(self) -> None:
        """Take over the numbers of the groups: after one of them has changed."""
        self._has_momentum = any(group.get("momentum", 0) > 0 for group in self._groups)
        found = [numbers_of(group) for group in self._groups]
        if not any(numbers["weight_decay"] for numbers in found):
            for numbers in found:
                del numbers["weight_decay"]
        self._numbers: formulas.Numbers = {
            name: self._column([numbers[name] for numbers in found]) for name in found[0]
        }

    def step(self, parameters: Tensor, gradients: Tensor) -> None:
        """One step of every network, in place."""
        self.steps += 1
        is_first = self._has_momentum and MOMENTUM not in self.slots
        if is_first:
            self.slots[MOMENTUM] = torch.zeros_like(parameters)
        numbers = self._numbers
        if self._kind == "sgd":
            formulas.sgd(parameters, gradients, self.slots, numbers, is_first, self._nesterov)
        elif self._kind == "rmsprop":
            formulas.rmsprop(parameters, gradients, self.slots, numbers)
        else:
            pairs = [corrections(group, self.steps) for group in self._groups]
            both = torch.tensor(pairs, dtype=torch.float32, device=self._device)[self._which]
            numbers["size"], numbers["correction"] = both[:, :1], both[:, 1:]
            formulas.adam(parameters, gradients, self.slots, numbers, self._kind == "adamw")

    def keep(self, rows: Tensor) -> None:
        """Go on with some of the networks alone, by their rows (int64 [k])."""
        self.slots = {name: slot[rows] for name, slot in self.slots.items()}
        self._share([self._groups[self._which[row]] for row in rows.tolist()])
        self.refresh()

    def _share(self, groups: Sequence[Group]) -> None:
        """Keep each group once, and which row has which."""
        self._groups = list({id(group): group for group in groups}.values())
        places = {id(group): place for place, group in enumerate(self._groups)}
        self._which = torch.tensor([places[id(group)] for group in groups], device=self._device)

    def _column(self, values: list[float]) -> Tensor:
        """[n, 1] from a value for each group."""
        column = torch.tensor(values, dtype=torch.float32, device=self._device)
        return column[self._which].unsqueeze(1)


def numbers_of(group: Group) -> dict[str, float]:
    """The numbers of a group, and what the formulas need of them, in double precision."""
    found = {"lr": float(group["lr"]), "weight_decay": group["weight_decay"]}
    found |= {name: group[name] for name in ("eps", "momentum", "alpha") if name in group}
    if "dampening" in group:
        # PyTorch leaves dampening out where there is no momentum to damp.
        found["undamped"] = 1 - group["dampening"] if group["momentum"] else 1.0
    if "alpha" in group:
        found["rest"] = 1 - group["alpha"]
    if "betas" in group:
        beta1, beta2 = group["betas"]
        found |= {"rest1": 1 - beta1, "rest2": 1 - beta2, "beta2": beta2}
        found["kept"] = 1 - group["lr"] * group["weight_decay"]
    return found


def corrections(group: Group, step: int) -> tuple[float, float]:
    """Adam's `size` and `correction` at a step, counted from 1, in double precision."""
    beta1, beta2 = group["betas"]
    return group["lr"] / (1 - beta1**step), math.sqrt(1 - beta2**step)
