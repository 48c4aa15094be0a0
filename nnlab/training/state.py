"""The full state of a run between two steps: all that going on bit for bit needs."""

from typing import Any, NotRequired, TypedDict

import torch
from torch import Tensor

from nnlab.training.batches import BatchState
from nnlab.training.ensemble.draws import DrawState


class Learned(TypedDict):
    """The part of a `State` that changes with each step of a network."""

    batches: BatchState
    model: dict[str, Tensor]
    optimizer: dict[str, Any]
    schedule: dict[str, Any]
    gradients: dict[str, Tensor]
    """Gradients that are kept from step to step; empty where they are zeroed."""
    augmenting: NotRequired[Tensor]
    """The state of the generator that changes pictures; no older checkpoint has it."""
    draws: NotRequired[DrawState]
    """The state of dropout's generators in the engine `stack`, which does not use PyTorch's own."""
    optimizer_steps: NotRequired[int]
    """Steps of the optimizer of the engine `stack`, stored in PyTorch's form."""


class State(Learned):
    """Plain values and tensors only, so that it loads without running any code."""

    step: int
    seconds: float
    random: dict[str, Tensor]
    """The state of PyTorch's own generators by device, which dropout draws from."""
    epoch_totals: dict[str, Any]
    best: dict[str, Any]
    target_met: NotRequired[float | None]
    """The loss at which it was to stop, and did; no older checkpoint has it."""
    is_edited: NotRequired[bool]
    """Whether a weight was set by hand since the last step; no older checkpoint has it."""
    settings: dict[str, Any]
    """Settings changed during training: dotted path and value."""


def are_finite(weights: dict[str, Tensor]) -> bool:
    """Whether every weight and buffer is a finite number."""
    return all(bool(torch.isfinite(value).all()) for value in weights.values())


def clone(value: Any) -> Any:
    """A deep copy on the CPU that later training does not change."""
    if isinstance(value, Tensor):
        return value.detach().to("cpu", copy=True)
    if isinstance(value, dict):
        return {key: clone(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [clone(inner) for inner in value]
    return value
