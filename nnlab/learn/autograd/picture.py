"""A graph as the browser draws it: where all stands, and at which step each number is there.

Step 0: the leaves have values. Steps 1 to `forward`: one operation each. Then `backward()`: one
step for the result's own gradient, and one for each operation that a gradient reaches.
"""

from collections.abc import Callable, Collection
from typing import Any

from torch import Tensor

from nnlab.learn.autograd.boxes import (
    Box,
    Line,
    boxes_of,
    can_open,
    lines_of,
    ways_of,
)
from nnlab.learn.autograd.graph import Graph, Tracked
from nnlab.learn.autograd.layout import Place, columns_of, lay_out
from nnlab.learn.autograd.numbers import in_full, shape_of, short, sign_of
from nnlab.learn.autograd.program import Leaf, Operation
from nnlab.learn.autograd.words import sentences_of

MOST_TERMS = 3
"""Limit for the terms of a sum that are written out on the picture."""


def picture_of(graph: Graph, opened: Collection[int] = ()) -> dict[str, Any]:
    """Return the JSON that `nnlab/web/learn/autograd.js` draws.

    Args:
        graph: of `record`.
        opened: numbers of tensors to show number by number, where they are small.
    """
    boxes = boxes_of(graph, opened)
    lines = lines_of(graph, boxes)
    program = tuple(node.step for node in graph.nodes)
    columns = columns_of(program)
    laid = lay_out(
        {box.id: columns[at] for at, group in boxes.items() for box in group},
        [(line.source.id, line.target.id, _aim(line, program)) for line in lines],
    )
    forward = {at: n for n, at in enumerate(_operations(graph), start=1)}
    reached = dict.fromkeys(edge.target for edge in graph.edges if edge.passed is not None)
    start = len(forward) + 1
    backward = {at: n for n, at in enumerate(reached, start=start + 1)}
    ways = ways_of(lines)
    return {
        "forward": len(forward),
        "last": start + len(backward),
        "refused": graph.refused,
        "sentences": sentences_of(graph),
        "boxes": [
            {
                **_box(graph, box, laid.places[box.id]),
                "appears": forward.get(at, 0),
                "grads": _grads(graph, box, ways.get(box.id, []), backward, start),
            }
            for at, group in boxes.items()
            for box in group
        ],
        "lines": [
            {
                "source": line.source.id,
                "target": line.target.id,
                "bends": laid.bends[line.source.id, line.target.id],
                "needs": line.passed is not None,
                "local": _local(line),
                "sign": sign_of(line.local),
                "full": in_full(line.local),
                "passed": short(line.passed),
                "step": backward.get(line.target.at, 0),
                "appears": forward[line.target.at],
            }
            for line in lines
        ],
    }


def _operations(graph: Graph) -> list[int]:
    return [at for at, node in enumerate(graph.nodes) if isinstance(node.step, Operation)]


def _aim(line: Line, program: tuple[Leaf | Operation, ...]) -> float:
    operation = program[line.target.at]
    assert isinstance(operation, Operation), "lines lead to operations"
    return (line.place - (len(operation.inputs) - 1) / 2) / 2


def _box(graph: Graph, box: Box, place: Place) -> dict[str, Any]:
    node = graph.nodes[box.at]
    return {
        "id": box.id,
        "at": box.at,
        "x": place[0],
        "y": place[1],
        "label": node.step.name if box.unit is None else f"{node.step.name}[{box.unit}]",
        "code": node.step.code if box.unit is None else f"{node.step.code}[{box.unit}]",
        "shape": shape_of(box.value),
        "value": short(box.value),
        "full": in_full(box.value),
        "before": short(box.before) if box.before is not None else None,
        "beforeFull": in_full(box.before),
        "leaf": node.is_leaf,
        "made": isinstance(node.step, Operation),
        "requires": node.requires_grad,
        "mayRequire": isinstance(node.step, Leaf) and node.value.is_floating_point(),
        "fn": node.grad_fn,
        "opens": can_open(graph, box.at),
        "opened": box.unit is not None,
    }


def _local(line: Line) -> str:
    """A number, the shape of a matrix, or nothing."""
    if line.passed is None:
        return ""
    if line.local is not None and line.local.numel() == 1:
        return short(line.local)
    return f"{line.target.value.numel():,}×{line.source.value.numel():,}"


def _grads(
    graph: Graph, box: Box, ways: list[Line], backward: dict[int, int], start: int
) -> list[dict[str, Any]]:
    """Return the gradients shown in a box, and from which step on each is shown."""
    node = graph.nodes[box.at]
    if graph.refused is not None or not node.requires_grad:
        return []
    if box.at == len(graph.nodes) - 1:
        return [_state(box, start, [])]
    states = dict[int, dict[str, Any]]()
    terms: list[Line] = []
    for line in ways:
        terms.append(line)
        step = backward[line.target.at]
        states[step] = {
            "step": step,
            "short": f"{short(line.so_far)} + …",
            "full": f"{in_full(line.so_far)} + …",
            "sign": sign_of(line.so_far),
            "sum": "",
            "sumFull": "",
        }
    if states:
        step = max(states)
        states[step] = _state(box, step, terms)
    return list(states.values())


def _state(box: Box, step: int, terms: list[Line]) -> dict[str, Any]:
    """The gradient once all ways have been gone."""
    added = [line.passed for line in terms if line.passed is not None]
    if box.before is not None:
        added.insert(0, box.before)
    is_sum = len(added) > 1
    return {
        "step": step,
        "short": short(box.grad),
        "full": in_full(box.grad),
        "sign": sign_of(box.grad),
        "sum": _sum(added, short) if is_sum else "",
        "sumFull": _sum(added, in_full) if is_sum else "",
    }


def _sum(terms: list[Tensor], written: Callable[[Tensor], str]) -> str:
    """Few numbers as a sum; of many, or of tensors, how many there are."""
    if len(terms) > MOST_TERMS or terms[0].numel() > 1:
        return f"Σ {len(terms)}"
    said = " + ".join(written(term) for term in terms)
    return said.replace("+ −", "− ").replace("+ -", "- ")


def rows_of(graph: Graph) -> list[tuple[str, str, str, str]]:
    """All numbers as a table: the code, the value, the gradient, and what PyTorch recorded."""
    return [
        (node.step.code, in_full(node.value), in_full(node.grad), _recorded(node))
        for node in graph.nodes
    ]


def _recorded(node: Tracked) -> str:
    if node.grad_fn is not None:
        return node.grad_fn
    return "requires_grad" if node.requires_grad else "–"
