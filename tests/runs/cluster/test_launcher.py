"""Runs that are handed to the nodes of a cluster, by a bridge that trains nothing."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from nnlab.errors import NnlabError
from nnlab.runs.cluster import launcher as cluster
from nnlab.runs.cluster.launcher import RayLauncher
from nnlab.runs.record import lock
from nnlab.runs.record.control import CONTROL_FILE as CONTROLS
from nnlab.runs.store import Run, Store
from nnlab.visitor import AT_THE_MACHINE, Visitor
from tests.runs.bench import endless, new_run, wait_for
from tests.runs.cluster.bench import Bridge, launcher_of, nodes_news, path_of
from tests.runs.cluster.nodes import node

A, B = node("a", 1), node("b", 2)
WHY = {"down": "nobody answers: start it."}


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "AGAIN_SECONDS", 0.1)


@pytest.fixture
def bridge(tmp_path: Path) -> Bridge:
    return Bridge(tmp_path)


@pytest.fixture
def up(tmp_path: Path, bridge: Bridge) -> Iterator[RayLauncher]:
    """Two nodes, with one core and with two; a run takes a core."""
    bridge.greet(nodes_news(A, B))
    made = launcher_of(tmp_path, bridge)
    made.wait_until_ready(60)
    yield made
    made.close()


@pytest.fixture
def connecting(tmp_path: Path, bridge: Bridge) -> Iterator[RayLauncher]:
    """Nothing was heard of the cluster yet."""
    made = launcher_of(tmp_path, bridge)
    wait_for(lambda: bridge.starts, "the bridge")
    yield made
    made.close()


def runs_in(home: Path, count: int) -> list[Run]:
    return [new_run(home / "runs", endless(), f"run {number}") for number in range(count)]


def start(made: RayLauncher, *runs: Run, visitor: Visitor = AT_THE_MACHINE) -> None:
    for run in runs:
        made.start(run, visitor=visitor)


def running(made: RayLauncher, *runs: Run) -> None:
    for run in runs:
        wait_for(lambda run=run: made.status(run) == "running", f"{run.id} to run")


# Handing over ------------------------------------------------------------------------------------


def test_runs_are_handed_to_the_node_with_most_room_and_the_rest_queue(
    up: RayLauncher, bridge: Bridge, tmp_path: Path
) -> None:
    runs = runs_in(tmp_path, 5)
    start(up, *runs)
    given = [bridge.order(run)["nodes"] for run in runs[:3]]
    assert given == [["id-b"], ["id-a"], ["id-b"]]
    running(up, *runs[:3])
    assert [up.queue_place(run) for run in runs] == [None, None, None, 1, 2]
    assert up.pending() == {run.id: "queued" for run in runs[3:]}
    with pytest.raises(NnlabError, match="under way already"):
        up.start(runs[4])
    bridge.end(runs[1])
    assert bridge.order(runs[3])["nodes"] == ["id-a"]
    wait_for(lambda: up.queue_place(runs[4]) == 1, "the next to move up")


def test_an_order_says_what_a_node_has_to_know(
    up: RayLauncher, bridge: Bridge, tmp_path: Path
) -> None:
    (run,) = runs_in(tmp_path, 1)
    start(up, run)
    assert bridge.order(run) == {
        "run": path_of(run),
        "since": 0.0,
        "data_dir": str((tmp_path / "data").resolve()),
        "device": "cpu",
        "nice": 5,
        "memory": None,
        "threads": 1,
        "nodes": ["id-b"],
        "cpus": 1.0,
        "gpus": 0.0,
        "lost": None,
    }


def test_a_run_that_is_stopped_in_the_queue_is_handed_to_nobody(
    up: RayLauncher, bridge: Bridge, tmp_path: Path
) -> None:
    *first, last, other = runs_in(tmp_path, 5)
    start(up, *first, last, other)
    assert up.ask(last, "stop").id == "queue"
    assert not (last.path / CONTROLS).exists()
    bridge.end(first[0])
    bridge.order(other)
    assert bridge.orders_of(last) == []
    assert {"drop": path_of(last)} not in bridge.orders


def test_a_run_that_was_trained_elsewhere_goes_where_its_processor_is(
    up: RayLauncher, bridge: Bridge, tmp_path: Path
) -> None:
    (run,) = runs_in(tmp_path, 1)
    start(up, run)
    running(up, run)
    bridge.end(run, "stopped")
    wait_for(lambda: not lock.is_held(run.path), "its end")
    bridge.say(nodes_news(node("a", 1, processor="old"), node("b", 8, processor="new")))
    wait_for(lambda: up.cores() == 9, "the other nodes")
    up.start(run)
    assert bridge.order(run, 1)["nodes"] == ["id-a"]
    assert bridge.order(run, 1)["since"] > 0


def test_a_person_who_has_a_run_makes_way_for_one_who_has_none(
    tmp_path: Path, bridge: Bridge
) -> None:
    bridge.greet(nodes_news(A, B))
    up = launcher_of(tmp_path, bridge, share=True)
    try:
        many, one = Visitor("a" * 16, "10.0.0.1", "guest"), Visitor("b" * 16, "10.0.0.2", "guest")
        *theirs, last = runs_in(tmp_path, 4)
        start(up, *theirs, visitor=many)
        running(up, *theirs)
        start(up, last, visitor=one)
        newest = theirs[-1].path / CONTROLS
        wait_for(newest.exists, "the newest to be asked")
        assert '"do":"release"' in newest.read_text()
        assert not any((run.path / CONTROLS).exists() for run in theirs[:-1])
        bridge.end(theirs[-1], "released")
        bridge.order(last)
        assert up.status(theirs[-1]) == "paused"
    finally:
        up.close()


def test_a_large_run_is_overtaken_only_by_who_may(tmp_path: Path, bridge: Bridge) -> None:
    bridge.greet(nodes_news(node("a", 5)))
    up = launcher_of(tmp_path, bridge, share=True, runs_each=8)
    try:
        ada, bea = Visitor("a" * 16, "10.0.0.1", "guest"), Visitor("b" * 16, "10.0.0.2", "guest")
        small, own_large, own_small, other_large, other_small = (
            new_run(tmp_path / "runs", endless().with_set("training.threads", threads))
            for threads in (2, 4, 1, 4, 1)
        )
        start(up, small, own_large, own_small, visitor=ada)
        bridge.order(own_small)  # past the large one of somebody who trains already
        assert up.queue_place(own_large) == 1
        start(up, other_large, visitor=bea)
        assert up.queue_place(other_large) == 1
        start(up, other_small, visitor=ada)
        time.sleep(0.5)  # some looks of the launcher
        assert bridge.orders_of(other_small) == []
        bridge.end(small, "released")
        bridge.order(other_large)
    finally:
        up.close()


def test_what_no_node_can_ever_hold_is_cut_to_the_largest(
    up: RayLauncher, bridge: Bridge, tmp_path: Path
) -> None:
    run = new_run(tmp_path / "runs", endless().with_set("training.threads", 64))
    start(up, run)
    order = bridge.order(run)
    assert (order["nodes"], order["cpus"], order["threads"]) == (["id-b"], 2.0, 2)


# Lost nodes --------------------------------------------------------------------------------------


def test_a_run_whose_node_died_comes_before_all_others_and_goes_on(
    up: RayLauncher, bridge: Bridge, tmp_path: Path
) -> None:
    *first, waiting = runs_in(tmp_path, 4)
    start(up, *first, waiting)
    running(up, *first)
    lost = first[1]
    bridge.say(nodes_news(B))
    bridge.lose(lost, A)
    wait_for(lambda: up.status(lost) == "queued", "the run to wait")
    assert (up.queue_place(lost), up.queue_place(waiting)) == (1, 2)
    assert lock.is_held(lost.path)
    with pytest.raises(NnlabError, match="under way already"):
        up.start(lost)
    bridge.end(first[0])
    again = bridge.order(lost, 1)
    assert (again["nodes"], again["lost"]) == (["id-b"], {"node": "a"})
    assert again["since"] == bridge.order(lost)["since"]
    running(up, lost)
    assert bridge.orders_of(waiting) == []


def test_a_lost_run_that_is_stopped_or_deleted_is_dropped(
    up: RayLauncher, bridge: Bridge, tmp_path: Path
) -> None:
    stopped, deleted = runs_in(tmp_path, 2)
    start(up, stopped, deleted)
    running(up, stopped, deleted)
    bridge.say({"nodes": [], "data": []})
    bridge.lose(stopped, B)
    bridge.lose(deleted, A)
    wait_for(lambda: len(up.pending()) == 2, "both to wait")
    up.ask(stopped, "stop")
    wait_for(lambda: {"drop": path_of(stopped)} in bridge.orders, "the drop")
    wait_for(lambda: up.status(stopped) == "interrupted", "its end")
    Store(tmp_path / "runs").delete(deleted.id)
    bridge.say(nodes_news(B))
    wait_for(lambda: {"drop": path_of(deleted)} in bridge.orders, "the other drop")
    assert up.pending() == {}


def test_a_run_that_was_asked_to_stop_before_its_node_died_does_not_go_on(
    up: RayLauncher, bridge: Bridge, tmp_path: Path
) -> None:
    (run,) = runs_in(tmp_path, 1)
    start(up, run)
    running(up, run)
    up.ask(run, "stop")
    bridge.lose(run, B)
    wait_for(lambda: {"drop": path_of(run)} in bridge.orders, "the drop")
    wait_for(lambda: up.status(run) == "interrupted", "its end")
    assert len(bridge.orders_of(run)) == 1


def test_a_loss_of_a_run_that_nobody_knows_is_dropped(
    up: RayLauncher, bridge: Bridge, tmp_path: Path
) -> None:
    (run,) = runs_in(tmp_path, 1)
    bridge.lose(run, A)
    wait_for(lambda: {"drop": path_of(run)} in bridge.orders, "the drop")


def test_a_run_that_ends_every_node_does_not_go_on_for_ever(
    up: RayLauncher, bridge: Bridge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "LOSSES", 1)
    (run,) = runs_in(tmp_path, 1)
    start(up, run)
    for number in range(2):
        bridge.order(run, number)
        running(up, run)
        bridge.lose(run, B)
        bridge.say(nodes_news(A, B))
        if not number:
            wait_for(lambda: len(bridge.orders_of(run)) == 2, "it to go on")
    wait_for(lambda: {"drop": path_of(run)} in bridge.orders, "the drop")
    wait_for(lambda: up.status(run) == "interrupted", "its end")
    assert len(bridge.orders_of(run)) == 2


# A cluster that goes away ------------------------------------------------------------------------


def test_runs_of_a_lost_cluster_read_as_interrupted_and_go_on_by_themselves(
    up: RayLauncher, bridge: Bridge, tmp_path: Path
) -> None:
    *trained, waiting = runs_in(tmp_path, 4)
    start(up, *trained, waiting)
    running(up, *trained)
    first, stopped, deleted = trained
    bridge.greet()  # the next one connects in vain
    bridge.say(WHY)
    bridge.exit()
    wait_for(lambda: all(up.status(run) == "interrupted" for run in trained), "an interruption")
    assert up.status(waiting) == "queued"
    wait_for(lambda: "nobody answers" in str(up.overview().down), "the reason")
    assert up.overview().machines == ()
    with pytest.raises(NnlabError, match=r"127\.0\.0\.1:6379 \(RAY_ADDRESS\).*nobody answers"):
        up.start(first)
    up.ask(stopped, "stop")
    Store(tmp_path / "runs").delete(deleted.id)
    wait_for(lambda: bridge.starts == 2, "another bridge")
    bridge.say(nodes_news(A))
    again = bridge.order(first, 1)
    assert again["lost"] is None
    assert again["since"] > 0
    running(up, first)
    assert (up.status(waiting), up.queue_place(waiting)) == ("queued", 1)
    assert up.status(stopped) == "interrupted"
    assert len(bridge.orders_of(stopped)) == len(bridge.orders_of(deleted)) == 1
    assert up.away() is None


def test_a_run_that_stood_still_stands_still_when_the_cluster_is_back(
    up: RayLauncher, bridge: Bridge, tmp_path: Path
) -> None:
    (run,) = runs_in(tmp_path, 1)
    start(up, run)
    running(up, run)
    line = '{"type":"progress","step":3,"epoch":1,"seconds":0.5,"lr":0.1,"paused":true}\n'
    with (run.path / "events.jsonl").open("a") as log:
        log.write(line)
    wait_for(lambda: up.status(run) == "paused", "the pause")
    bridge.exit()
    again = bridge.order(run, 1)
    (asked,) = (run.path / CONTROLS).read_text().splitlines()
    assert '"do":"pause"' in asked
    assert again["since"] < time.time()


def test_an_order_that_nobody_has_read_is_given_once_more(
    up: RayLauncher, bridge: Bridge, tmp_path: Path
) -> None:
    bridge.be_deaf()
    (run,) = runs_in(tmp_path, 1)
    start(up, run)
    bridge.order(run)
    bridge.hear()
    bridge.exit(1)
    bridge.order(run, 1)
    running(up, run)


def test_what_a_run_is_to_begin_with_outlasts_the_cluster(
    up: RayLauncher, bridge: Bridge, tmp_path: Path
) -> None:
    """The bridge had its lock, and no word of the node: nobody has obeyed it."""
    bridge.be_deaf()
    (run,) = runs_in(tmp_path, 1)
    up.start(run, "step")
    bridge.order(run)
    bridge.hear()
    with up._lock:
        up._host.kill()
        up._host.wait()
        (run.path / lock.LOCK_FILE).write_text('{"pid": 4194305, "started": 0, "id": ""}')
    assert bridge.order(run, 1)["since"] == 0.0
    running(up, run)


def test_a_run_that_no_bridge_took_waits_for_the_next_one(
    up: RayLauncher, bridge: Bridge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bridge ends just after it was looked at, and the nodes are gone with it."""
    bridge.be_deaf()
    (run,) = runs_in(tmp_path, 1)
    start(up, run)
    bridge.order(run)
    bridge.hear()
    with up._lock:
        up._host.kill()
        up._host.wait()
        (session,) = up._sessions()
        session.handed, up._nodes_now = -1000.0, ()
        with monkeypatch.context() as blind:
            blind.setattr(up, "_look_at_bridge", lambda: None)
            up._free_places([session])
    running(up, run)


