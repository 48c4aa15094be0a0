"""A formula that was read: its operations in the order in which they are computed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from nnlab.learn.formula.operations import Operation


@dataclass(frozen=True)
class Node:
    """A number, a variable, or an operation on nodes before it. Its texts are of all below it."""

    latex: str
    code: str
    """PyTorch, of float64 tensors."""
    text: str
    """Short, for a drawing: `x`, `0.5`, `exp`, `*`."""
    value: float | None = None
    """The value of a number, also of one computed from numbers alone."""
    name: str | None = None
    """The name of a variable."""
    operation: Operation | None = None
    operands: tuple[int, ...] = ()
    """Numbers of nodes, in order."""

    def compute(self, operands: Sequence[Tensor | float]) -> Tensor:
        """Return the operation's result; at least one of the operands is a tensor."""
        assert self.operation is not None, "numbers and variables are not computed"
        if self.operation.takes_numbers:
            return self.operation.of_tensors(*operands)
        like = next(one for one in operands if isinstance(one, Tensor))
        return self.operation.of_tensors(
            *(
                one
                if isinstance(one, Tensor)
                else torch.tensor(one, dtype=like.dtype, device=like.device)
                for one in operands
            )
        )


@dataclass(frozen=True)
class Formula:
    """A formula of variables. A variable is one node, however often it stands in the formula."""

    text: str
    """The formula as typed."""
    nodes: tuple[Node, ...]
    """Each after its operands; the last is the result."""

    @property
    def latex(self) -> str:
        """Return the formula in LaTeX, for `st.latex`."""
        return self.nodes[-1].latex

    @property
    def code(self) -> str:
        """The line of PyTorch that computes it, of float64 tensors with the variables' names."""
        return self.nodes[-1].code

    @property
    def names(self) -> tuple[str, ...]:
        """The variables that it has, in the order in which they first stand in it."""
        return tuple(node.name for node in self.nodes if node.name is not None)

    def evaluate(self, values: Mapping[str, Tensor]) -> Tensor:
        """Return PyTorch's result; with its graph, where a value requires a gradient.

        Args:
            values: floating point, of shapes that broadcast; at least those of `names`.

        Returns:
            Of the shape that all values broadcast to. Where there is no real number, NaN or ±∞.
        """
        result = list(self.trace(values))[-1]
        shape = torch.broadcast_shapes(*(value.shape for value in values.values()))
        if not isinstance(result, Tensor):
            like = next(iter(values.values()), torch.zeros((), dtype=torch.float64))
            return torch.full(shape, result, dtype=like.dtype, device=like.device)
        return result if result.shape == shape else result.expand(shape)

    def trace(self, values: Mapping[str, Tensor]) -> Iterator[Tensor | float]:
        """Yield each node's result in order, as PyTorch computes `code`; for a number a float.

        Args:
            values: as of `evaluate`.
        """
        results: list[Tensor | float] = []
        for node in self.nodes:
            if node.value is not None:
                result: Tensor | float = node.value
            elif node.name is not None:
                result = values[node.name]
            else:
                result = node.compute([results[at] for at in node.operands])
            results.append(result)
            yield result
