"""Every number of the graph is PyTorch's own, and right: by mpmath and by finite differences."""

from collections.abc import Callable

import mpmath
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nnlab.learn.autograd.graph import Graph, record
from nnlab.learn.autograd.of_network import of_network
from nnlab.learn.autograd.program import Leaf, of_formula, with_flipped
from nnlab.learn.formula import parse
from nnlab.models import build
from nnlab.recipes import get

AT = {"w": 1.5, "x": -0.8, "b": 0.5, "y": 1.0}
NEURON = "(tanh(x*w + b) - y)**2 + 0.1*w**2"
FORMULAS = (
    *(NEURON, "x*x + x*x*x", "x*w / (b + w*w) - x", "exp(sin(x)*w) + exp(sin(x))"),
    *("log(x*x + w**2) * max(x, w) * max(b, 0.1)", "relu(w)*w - sqrt(b)**3 - abs(x)/w", "x"),
)


def values(at: dict[str, float] | None = None) -> dict[str, Tensor]:
    return {name: torch.tensor(one, dtype=torch.float64) for name, one in (at or AT).items()}


def graph_of(text: str, *, flipped: tuple[int, ...] = (), **how: int) -> Graph:
    program = with_flipped(of_formula(parse(text, tuple(AT)), values()), flipped)
    return record(program, earlier=how.get("earlier", 0), no_grad=bool(how.get("no_grad", 0)))


@pytest.mark.parametrize("text", FORMULAS)
def test_gradients_are_the_very_ones_of_the_line_of_pytorch(text: str) -> None:
    leaves = {name: value.requires_grad_() for name, value in values().items()}
    result = parse(text, tuple(AT)).evaluate(leaves)
    graph = graph_of(text)
    assert torch.equal(graph.nodes[-1].value, result.detach())
    result.backward()
    for node in graph.nodes:
        if isinstance(node.step, Leaf):
            wanted = leaves[node.step.name].grad
            assert wanted is not None
            assert node.grad is not None
            assert torch.equal(node.grad, wanted), node.step.name


@pytest.mark.parametrize("text", FORMULAS)
def test_gradients_are_those_that_mpmath_takes_by_differences(text: str) -> None:
    formula = parse(text, tuple(AT))
    functions = {name: getattr(mpmath, name) for name in ("tanh", "exp", "log", "sin", "sqrt")}
    functions |= {"abs": abs, "max": max, "relu": lambda one: max(one, 0)}
    names = formula.names

    def evaluated(*at: float) -> object:
        scope = {"__builtins__": {}, **functions, **dict(zip(names, at, strict=True))}
        return eval(text, scope)

    with mpmath.workdps(40):
        point = tuple(mpmath.mpf(AT[name]) for name in names)
        for place, name in enumerate(names):
            order = tuple(int(one == place) for one in range(len(names)))
            wanted = float(mpmath.diff(evaluated, point, order))
            (node,) = (n for n in graph_of(text).nodes if n.step.name == name)
            assert node.grad is not None
            assert node.grad.item() == pytest.approx(wanted, rel=1e-12), name


@pytest.mark.parametrize("text", FORMULAS)
def test_what_paths_bring_is_summed_in_pytorchs_own_order(text: str) -> None:
    """The last sum is the gradient to the last bit; each part is gradient × local derivative."""
    graph = graph_of(text)
    last = {edge.source: edge for edge in graph.edges}
    assert set(last) == set(range(len(graph.nodes) - 1))
    for source, edge in last.items():
        grad = graph.nodes[source].grad
        assert grad is not None
        assert edge.so_far is not None
        assert torch.equal(edge.so_far, grad)
    for edge in graph.edges:
        grad = graph.nodes[edge.target].grad
        assert edge.jacobian is not None
        assert edge.passed is not None
        assert grad is not None
        assert edge.passed.item() == pytest.approx((grad * edge.jacobian).item(), rel=1e-14)


def test_two_edges_lead_from_a_number_to_its_square_written_as_a_product() -> None:
    graph = graph_of("w*w")
    assert [(edge.source, edge.target, edge.place) for edge in graph.edges] == [
        (0, 1, 0),
        (0, 1, 1),
    ]
    assert [edge.jacobian.item() for edge in graph.edges if edge.jacobian is not None] == [1.5, 1.5]
    assert graph.nodes[0].grad == 3


def test_backward_again_adds_to_the_leaves_and_to_nothing_else() -> None:
    once, thrice = graph_of(NEURON), graph_of(NEURON, earlier=2)
    for one, three in zip(once.nodes, thrice.nodes, strict=True):
        assert one.grad is not None
        assert three.grad is not None
        if one.is_leaf:
            assert three.before is not None
            assert torch.equal(three.before, one.grad + one.grad)
            assert torch.equal(three.grad, one.grad + one.grad + one.grad)
        else:
            assert three.before is None
            assert torch.equal(three.grad, one.grad)


def test_under_no_grad_nothing_is_recorded_and_backward_is_refused() -> None:
    graph = graph_of(NEURON, no_grad=1)
    assert graph.refused is not None
    assert "does not require grad" in graph.refused
    assert all(node.is_leaf and node.grad is None for node in graph.nodes)
    assert all(edge.passed is None for edge in graph.edges)
    assert torch.equal(graph.nodes[-1].value, graph_of(NEURON).nodes[-1].value)