def test_news_that_cannot_be_acted_upon_do_not_make_it_deaf(
    up: RayLauncher, bridge: Bridge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(up, "_lose", lambda _news: 1 / 0)
        (run,) = runs_in(tmp_path, 1)
        bridge.lose(run, A)
        bridge.say(nodes_news(A))
        wait_for(lambda: up.cores() == 1, "what it said next")


def test_a_bridge_that_ends_by_itself_is_told_with_its_exit_code(
    up: RayLauncher, bridge: Bridge
) -> None:
    bridge.greet()
    bridge.exit(7)
    wait_for(lambda: up.away() is not None, "the end")
    assert "ended with 7" in str(up.away())


# A cluster that is not there, or takes nothing ---------------------------------------------------


def test_runs_wait_until_the_cluster_answers(
    connecting: RayLauncher, bridge: Bridge, tmp_path: Path
) -> None:
    (run,) = runs_in(tmp_path, 1)
    start(connecting, run)
    assert (connecting.status(run), connecting.queue_place(run)) == ("queued", 1)
    bridge.say(nodes_news(A))
    running(connecting, run)


def test_where_no_cluster_is_reached_a_start_is_refused_with_the_mend(
    connecting: RayLauncher, bridge: Bridge, tmp_path: Path
) -> None:
    (run,) = runs_in(tmp_path, 1)
    bridge.say(WHY)
    with pytest.raises(NnlabError, match=r"RAY_ADDRESS.*start it.*NNLAB_ENGINE=local"):
        connecting.wait_until_ready(60)
    with pytest.raises(NnlabError, match=r"RAY_ADDRESS.*start it"):
        connecting.start(run)
    assert connecting.pending() == {}
    bridge.say(nodes_news(A))
    wait_for(lambda: connecting.away() is None, "the cluster")
    connecting.start(run)
    running(connecting, run)


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ((node("a", refused="Python 3.9, not 3.11."),), "No node.*a: Python 3.9, not 3.11"),
        ((node("a", 0),), "has no node with processors"),
        ((), "has no node with processors"),
    ],
)
def test_where_no_node_takes_runs_a_start_is_refused_with_the_reason(
    connecting: RayLauncher, bridge: Bridge, tmp_path: Path, nodes: tuple, expected: str
) -> None:
    (run,) = runs_in(tmp_path, 1)
    bridge.say(nodes_news(*nodes))
    wait_for(lambda: connecting.away(), "the nodes")
    with pytest.raises(NnlabError, match=expected):
        connecting.start(run)


