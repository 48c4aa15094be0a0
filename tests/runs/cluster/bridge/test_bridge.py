"""What the bridge is told, and how it looks at the nodes, without a cluster."""

import io
import queue
import threading
from typing import Any

import pytest

from nnlab.runs.cluster.bridge import __main__ as bridge
from nnlab.runs.cluster.bridge import all_runs
from nnlab.runs.cluster.bridge.all_runs import AllRuns
from nnlab.runs.cluster.bridge.nodes import Nodes
from nnlab.runs.cluster.lines import DropOrder, LostNews, NodesNews, to_line
from nnlab.runs.cluster.needs import share_of
from tests.runs.bench import wait_for

TOLD = {
    "python": "3.0.0",
    "torch": None,
    "processor": "",
    "host": "a",
    "memory": 1,
    "memory_free": 1,
    "gpus": [],
}


class Cluster:
    """Says of its nodes what it is told to say."""

    head = "127.0.0.1:1"

    def __init__(self, count: int = 1) -> None:
        self.alive = {
            f"id-{n}": {"Resources": {"CPU": 2.0}, "NodeManagerAddress": ""} for n in range(count)
        }
        self.failures = 0
        self.looks = 0

    def answers(self) -> bool:
        return True

    def nodes(self) -> dict[str, Any]:
        self.looks += 1
        if self.failures:
            self.failures -= 1
            raise RuntimeError("the head is slow")
        return self.alive

    def look(self, _node: str) -> Any:
        return lambda _seconds: TOLD

    def keep(self, value: object) -> object:
        return value

    def worker(self, *_args: Any) -> Any:
        raise AssertionError("no node is usable")


def test_a_damaged_order_is_passed_over_and_the_next_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drop = DropOrder(drop="there")
    lines = b'{"run": 1}\nnothing\n' + b"x" * (bridge.LINE_BYTES + 10) + b"\n"
    stdin = io.TextIOWrapper(io.BytesIO(lines + to_line(drop).encode()))
    monkeypatch.setattr(bridge.sys, "stdin", stdin)
    orders: queue.SimpleQueue[Any] = queue.SimpleQueue()
    bridge._orders(orders)
    assert [orders.get(), orders.get()] == [drop, None]


def test_a_head_that_fails_for_once_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(all_runs, "LOOK_SECONDS", 0.01)
    cluster, said = Cluster(), list[Any]()
    led = AllRuns(cluster, said.append, share_of(4))  # ty: ignore[invalid-argument-type]
    led.begin()
    cluster.failures = 2
    count = len(said)
    wait_for(lambda: len(said) > count + 1, "the nodes once more")
    assert {type(one) for one in said} == {NodesNews}
    led.close()


def test_a_loss_is_told_where_the_head_does_not_answer(tmp_path) -> None:
    cluster, said = Cluster(), list[Any]()
    led = AllRuns(cluster, said.append, share_of(4))  # ty: ignore[invalid-argument-type]
    cluster.failures = 1
    led._lost(tmp_path, ["id-0"], "it died")
    assert isinstance(said[-1], LostNews)


def test_a_node_is_doubted_while_all_are_looked_at() -> None:
    cluster = Cluster(3)
    nodes = Nodes(cluster)  # ty: ignore[invalid-argument-type]
    nodes.look()
    doubting = threading.Thread(target=nodes.doubt, args=("id-2",), daemon=True)

    class Alive(dict):
        def __contains__(self, node: object) -> bool:
            if doubting.ident is None:
                doubting.start()
                doubting.join(0.2)  # it is done now, or waits for the look
            return super().__contains__(node)

    cluster.alive = Alive(cluster.alive)
    nodes.look()
    doubting.join(10)
    assert not doubting.is_alive()


def test_a_process_made_ahead_has_the_share_that_runs_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of three to a core, too, whose share is rounded down: else none of them is ever taken."""
    shares = list[float]()

    class Led:
        def __init__(self, _cluster: object, _say: object, small: float) -> None:
            shares.append(small)

        def begin(self) -> None: ...

        def close(self) -> None: ...

    monkeypatch.setattr(bridge, "Mouth", type("Silent", (), {"say": None}))
    monkeypatch.setattr(bridge, "_connected", lambda *_args, **_named: object())
    monkeypatch.setattr(all_runs, "AllRuns", Led)
    monkeypatch.setattr(bridge.sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    bridge.main("", 3)
    assert shares == [share_of(3)]
