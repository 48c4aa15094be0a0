"""A description of each step in one sentence."""

from nnlab.errors import shortened
from nnlab.learn.autograd.graph import Edge, Graph
from nnlab.learn.autograd.numbers import short
from nnlab.learn.autograd.program import Operation
from nnlab.texts import _


def sentences_of(graph: Graph) -> list[str]:
    """Return one sentence for each step, from step 0, in the order of `picture.picture_of`."""
    said = [_("The leaves have their values. Nothing is computed yet.")]
    said += [
        _("Forward: {code} = {value}", code=_code(node.step.code), value=short(node.value))
        for node in graph.nodes
        if isinstance(node.step, Operation)
    ]
    if graph.refused is not None:
        said.append(_("backward() raises RuntimeError: {error}", error=graph.refused))
        return said
    said.append(_("backward() begins at the result: its gradient by itself is 1."))
    by_target: dict[int, list[Edge]] = {}
    for edge in graph.edges:
        if edge.passed is not None:
            by_target.setdefault(edge.target, []).append(edge)
    return said + [_backward(graph, target, edges) for target, edges in by_target.items()]


def _backward(graph: Graph, target: int, edges: list[Edge]) -> str:
    node = graph.nodes[target]
    parts = [_way(graph, edge) for edge in edges]
    return _(
        "Backward through {name}, gradient {grad}: {ways}",
        name=node.step.name.strip(),
        grad=short(node.grad),
        ways="; ".join(parts),
    )


def _way(graph: Graph, edge: Edge) -> str:
    grad, source = graph.nodes[edge.target].grad, _code(graph.nodes[edge.source].step.code)
    local = edge.jacobian
    if local is not None and local.numel() == 1:
        said = _(
            "{grad} × {local} = {passed} to {source}",
            grad=_factor(short(grad)),
            local=_factor(short(local)),
            passed=short(edge.passed),
            source=source,
        )
    else:
        said = _("{passed} to {source}", passed=short(edge.passed), source=source)
    if edge.so_far is not edge.passed:
        said = _("{said}, which sums to {total}", said=said, total=short(edge.so_far))
    return said


def _factor(text: str) -> str:
    return f"({text})" if text.startswith("−") else text


def _code(code: str) -> str:
    return shortened(code)