def test_what_is_no_news_is_passed_over(up: RayLauncher, bridge: Bridge) -> None:
    bridge.say({"weather": "fine"})
    bridge.say(nodes_news(node("c", 7)))
    wait_for(lambda: up.cores() == 7, "the nodes")


# The rest ----------------------------------------------------------------------------------------


def test_an_overview_has_the_nodes_with_their_runs_and_the_queue(
    up: RayLauncher, bridge: Bridge, tmp_path: Path
) -> None:
    refused = node("c", 8, refused="another torch")
    bridge.say(nodes_news(A, B, refused) | {"data": [{"name": "mnist", "bytes": 47}]})
    wait_for(lambda: len(up.overview().machines) == 3, "three nodes")
    runs = runs_in(tmp_path, 5)
    start(up, *runs)
    running(up, *runs[:3])
    seen = up.overview()
    assert (seen.engine, seen.address, seen.down, seen.places) == ("ray", "127.0.0.1:6379", None, 3)
    a, b, c = seen.machines
    assert [one.id for one in a.runs] == [runs[1].id]
    assert [one.id for one in b.runs] == [runs[0].id, runs[2].id]
    assert b.runs[0].status == "running"
    assert (a.cpus_used, b.cpus_used, c.cpus_used) == (1, 2, 0)
    assert c.refused == "another torch"
    assert [(one.id, one.place) for one in seen.queue] == [(runs[3].id, 1), (runs[4].id, 2)]
    assert [(one.name, one.bytes) for one in seen.data] == [("mnist", 47)]
    assert (up.cores(), up.threads()) == (3, 2)


