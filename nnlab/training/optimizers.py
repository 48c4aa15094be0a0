"""The optimizer and the schedule of a run, and what may be changed in them while it trains."""

import inspect
from collections.abc import Iterable
from typing import Any

import torch
from torch import nn
from torch.optim import lr_scheduler

from nnlab.config import (
    Adam,
    CosineSchedule,
    ExponentialSchedule,
    OneCycleSchedule,
    Optimizer,
    Schedule,
    Sgd,
    StepSchedule,
)


def _without_compiler(kind: type[torch.optim.Optimizer]) -> type[torch.optim.Optimizer]:
    """PyTorch's own optimizer, without what it says to `torch.compile`.

    Each of these methods is wrapped so that its first call imports PyTorch's compiler (a second,
    and 70 MB) to tell it where a compiled graph has to break. Nothing is compiled here.
    """
    methods = ("add_param_group", "zero_grad", "state_dict", "load_state_dict")
    plain = {name: inspect.unwrap(getattr(kind, name)) for name in methods}
    step = torch.no_grad()(inspect.unwrap(kind.step))  # the wrapper sees to that, too
    return type(kind.__name__, (kind,), {**plain, "step": step, "__doc__": kind.__doc__})


CLASSES = {
    "sgd": _without_compiler(torch.optim.SGD),
    "adam": _without_compiler(torch.optim.Adam),
    "adamw": _without_compiler(torch.optim.AdamW),
    "rmsprop": _without_compiler(torch.optim.RMSprop),
}


def uses_fused(optimizer: Optimizer, fused: bool | None) -> bool:
    """Whether PyTorch's fused form is taken: as told, or wherever there is one."""
    return optimizer.kind != "rmsprop" if fused is None else fused


def build_optimizer(
    optimizer: Optimizer, parameters: Iterable[nn.Parameter], fused: bool
) -> torch.optim.Optimizer:
    """The PyTorch optimizer, its arguments by the names of the specification."""
    arguments: dict[str, Any] = dict(optimizer)
    arguments.pop("kind")
    if isinstance(optimizer, Sgd | Adam):
        arguments["fused"] = fused
    return CLASSES[optimizer.kind](parameters, **arguments)


class Schedules:
    """The learning rate schedule: PyTorch's scheduler, stepped after each epoch or step."""

    def __init__(
        self,
        schedule: Schedule | None,
        optimizer: torch.optim.Optimizer,
        lr: float,
        total_steps: int,
    ) -> None:
        self.optimizer = optimizer
        self._lr = lr
        self._by_epoch = isinstance(schedule, StepSchedule | ExponentialSchedule)
        self._left = total_steps
        self._scheduler = _scheduler(schedule, optimizer, lr, total_steps)

    @property
    def lr(self) -> float:
        """The rate of the next step."""
        return float(self.optimizer.param_groups[0]["lr"])

    def step_ended(self, epoch_ended: bool) -> None:
        """Advance the schedules. To be called after each optimizer step."""
        if self._scheduler is None or self._left <= 1:
            return
        if not self._by_epoch:
            self._left -= 1
            self._scheduler.step()
        elif epoch_ended:
            self._scheduler.step()

    def set_lr(self, lr: float) -> None:
        """Make `lr` the rate that the schedule starts from, now and for the rest of its way."""
        ratio = lr / self._lr
        self._lr = lr
        for group in self.optimizer.param_groups:
            for name in ("lr", "initial_lr", "max_lr", "min_lr"):
                if name in group:
                    group[name] *= ratio
            if self._scheduler is None:
                group["lr"] = lr
        if self._scheduler is not None:
            self._scheduler.base_lrs = [base * ratio for base in self._scheduler.base_lrs]

    def state(self) -> dict[str, Any]:
        """Return the state of the schedule, as plain values."""
        scheduler = self._scheduler.state_dict() if self._scheduler is not None else {}
        plain = {k: v for k, v in scheduler.items() if isinstance(v, int | float | list)}
        return {"lr": self._lr, "left": self._left, "scheduler": plain}

    def restore(self, state: dict[str, Any]) -> None:
        """Continue from `state`; the optimizer's own state is restored separately."""
        self._lr, self._left = state["lr"], state["left"]
        if self._scheduler is not None:
            self._scheduler.load_state_dict(state["scheduler"])


def _scheduler(
    schedule: Schedule | None, optimizer: torch.optim.Optimizer, lr: float, total_steps: int
) -> lr_scheduler.LRScheduler | None:
    match schedule:
        case None:
            return None
        case StepSchedule():
            return lr_scheduler.StepLR(optimizer, schedule.step_size, schedule.gamma)
        case ExponentialSchedule():
            return lr_scheduler.ExponentialLR(optimizer, schedule.gamma)
        case CosineSchedule():
            return lr_scheduler.CosineAnnealingLR(optimizer, total_steps, schedule.eta_min)
        case OneCycleSchedule():
            return lr_scheduler.OneCycleLR(
                optimizer,
                max_lr=lr,
                total_steps=total_steps,
                pct_start=schedule.pct_start,
                anneal_strategy=schedule.anneal_strategy,
                cycle_momentum=schedule.cycle_momentum,
                div_factor=schedule.div_factor,
                final_div_factor=schedule.final_div_factor,
            )


def set_hyperparameter(optimizer: torch.optim.Optimizer, name: str, value: Any) -> None:
    """Give a hyperparameter other than the rate (`momentum`, `weight_decay` …) a new value."""
    for group in optimizer.param_groups:
        group[name] = value
