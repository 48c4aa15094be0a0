"""The state of a network at this moment, as it is kept."""

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from nnlab.runs.recorded.record import GRADIENT

MOST_BYTES = 512 * 2**20
"""Limit beyond which no weights are kept: the loop would wait for them."""
MOST_WITH_GRADIENTS = 16 * 2**20
"""Limit up to which checkpoints contain gradients, too."""

Shapes = dict[str, tuple[torch.Size, torch.dtype]]


def is_waiting(model: nn.Module) -> bool:
    """Whether a lazy module has not seen its first input yet."""
    return any(is_lazy(value) for value in (*model.parameters(), *model.buffers()))


def parameter_count(model: nn.Module) -> int:
    """Numbers that the network learns; 0 while they are not known."""
    return 0 if is_waiting(model) else sum(value.numel() for value in model.parameters())


def state_of(model: nn.Module) -> dict[str, Tensor]:
    """The tensors of the `state_dict`. None is copied."""
    state = model.state_dict()
    return {name: value.detach() for name, value in state.items() if isinstance(value, Tensor)}


def shapes_of(state: dict[str, Tensor]) -> Shapes:
    """Return the shapes, which must not change while a network is recorded."""
    return {name: (value.shape, value.dtype) for name, value in state.items()}


def size_of(state: dict[str, Tensor]) -> int:
    """Bytes of all tensors."""
    return sum(value.nbytes for value in state.values())


def on_cpu(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The same on the CPU: a tensor that lies there is not copied."""
    return {name: value.cpu() for name, value in state.items()}


def gradients_of(model: nn.Module) -> dict[str, Tensor]:
    """The gradients that parameters have at this moment, by `GRADIENT` and the parameter's name."""
    return {
        GRADIENT + name: value.grad.detach()
        for name, value in model.named_parameters()
        if value.grad is not None and value.grad.layout == torch.strided
    }


def wait_for_device(model: nn.Module) -> None:
    """Let its accelerator finish what it was given, which would have to be done anyway."""
    first = next(model.parameters(), None)
    if first is not None and first.device.type == "cuda":
        torch.cuda.synchronize(first.device)
    elif first is not None and first.device.type == "mps":
        torch.mps.synchronize()