def test_a_replay_goes_to_a_node_and_says_why_where_there_is_none(
    up: RayLauncher, bridge: Bridge, tmp_path: Path
) -> None:
    (run,) = runs_in(tmp_path, 1)
    folder = tmp_path / "past"
    folder.mkdir()
    order = {
        "replay": str(folder),
        "run": path_of(run),
        "step": 3,
        "kind": "",
        "steps": None,
        "data_dir": str(tmp_path / "data"),
    }
    up.replay(order)
    expected = order | {"memory": None, "nodes": ["id-b"], "cpus": 0.0, "gpus": 0.0}
    assert bridge.order(run) == expected
    up.replay(order)
    assert bridge.order(run, 1)["nodes"] == ["id-a"]
    bridge.greet()
    bridge.exit()
    wait_for(lambda: up.away() is not None, "the end")
    up.replay(order)
    assert "RAY_ADDRESS" in (folder / "0000000003.failed").read_text()


def test_the_end_of_a_server_lets_the_bridge_save_its_runs(
    up: RayLauncher, bridge: Bridge, tmp_path: Path
) -> None:
    (run,) = runs_in(tmp_path, 1)
    start(up, run)
    running(up, run)
    up.close()
    assert '"server_gone"' in (run.path / "events.jsonl").read_text()
    assert not lock.is_held(run.path)
    assert bridge.starts == 1
