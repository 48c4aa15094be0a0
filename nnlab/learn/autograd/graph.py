"""A program computed by PyTorch, forward and backward, with all that happens on the way."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from nnlab.learn.autograd.program import Leaf, Operation, Program

MOST_JACOBIAN = 100_000
"""Numbers of a matrix of local derivatives that is written down."""
MOST_ROWS = 32
"""Limit for the result's rows: each takes a backward pass of its own."""


@dataclass(frozen=True)
class Tracked:
    """A tensor of the graph: a leaf or the result of an operation. All tensors are detached."""

    step: Leaf | Operation
    value: Tensor
    requires_grad: bool
    grad_fn: str | None
    """The name of the node that PyTorch recorded, as `MulBackward0`."""
    before: Tensor | None
    """`grad` of a leaf before the last `backward()`."""
    grad: Tensor | None
    """`grad` of a leaf after the last `backward()`."""

    @property
    def is_leaf(self) -> bool:
        """PyTorch's `is_leaf`: also True for a tensor that requires no gradient."""
        return self.grad_fn is None


@dataclass(frozen=True)
class Edge:
    """From an operand to an operation, and back."""

    source: int
    target: int
    place: int
    """Which of the operation's inputs the source is."""
    jacobian: Tensor | None
    """The local derivative: [target's numbers, source's numbers]. None: no gradient passes here, or
    it is too large to be written down."""
    passed: Tensor | None
    """The gradient that `backward()` passes to the source on this edge, of its shape. None:
    none."""
    so_far: Tensor | None
    """The sum of what the source was handed in this pass, this included."""


@dataclass(frozen=True)
class Graph:
    """The graph of a computation."""

    nodes: tuple[Tracked, ...]
    """Tensors in the order of the program, which is that of the forward pass."""
    edges: tuple[Edge, ...]
    """Edges in the order in which `backward()` follows them: operations from last to first."""
    refused: str | None
    """PyTorch's error if it refused to go backward; None where it did not."""


def record(program: Program, *, earlier: int = 0, no_grad: bool = False) -> Graph:
    """Compute a program, and go backward through it.

    Args:
        program: its leaves are not changed.
        earlier: how often it was computed and `backward()` called before, without `zero_grad()`.
        no_grad: compute within `torch.no_grad()`.
    """
    tensors = _leaves(program)
    befores: list[Tensor | None] = [None] * len(program)
    for turn in range(earlier + 1):
        values = _forward(program, tensors, no_grad=no_grad)
        if turn == earlier:
            befores = [_copied(value.grad) if value.is_leaf else None for value in values]
            for value in values:
                if value.requires_grad:
                    value.retain_grad()
        try:
            values[-1].backward()
        except RuntimeError as error:  # nothing of it requires a gradient
            return Graph(_tracked(program, values, befores), _edges(program, values), str(error))
    return Graph(_tracked(program, values, befores), _edges(program, values), None)


def _leaves(program: Program) -> dict[int, Tensor]:
    return {
        at: step.value.detach().clone().requires_grad_(step.requires_grad)
        for at, step in enumerate(program)
        if isinstance(step, Leaf)
    }


def _forward(program: Program, leaves: dict[int, Tensor], *, no_grad: bool) -> list[Tensor]:
    values: list[Tensor] = []
    with torch.set_grad_enabled(not no_grad):
        for at, step in enumerate(program):
            if isinstance(step, Leaf):
                values.append(leaves[at])
            else:
                values.append(step.function(*(values[source] for source in step.inputs)))
    return values


def _copied(tensor: Tensor | None) -> Tensor | None:
    return None if tensor is None else tensor.detach().clone()


def _tracked(
    program: Program, values: Sequence[Tensor], befores: Sequence[Tensor | None]
) -> tuple[Tracked, ...]:
    return tuple(
        Tracked(
            step,
            value.detach(),
            value.requires_grad,
            value.grad_fn.name() if value.grad_fn is not None else None,
            before,
            _copied(value.grad) if value.is_leaf or value.retains_grad else None,
        )
        for step, value, before in zip(program, values, befores, strict=True)
    )


# Operation by operation -------------------------------------------------------------------------


def _edges(program: Program, values: Sequence[Tensor]) -> tuple[Edge, ...]:
    """Each operation once more by itself, so that every way has its own gradient."""
    sums: dict[int, Tensor] = {}
    edges: list[Edge] = []
    for target in reversed(range(len(program))):
        step = program[target]
        if not isinstance(step, Operation):
            continue
        value = values[target]
        if not value.requires_grad:
            edges += [
                Edge(source, target, place, None, None, None)
                for place, source in enumerate(step.inputs)
            ]
            continue
        copies = [
            values[source].detach().clone().requires_grad_(values[source].requires_grad)
            for source in step.inputs
        ]
        with torch.enable_grad():
            result = step.function(*copies)
        ways = [copy for copy in copies if copy.requires_grad]
        grad = value.grad
        assert grad is not None, "it was retained"
        # Times 1, so the same to the last bit; `grad_outputs` would make PyTorch import SymPy.
        with torch.enable_grad():
            handed_on = (result * grad).sum()
        passed = iter(torch.autograd.grad(handed_on, ways, retain_graph=True))
        jacobians = iter(_jacobians(result, ways))
        for place, (source, copy) in enumerate(zip(step.inputs, copies, strict=True)):
            if not copy.requires_grad:
                edges.append(Edge(source, target, place, None, None, None))
                continue
            given = next(passed)
            sums[source] = sums[source] + given if source in sums else given
            edges.append(Edge(source, target, place, next(jacobians), given, sums[source]))
    return tuple(edges)


def _jacobians(result: Tensor, ways: Sequence[Tensor]) -> list[Tensor | None]:
    """Return the Jacobian for each input; None where the matrix would be too large."""
    small = [
        result.numel() <= MOST_ROWS and result.numel() * way.numel() <= MOST_JACOBIAN
        for way in ways
    ]
    chosen = [way for way, fits in zip(ways, small, strict=True) if fits]
    if not chosen:
        return [None] * len(ways)
    rows = [
        torch.autograd.grad(one, chosen, retain_graph=True) for one in result.flatten().unbind()
    ]
    matrices = (
        torch.stack([row.flatten() for row in column]) for column in zip(*rows, strict=True)
    )
    return [next(matrices) if fits else None for fits in small]


def backward_order(graph: Graph) -> list[int]:
    """The operations in the order in which the gradient reaches them."""
    order = dict.fromkeys(edge.target for edge in graph.edges if edge.passed is not None)
    return list(order)
