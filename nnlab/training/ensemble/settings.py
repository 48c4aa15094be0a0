"""The optimizers' numbers and schedules of a stack, once for networks that share them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from nnlab.config import Training
from nnlab.training.optimizers import Schedules, build_optimizer


@dataclass
class Setting:
    """PyTorch's optimizer and schedule of networks that share their numbers.

    The optimizer's own `step` is not called: a stack takes its numbers from `param_groups`.
    """

    optimizer: torch.optim.Optimizer
    schedules: Schedules

    def state(self) -> dict[str, Any]:
        """The optimizer's numbers (`group`) and where the schedule stands (`schedule`)."""
        (group,) = self.optimizer.param_groups
        numbers = {name: value for name, value in group.items() if name != "params"}
        return {"group": numbers, "schedule": self.schedules.state()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where `state` was taken."""
        self.optimizer.param_groups[0].update(state["group"])
        self.schedules.restore(state["schedule"])


def share_settings(
    trainings: Sequence[Training], models: Sequence[nn.Module], total_steps: int
) -> tuple[list[Setting], list[int]]:
    """The settings that differ, and which of them each network has."""
    settings: list[Setting] = []
    places: dict[Any, int] = {}
    which = []
    for training, model in zip(trainings, models, strict=True):
        numbers = (training.optimizer, training.schedule)
        if numbers not in places:
            places[numbers] = len(settings)
            optimizer = build_optimizer(training.optimizer, model.parameters(), fused=False)
            # PyTorch's schedules ask whether a step was taken; the stack takes it.
            vars(optimizer)["_opt_called"] = True
            lr = training.optimizer.lr
            schedules = Schedules(training.schedule, optimizer, lr, total_steps)
            settings.append(Setting(optimizer, schedules))
        which.append(places[numbers])
    return settings, which
