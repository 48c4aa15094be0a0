"""One example through a network, and its loss, as a program: a layer is one operation."""

from collections.abc import Callable, Sequence
from copy import deepcopy

import torch
from torch import Tensor, nn
from torch.func import functional_call

from nnlab.learn.autograd.program import Leaf, Operation, Program
from nnlab.training.metrics import LOSSES

INPUT = "x"
LOSS_CODE = {
    "cross_entropy": "F.cross_entropy",
    "nll": "F.nll_loss",
    "mse": "F.mse_loss",
}


def of_network(network: nn.Sequential, x: Tensor, y: Tensor, loss: str) -> Program:
    """The program of a loss: the parameters require a gradient, the input none.

    Its operations put their parameters into the network for the time of a call, so nobody else may
    use it meanwhile. It is left as it was.

    Args:
        network: in evaluation mode.
        x: [1, *input_shape], one example.
        y: its target: int64 [1], of sequences [1, tokens], or float32 [1, 1].
        loss: a key of `LOSSES`.
    """
    program: list[Leaf | Operation] = [Leaf(INPUT, x, requires_grad=False)]
    reached, last = 0, x
    for place, module in enumerate(network):
        names = [name for name, _parameter in module.named_parameters()]
        with torch.no_grad():
            after = module(last)
        if after is last:  # dropout that drops nothing, a flatten of what is flat
            continue
        last = after
        inputs = [reached]
        for name, parameter in module.named_parameters():
            inputs.append(len(program))
            program.append(Leaf(f"{place}.{name}", parameter, requires_grad=True))
        kind = type(module).__name__
        reached = len(program)
        code = f"network[{place}]({_of(place)})"
        program.append(Operation(f"{place} {kind}", code, tuple(inputs), _layer(module, names)))
    outputs = _of(len(network)) + (".mT" if last.dim() == 3 else "")  # an answer for each token
    code = f"{LOSS_CODE.get(loss, loss)}({outputs}, y)"
    program.append(Operation("loss", code, (reached,), _loss(loss, y)))
    return tuple(program)


def _of(place: int) -> str:
    return f"h{place}" if place else INPUT


def _layer(module: nn.Module, names: Sequence[str]) -> Callable[..., Tensor]:
    own = deepcopy(module)  # it holds the parameters meanwhile; others look at the network

    def function(x: Tensor, *parameters: Tensor) -> Tensor:
        return functional_call(own, dict(zip(names, parameters, strict=True)), (x,))

    return function


def _loss(loss: str, y: Tensor) -> Callable[..., Tensor]:
    def function(outputs: Tensor) -> Tensor:
        return LOSSES[loss](outputs, y)

    return function
