"""The boxes and lines of a graph: a tensor is one box, or, opened, one for each of its numbers."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from torch import Tensor

from nnlab.learn.autograd.graph import Edge, Graph

MOST_UNITS = 10
"""Numbers of a tensor that can be opened."""


@dataclass(frozen=True)
class Box:
    """A tensor of the graph, or one number of it."""

    at: int
    unit: int | None
    value: Tensor
    before: Tensor | None
    grad: Tensor | None

    @property
    def id(self) -> str:
        """`3`, or `3.0` of its first number."""
        return str(self.at) if self.unit is None else f"{self.at}.{self.unit}"


@dataclass(frozen=True)
class Line:
    """From a box to one that is computed from it."""

    source: Box
    target: Box
    place: int
    """Which input of the target's operation the source is."""
    local: Tensor | None
    """The local derivative: a number, or a matrix [target's, source's numbers]; None: no gradient
    passes here, or it is not written down."""
    passed: Tensor | None
    """The gradient that `backward()` passes to the source here."""
    so_far: Tensor | None
    """The sum of what the source was handed, once the target's operation is through."""


def can_open(graph: Graph, at: int) -> bool:
    """Whether a tensor is small, and all local derivatives around it are written down."""
    around = [edge for edge in graph.edges if at in (edge.source, edge.target)]
    return 1 < graph.nodes[at].value.numel() <= MOST_UNITS and all(
        edge.passed is None or edge.jacobian is not None for edge in around
    )


def boxes_of(graph: Graph, opened: Iterable[int]) -> dict[int, list[Box]]:
    """Return the boxes by the number of a tensor; those of `opened` are opened where possible."""
    wanted = set(opened)
    found: dict[int, list[Box]] = {}
    for at, node in enumerate(graph.nodes):
        if at in wanted and can_open(graph, at):
            found[at] = [
                Box(at, unit, value, _number(node.before, unit), _number(node.grad, unit))
                for unit, value in enumerate(node.value.flatten())
            ]
        else:
            found[at] = [Box(at, None, node.value, node.before, node.grad)]
    return found


def _number(tensor: Tensor | None, unit: int) -> Tensor | None:
    return None if tensor is None else tensor.flatten()[unit]


def lines_of(graph: Graph, boxes: dict[int, list[Box]]) -> list[Line]:
    """Return the lines in the order in which `backward()` follows them."""
    lines: list[Line] = []
    for edge in graph.edges:
        is_open = len(boxes[edge.source]) > 1 and len(boxes[edge.target]) > 1
        is_by_element = is_open and _is_diagonal(edge.jacobian)
        for target in boxes[edge.target]:
            lines += [
                _line(graph, edge, source, target)
                for source in boxes[edge.source]
                if not (is_by_element and source.unit != target.unit)
            ]
    return lines


def _is_diagonal(jacobian: Tensor | None) -> bool:
    """Whether each number comes from one alone, as of tanh."""
    if jacobian is None or jacobian.shape[0] != jacobian.shape[1]:
        return False
    return not (jacobian - jacobian.diag().diag()).any()


def _line(graph: Graph, edge: Edge, source: Box, target: Box) -> Line:
    if edge.passed is None or edge.so_far is None:
        return Line(source, target, edge.place, None, None, None)
    local = edge.jacobian
    passed, so_far = edge.passed.flatten(), edge.so_far.flatten()
    if target.unit is not None:
        assert local is not None, "only then it can be opened"
        assert target.grad is not None, "its operation was gone through"
        local = local[target.unit, None]
        passed = (target.grad * local)[0]
    if source.unit is not None:
        assert local is not None, "only then it can be opened"
        local = local[:, source.unit, None]
        passed, so_far = passed[source.unit], so_far[source.unit]
    return Line(source, target, edge.place, local, passed, so_far)


def ways_of(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """Return the lines that end at each box, by its id, in order."""
    ways = defaultdict[str, list[Line]](list)
    for line in lines:
        if line.passed is not None:
            ways[line.source.id].append(line)
    return ways
