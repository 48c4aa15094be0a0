"""A computation as a list: leaves, and operations on what stands before them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from torch import Tensor

from nnlab.learn.formula import Formula, Node


@dataclass(frozen=True)
class Leaf:
    """A tensor that no operation made: a variable, a weight, an input."""

    name: str
    value: Tensor
    requires_grad: bool
    """Floating point alone can."""

    @property
    def code(self) -> str:
        """Return the leaf as text in a line of code."""
        return self.name


@dataclass(frozen=True)
class Operation:
    """One operation of PyTorch."""

    name: str
    """Short, for a drawing."""
    code: str
    """The line that computes it."""
    inputs: tuple[int, ...]
    """Numbers of what stands before it in the program. One may stand twice, as in x·x."""
    function: Callable[..., Tensor]
    """Function of the inputs, in order."""


Program = tuple[Leaf | Operation, ...]
"""The last operation is the result, of one number."""


def with_flipped(program: Program, flipped: Collection[int]) -> Program:
    """The program in which `requires_grad` of some leaves, by number, is the other way round.

    What is no leaf, or has no floating point, stays as it is.
    """
    return tuple(
        replace(step, requires_grad=not step.requires_grad)
        if at in flipped and isinstance(step, Leaf) and step.value.is_floating_point()
        else step
        for at, step in enumerate(program)
    )


def of_formula(formula: Formula, values: Mapping[str, Tensor]) -> Program:
    """A formula at a point. Its numbers are parts of the operations, as in PyTorch's own graph.

    Args:
        formula: with at least one variable.
        values: of its variables, each of shape (). All require a gradient.
    """
    program: list[Leaf | Operation] = []
    places: dict[int, int] = {}
    # The variables first, in the order of the formula: they are there before anything is computed.
    for number, node in enumerate(formula.nodes):
        if node.name is not None:
            places[number] = len(program)
            program.append(Leaf(node.name, values[node.name], requires_grad=True))
    for number, node in enumerate(formula.nodes):
        if node.operation is None:
            continue
        numbers = {
            place: value
            for place, at in enumerate(node.operands)
            if (value := formula.nodes[at].value) is not None
        }
        texts = [
            formula.nodes[at].text if i in numbers else "" for i, at in enumerate(node.operands)
        ]
        inputs = tuple(places[at] for at in node.operands if at in places)
        places[number] = len(program)
        program.append(Operation(_label(node.text, texts), node.code, inputs, _with(node, numbers)))
    return tuple(program)


def _with(node: Node, numbers: Mapping[int, float]) -> Callable[..., Tensor]:
    """The operation as a function of its tensors alone."""

    def function(*tensors: Tensor) -> Tensor:
        given = iter(tensors)
        count = len(node.operands)
        return node.compute([numbers[at] if at in numbers else next(given) for at in range(count)])

    return function


def _label(name: str, numbers: list[str]) -> str:
    """`* ` between two tensors, `0.1 *` and `** 2` with a number, `max 0` of a function."""
    shown = {"*": "×", "-": "−", "/": "÷"}.get(name, name)
    if len(numbers) == 1:
        return shown if name.isalpha() else f"{shown} "
    left, right = numbers
    if left and not name.isalpha():
        return f"{left} {shown}"
    return " ".join(part for part in (shown, left or right) if part)
