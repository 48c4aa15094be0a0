"""`torch.nn.functional` against `torch.nn`: the same operation as a function and as an object."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Pair:
    """A function, its object, and what PyTorch says of both."""

    function: str
    module: str
    equal: bool
    """Whether all outputs are equal to the last bit, in evaluation mode and on the same numbers."""
    kept: int
    """Tensors in the object's `state_dict`; the function keeps none."""
    has_mode: bool
    """Whether the object gives something else after `train()`."""


@torch.no_grad()
def pairs() -> tuple[Pair, ...]:
    """Six of them, measured on the same eight random examples. The global random state stays."""
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(0)
        x = torch.randn(8, 4)
        square = torch.randn(8, 2, 4, 4)
        linear, norm = nn.Linear(4, 3), nn.BatchNorm1d(4)
        conv = nn.Conv2d(2, 3, 3)
        return (
            _pair(
                *("F.linear(x, weight, bias)", "nn.Linear(4, 3)"),
                *(lambda x: F.linear(x, linear.weight, linear.bias), linear, x),
            ),
            _pair(
                *("F.conv2d(x, weight, bias)", "nn.Conv2d(2, 3, 3)"),
                *(lambda x: F.conv2d(x, conv.weight, conv.bias), conv, square),
            ),
            _pair("F.relu(x)", "nn.ReLU()", F.relu, nn.ReLU(), x),
            _pair(
                *("F.max_pool2d(x, 2)", "nn.MaxPool2d(2)"),
                *(lambda x: F.max_pool2d(x, 2), nn.MaxPool2d(2), square),
            ),
            _pair(
                *("F.dropout(x, 0.5, training=False)", "nn.Dropout(0.5)"),
                *(lambda x: F.dropout(x, 0.5, training=False), nn.Dropout(0.5), x),
            ),
            _pair(
                *("F.batch_norm(x, mean, var, weight, bias)", "nn.BatchNorm1d(4)"),
                lambda x: F.batch_norm(
                    *(x, norm.running_mean, norm.running_var, norm.weight, norm.bias)
                ),
                *(norm, x),
            ),
        )


def _pair(
    function: str, name: str, call: Callable[[Tensor], Tensor], module: nn.Module, x: Tensor
) -> Pair:
    evaluated = module.eval()(x)
    equal = torch.equal(call(x), evaluated)
    kept = len(module.state_dict())
    return Pair(function, name, equal, kept, not torch.equal(module.train()(x), evaluated))
