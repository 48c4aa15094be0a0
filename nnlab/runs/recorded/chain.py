"""Conversion of a module that is a plain chain of the lab's layers into these layers.

Then a browser can evaluate it (`nnlab/web/forward.js`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx, nn

from nnlab.config import Layer, Model
from nnlab.models import build
from nnlab.models import layers as own
from nnlab.models.token_layers import Attention, Positions
from nnlab.runs.recorded.chain_layers import layer_of_call, layer_of_module
from nnlab.runs.recorded.copied import copied

TOLERANCE = 1e-4
"""How far outputs may lie apart, as a share of the largest of them (or of 1)."""
ROWS = 3
WHOLE = ("shape", "size")
"""Operations that read a tensor's sizes, and are no step of a chain."""


@dataclass(frozen=True)
class Chain:
    """A network as layers of the lab."""

    layers: tuple[dict[str, Any], ...]
    """JSON of `nnlab.config.layers`."""
    weights_of: dict[str, str]
    """From the parameter names of `nnlab.models.build`'s network to those of the module's
    `state_dict`."""


def chain_of(model: nn.Module, example: Tensor) -> Chain | None:
    """The chain that a module in evaluation mode is; None where it is none.

    The module is left as it is. The lab's own network with the module's weights has been asked the
    example, and gave the module's answers.

    Args:
        model: any module, on any device.
        example: [n, *inputs], n at least 1, as the module takes it.
    """
    try:
        with torch.random.fork_rng(devices=[]), torch.no_grad(), torch.device("cpu"):
            twin = copied(model)
            rows = example.detach()[:ROWS].cpu()
            rows = rows.float() if rows.is_floating_point() else rows
            found = list(_steps(twin))
            layers = [layer for layer, _ in found]
            weights_of = {
                f"{number}.{name}": f"{module}.{name}" if module else name
                for number, (_, module) in enumerate(found)
                if module is not None
                for name in twin.get_submodule(module).state_dict()
            }
            return _checked(twin.float(), rows, layers, weights_of)
    except Exception:  # noqa: BLE001 - tracing runs code of somebody else, which may do anything
        return None


class _Tracer(fx.Tracer):
    """Takes the lab's own layers whole, as PyTorch's."""

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        """Whether it is one step of the chain."""
        ours = isinstance(m, own.Features | own.Normalize | Positions | Attention)
        return ours or super().is_leaf_module(m, module_qualified_name)


class _NoChainError(Exception):
    pass


def _steps(twin: nn.Module) -> Iterator[tuple[Layer, str | None]]:
    """Each layer, and the name of the module that it is, if it is one.

    Raises _NoChainError, and whatever tracing raises.
    """
    around = nn.Sequential(twin)  # so that a single layer is a step, too
    came: fx.Node | None = None
    for node in _Tracer().trace(around).nodes:
        if node.op == "placeholder":
            if came is not None:
                continue  # an argument with a default
            came = node
        elif _asks_for_sizes(node):
            continue
        elif node.op == "output":
            if node.args != (came,):
                raise _NoChainError
        else:
            if [n for n in node.all_input_nodes if not _asks_for_sizes(n)] != [came]:
                raise _NoChainError
            yield from _step(node, around)
            came = node


def _step(node: fx.Node, around: nn.Sequential) -> Iterator[tuple[Layer, str | None]]:
    name = str(node.target)
    if node.op == "call_module":
        known, layer = layer_of_module(around.get_submodule(name))
        inner = name.partition(".")[2]
    else:
        known, layer = layer_of_call(node)
        inner = None
    if not known:
        raise _NoChainError
    if layer is not None:
        yield layer, inner


def _asks_for_sizes(node: fx.Node) -> bool:
    if node.op == "call_method":
        return node.target in WHOLE
    if node.op != "call_function" or not isinstance(node.args[0], fx.Node):
        return False
    if node.target is getattr:
        return node.args[1] in WHOLE
    return getattr(node.target, "__name__", "") == "getitem" and _asks_for_sizes(node.args[0])


def _checked(
    twin: nn.Module, rows: Tensor, layers: list[Layer], weights_of: dict[str, str]
) -> Chain | None:
    if not layers:
        return None
    network = build(Model(layers=tuple(layers)), tuple(rows.shape[1:])).eval()
    weights = twin.state_dict()
    network.load_state_dict({name: weights[theirs] for name, theirs in weights_of.items()})
    wanted, received = twin(rows), network(rows)
    allowed = TOLERANCE * max(1.0, float(wanted.abs().max()))
    if received.shape != wanted.shape or not bool((received - wanted).abs().max() <= allowed):
        return None
    return Chain(tuple(layer.model_dump(mode="json") for layer in layers), weights_of)