def test_a_leaf_that_requires_no_gradient_has_none_and_changes_no_other() -> None:
    whole, without_x = graph_of(NEURON), graph_of(NEURON, flipped=(0,))
    assert without_x.nodes[0].step.name == "x"
    assert without_x.nodes[0].grad is None
    for one, other in zip(whole.nodes[1:], without_x.nodes[1:], strict=True):
        assert one.grad is not None
        assert other.grad is not None
        assert torch.equal(one.grad, other.grad)
    assert graph_of(NEURON, flipped=(0, 1, 2, 3)).refused is not None


# A network ---------------------------------------------------------------------------------------


def network() -> nn.Sequential:
    torch.manual_seed(3)
    layers = (
        nn.Linear(2, 5),
        nn.Tanh(),
        nn.Dropout(0.5),
        nn.Linear(5, 3),
        nn.ReLU(),
        nn.Linear(3, 2),
    )
    return nn.Sequential(*layers).eval()


X, Y = torch.tensor([[0.3, -1.2]]), torch.tensor([1])


def test_a_networks_gradients_are_those_of_its_own_backward() -> None:
    theirs = network()
    graph = record(of_network(theirs, X, Y, "cross_entropy"))
    assert all(parameter.grad is None for parameter in theirs.parameters())
    loss = F.cross_entropy(theirs(X), Y)
    loss.backward()
    assert torch.equal(graph.nodes[-1].value, loss.detach())
    found = {node.step.name: node.grad for node in graph.nodes if isinstance(node.step, Leaf)}
    assert found.pop("x") is None
    wanted = {name: parameter.grad for name, parameter in theirs.named_parameters()}
    assert found.keys() == wanted.keys()
    for name, grad in wanted.items():
        assert grad is not None
        mine = found[name]
        assert mine is not None
        assert torch.equal(mine, grad), name


def test_a_network_of_tokens_is_a_graph_with_its_own_gradients() -> None:
    experiment = get("attention-reverse").experiment
    theirs = build(experiment.model, (8,)).eval()
    x, y = torch.tensor([[2, 3, 7, 4, 5, 3, 0, 2]]), torch.tensor([[2, 0, 3, 5, 4, 7, 3, 2]])
    graph = record(of_network(theirs, x, y, "cross_entropy"))
    F.cross_entropy(theirs(x).mT, y).backward()
    assert graph.nodes[-1].step.code == f"F.cross_entropy(h{len(theirs)}.mT, y)"
    found = {node.step.name: node.grad for node in graph.nodes if isinstance(node.step, Leaf)}
    assert found.pop("x") is None
    for name, parameter in theirs.named_parameters():
        torch.testing.assert_close(found[name], parameter.grad, rtol=1e-5, atol=1e-7)


def test_a_networks_gradients_are_the_slopes_of_its_loss() -> None:
    """By central differences in double precision."""
    double = network().double()
    x = X.double()
    graph = record(of_network(double, x, Y, "cross_entropy"))
    grads = {node.step.name: node.grad for node in graph.nodes}

    def loss() -> float:
        with torch.no_grad():
            return F.cross_entropy(double(x), Y).item()

    for name, parameter in double.named_parameters():
        grad = grads[name]
        assert grad is not None
        slopes = [_slope(parameter, place, loss) for place in range(parameter.numel())]
        assert grad.flatten().tolist() == pytest.approx(slopes, abs=1e-8), name


def _slope(parameter: Tensor, place: int, loss: Callable[[], float], step: float = 1e-6) -> float:
    flat = parameter.data.view(-1)
    value = flat[place].item()
    found = []
    for to in (value + step, value - step):
        flat[place] = to
        found.append(loss())
    flat[place] = value
    return (found[0] - found[1]) / (2 * step)


def test_a_linear_layers_local_derivative_is_its_weight_and_tanhs_is_1_minus_its_square() -> None:
    mine = network()
    graph = record(of_network(mine, X, Y, "cross_entropy"))
    names = [node.step.name for node in graph.nodes]
    assert "2 Dropout" not in names, "it drops nothing, so it is no operation"
    by_ends = {(names[e.source], names[e.target]): e.jacobian for e in graph.edges}
    weight = by_ends["1 Tanh", "3 Linear"]
    assert weight is not None
    assert torch.equal(weight, dict(mine.named_parameters())["3.weight"].detach())
    tanh = graph.nodes[names.index("1 Tanh")].value[0]
    local = by_ends["0 Linear", "1 Tanh"]
    assert local is not None
    assert torch.allclose(local, torch.diag(1 - tanh**2), atol=1e-7)


def test_a_large_layer_has_gradients_and_no_matrix_of_local_derivatives() -> None:
    large = nn.Sequential(nn.Flatten(), nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, 10)).eval()
    graph = record(of_network(large, torch.randn(1, 1, 28, 28), Y, "cross_entropy"))
    names = [node.step.name for node in graph.nodes]
    edges = {(names[e.source], names[e.target]): e for e in graph.edges}
    edge = edges["1.weight", "1 Linear"]
    assert edge.jacobian is None
    assert edge.passed is not None
    assert edge.passed.shape == (400, 784)
