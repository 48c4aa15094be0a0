"""A copy of somebody's module on the CPU, made without touching the module."""

import copy
from collections import OrderedDict
from collections.abc import Mapping

import torch
from torch import Tensor, nn

HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
HALVES = (torch.float16, torch.bfloat16)
WRAPPERS = {
    "OptimizedModule": "_orig_mod",
    "DataParallel": "module",
    "DistributedDataParallel": "module",
}
"""PyTorch's own modules around a module: by the class, the name under which it holds the other."""


class _Around(nn.Module):
    """Holds a copied module under the name that the `state_dict` of a wrapper gives it."""

    def __init__(self, name: str, inner: nn.Module) -> None:
        super().__init__()
        self.add_module(name, inner)
        self.name = name

    def forward(self, x: Tensor) -> object:
        """Return the inner module's output."""
        return self.get_submodule(self.name)(x)


def copied(model: nn.Module) -> nn.Module:
    """A copy in evaluation mode, with the same `state_dict` names, half precision as float32.

    Hooks that people registered are neither copied nor called; those of `torch.nn.utils`, which
    make the weights of `weight_norm` and `spectral_norm`, are.

    Raises whatever a module raises that cannot be copied.
    """
    name = WRAPPERS.get(type(model).__name__)
    inner = getattr(model, name, None) if name else None
    if name and isinstance(inner, nn.Module):
        return _Around(name, copied(inner)).eval()
    memo: dict[int, object] = {}
    for module in model.modules():
        held = [*module._parameters.values(), *module._buffers.values(), *vars(module).values()]
        memo |= {id(value): _on_cpu(value) for value in held if isinstance(value, Tensor)}
        memo |= {id(hooks): _pytorchs(hooks) for hooks in map(vars(module).get, HOOKS) if hooks}
    twin = copy.deepcopy(model, memo)
    halves = [value for value in twin.state_dict().values() if value.dtype in HALVES]
    return (twin.float() if halves else twin).eval()


def _on_cpu(value: Tensor) -> Tensor:
    number = value.detach().to("cpu", copy=True)
    if isinstance(value, nn.Parameter):
        return nn.Parameter(number, requires_grad=False)
    return number


def _pytorchs(hooks: Mapping[int, object]) -> OrderedDict[int, object]:
    return OrderedDict(
        (number, hook)
        for number, hook in hooks.items()
        if type(hook).__module__.startswith("torch.nn.utils.")
    )
