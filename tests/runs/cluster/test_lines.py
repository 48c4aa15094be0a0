"""What the launcher and the bridge say to each other."""

import json
from dataclasses import asdict

import pytest

from nnlab.errors import NnlabError
from nnlab.runs.cluster import lines
from nnlab.runs.cluster.lines import (
    DownNews,
    DropOrder,
    LostNews,
    NodesNews,
    ReplayOrder,
    TrainOrder,
    read_news,
    read_order,
    to_line,
)
from tests.runs.cluster.nodes import node

PLACED = {"run": "/runs/a", "data_dir": "/data", "nodes": ["id-a"], "gpus": 0}
TRAIN = PLACED | {
    "since": 12.5,
    "device": "cpu",
    "nice": 5,
    "memory": None,
    "threads": 1,
    "cpus": 0.25,
}
REPLAY = PLACED | {
    "replay": "/past/a",
    "step": 7,
    "kind": "",
    "steps": None,
    "memory": 1000,
    "cpus": 0,
}
NODES = {"nodes": [asdict(node("a"))], "data": [{"name": "mnist", "bytes": 10}]}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (TRAIN | {"lost": None}, TrainOrder),
        (TRAIN | {"lost": {"node": "a"}}, TrainOrder),
        (REPLAY, ReplayOrder),
        ({"drop": "/runs/a"}, DropOrder),
    ],
)
def test_an_order_is_read_as_it_was_written(said: dict, kind: type) -> None:
    order = read_order(json.dumps(said))
    assert isinstance(order, kind)
    assert to_line(order).endswith("}\n")
    assert read_order(to_line(order)) == order
    assert json.loads(to_line(order)) == said


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (NODES, NodesNews),
        ({"down": "nobody answers"}, DownNews),
        ({"lost": "/runs/a", "node": "id-a", "name": "a", "why": "died"}, LostNews),
    ],
)
def test_news_are_read_as_they_were_written(said: dict, kind: type) -> None:
    news = read_news(json.dumps(said))
    assert isinstance(news, kind)
    assert read_news(to_line(news).encode()) == news


def test_a_node_in_a_line_is_one_that_runs_are_placed_on() -> None:
    news = read_news(json.dumps(NODES))
    assert isinstance(news, NodesNews)
    assert news.nodes == (node("a"),)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "ray is here",
        "[]",
        "{}",
        '{"nodes": [{"id": "a"}]}',
        json.dumps({"nodes": [asdict(node("a", cpus=-1))]}),
        json.dumps({"nodes": [asdict(node("a", cpus=float("inf")))]}),
        json.dumps({"nodes": [asdict(node("a" * 5000))]}),
    ],
)
def test_what_is_no_news_is_refused_with_what_was_received(line: str) -> None:
    with pytest.raises(NnlabError, match="between the lab and its cluster"):
        read_news(line)


def test_a_line_without_end_is_not_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LINE_BYTES", 100)
    with pytest.raises(NnlabError, match="has 200 characters, and may have 100"):
        read_news("x" * 200)
