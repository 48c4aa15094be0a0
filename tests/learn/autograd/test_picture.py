"""What the browser is told: order, sums, sentences, opened layers, and places of their own."""

import json
from itertools import pairwise
from typing import Any

import torch
from torch import nn

from nnlab.learn.autograd.graph import record
from nnlab.learn.autograd.of_network import of_network
from nnlab.learn.autograd.picture import picture_of, rows_of
from nnlab.texts import number
from tests.learn.autograd.test_graph import NEURON, X, Y, graph_of, network


def box(picture: dict[str, Any], label: str) -> dict[str, Any]:
    (found,) = (one for one in picture["boxes"] if one["label"] == label)
    return found


def test_values_appear_in_order_and_gradients_in_reverse() -> None:
    picture = picture_of(graph_of(NEURON))
    made = [one for one in picture["boxes"] if one["made"]]
    assert [one["appears"] for one in made] == list(range(1, picture["forward"] + 1))
    assert {one["appears"] for one in picture["boxes"] if not one["made"]} == {0}
    done = {one["id"]: one["grads"][-1]["step"] for one in picture["boxes"]}
    assert done[picture["boxes"][-1]["id"]] == picture["forward"] + 1
    for line in picture["lines"]:
        assert done[line["target"]] < line["step"] <= done[line["source"]] <= picture["last"]
    assert len(picture["sentences"]) == picture["last"] + 1


def test_where_paths_meet_the_sum_is_told_and_its_first_part_before() -> None:
    graph = graph_of(NEURON)
    w = box(picture_of(graph), "w")
    assert [state["short"] for state in w["grads"]] == ["0.3 + …", "1.93"]
    assert w["grads"][-1]["sum"] == "0.3 + 1.63"
    first, second = (float(part) for part in w["grads"][-1]["sumFull"].split(" + "))
    assert first + second == float(w["grads"][-1]["full"])
    again = box(picture_of(graph_of(NEURON, earlier=1)), "w")
    assert again["before"] == "1.93"
    assert again["grads"][-1]["sum"] == "1.93 + 0.3 + 1.63"
    assert again["grads"][-1]["short"] == "3.86"


def test_full_numbers_are_what_python_prints() -> None:
    graph = graph_of(NEURON)
    told = zip(graph.nodes, picture_of(graph)["boxes"], rows_of(graph), strict=True)
    for node, one, row in told:
        assert node.grad is not None
        assert one["full"] == repr(node.value.item())
        assert one["grads"][-1]["full"] == repr(node.grad.item())
        assert row[:3] == (node.step.code, one["full"], one["grads"][-1]["full"])


def test_no_grad_ends_with_what_pytorch_says() -> None:
    picture = picture_of(graph_of(NEURON, no_grad=1))
    assert picture["last"] == picture["forward"] + 1
    assert "does not require grad" in picture["sentences"][-1]
    assert not any(one["grads"] for one in picture["boxes"])


def test_an_opened_layer_has_a_box_for_each_number_and_a_line_for_each_weight() -> None:
    mine = network()
    graph = record(of_network(mine, X, Y, "cross_entropy"))
    names = [node.step.name for node in graph.nodes]
    opened = [names.index(name) for name in ("1 Tanh", "3 Linear", "4 ReLU")]
    picture = picture_of(graph, opened)
    weight = dict(mine.named_parameters())["3.weight"].detach()
    tanh, linear = opened[0], opened[1]
    lines = {(line["source"], line["target"]): line for line in picture["lines"]}
    for i in range(3):
        for j in range(5):
            line = lines[f"{tanh}.{j}", f"{linear}.{i}"]
            assert line["full"] == repr(weight[i, j].item())
    assert (f"{linear}.0", f"{opened[2]}.1") not in lines, "relu takes each number by itself"
    grad = graph.nodes[tanh].grad
    assert grad is not None
    told = [box(picture, f"1 Tanh[{j}]")["grads"][-1]["full"] for j in range(5)]
    assert told == [repr(value) for value in grad.flatten().tolist()]
    assert box(picture, "1 Tanh[0]")["grads"][-1]["sum"].count("+") + 1 == 3


def test_a_layer_is_one_box_with_its_shape_and_norm() -> None:
    graph = record(of_network(network(), X, Y, "cross_entropy"))
    folded = box(picture_of(graph), "0.weight")
    weight = graph.nodes[1].value
    assert folded["shape"] == "[5, 2]"
    assert folded["value"] == f"‖{number(weight.norm().item())}‖"
    assert not box(picture_of(graph), "loss")["opens"]


def test_what_is_large_cannot_be_opened_and_its_numbers_are_not_all_sent() -> None:
    large = nn.Sequential(nn.Flatten(), nn.Linear(784, 400), nn.ReLU(), nn.Linear(400, 10)).eval()
    graph = record(of_network(large, torch.randn(1, 1, 28, 28), Y, "cross_entropy"))
    picture = picture_of(graph, range(len(graph.nodes)))
    assert not box(picture, "1 Linear")["opens"]
    assert len(json.dumps(picture)) < 50_000


def test_no_two_boxes_stand_on_each_other_and_lines_go_forward() -> None:
    program = "(x*w + b)*(x - w)*(b + y) + x*w*b*y - tanh(x)*w + max(b, y)*x"
    picture = picture_of(graph_of(program))
    places = [(one["x"], one["y"]) for one in picture["boxes"]]
    places += {tuple(bend) for line in picture["lines"] for bend in line["bends"]}
    for column in {x for x, _y in places}:
        rows = sorted(y for x, y in places if x == column)
        assert all(low - high >= 1 - 1e-9 for high, low in pairwise(rows))
    at = {one["id"]: one["x"] for one in picture["boxes"]}
    assert all(at[line["source"]] < at[line["target"]] for line in picture["lines"])
