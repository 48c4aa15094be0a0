"""Whether a network takes its way by the values of its input, which a graph cannot hold."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.weak import WeakIdKeyDictionary


class _Watched(TorchDispatchMode):
    """Follows what is computed from the input, up to where Python reads a number of it."""

    def __init__(self, x: Tensor) -> None:
        super().__init__()
        self.of_input = WeakIdKeyDictionary({x: True})
        self.was_read = False

    def __torch_dispatch__(
        self, func: Any, types: object, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Run the operation; what it gives of something of the input is of the input, too."""
        named: Mapping[str, Any] = kwargs or {}
        taken = [leaf for leaf in tree_leaves((args, named)) if isinstance(leaf, Tensor)]
        result = func(*args, **named)
        if any(tensor in self.of_input for tensor in taken):
            self.was_read |= func is torch.ops.aten._local_scalar_dense.default
            changed = taken[:1] if func._schema.is_mutable else []
            for leaf in [*tree_leaves(result), *changed]:
                if isinstance(leaf, Tensor):
                    self.of_input[leaf] = True
        return result


def answer_and_reads(network: nn.Module, x: Tensor) -> tuple[Any, bool]:
    """The network's answer to `x`, and whether Python read a number made of it on the way.

    `if x.sum() > 0:` and `x.max().item()` do so; `x.shape` does not.
    """
    with _Watched(x) as watched:
        answer = network(x)
    return answer, watched.was_read
