"""`python -m nnlab train | sweep` with NNLAB_ENGINE=ray: by a bridge that trains nothing."""

import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from nnlab.library.here import handed, search, training
from nnlab.runs import engine
from nnlab.runs.cluster import launcher as cluster
from nnlab.runs.cluster.launcher import RayLauncher
from nnlab.runs.store import Run, Store
from nnlab.settings import Settings
from tests.runs.bench import wait_for
from tests.runs.cluster.bench import ADDRESS, Bridge, nodes_news, path_of
from tests.runs.cluster.nodes import node


@pytest.fixture
def bridge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bridge:
    """The one of every launcher that a command starts; the cluster has a node with two cores."""
    made = Bridge(tmp_path)
    made.greet(nodes_news(node("a", 2)))

    def launcher_of(settings: Settings) -> RayLauncher:
        assert (settings.engine, settings.ray_address) == ("ray", ADDRESS)
        return RayLauncher(settings, made.command())

    monkeypatch.setenv("NNLAB_ENGINE", "ray")
    monkeypatch.setenv("RAY_ADDRESS", ADDRESS)
    monkeypatch.setattr(cluster, "AGAIN_SECONDS", 0.1)
    monkeypatch.setattr(handed, "LOST_SECONDS", 0.5)
    for module in (training, search):
        monkeypatch.setattr(module, "launcher_of", launcher_of)
    return made


def only_run(runs_dir: Path) -> Run:
    wait_for(lambda: runs_dir.is_dir() and list(runs_dir.glob("[0-9]*/experiment.json")), "the run")
    (found,) = Store(runs_dir).root.glob("[0-9]*/experiment.json")
    return Run(found.parent)


class Meanwhile(threading.Thread):
    """Does something while a command runs; what goes wrong there is raised by `join`."""

    def __init__(self, what) -> None:
        super().__init__(daemon=True)
        self._what, self._error = what, None
        self.start()

    def run(self) -> None:
        try:
            self._what()
        except BaseException as error:
            self._error = error
            for _again in range(2):  # the command is not to wait for ever
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(0.5)

    def join(self, timeout: float | None = None) -> None:
        super().join(timeout)
        if self._error is not None:
            raise self._error


def test_a_run_is_handed_to_the_cluster_and_its_events_are_read_as_they_come(
    ask, bridge: Bridge, runs_dir: Path
) -> None:
    def end() -> None:
        run = only_run(runs_dir)
        bridge.order(run)
        bridge.end(run)

    meanwhile = Meanwhile(end)
    answer = ask("train", "circle", "--set", "training.steps=100")
    meanwhile.join()
    run = only_run(runs_dir)
    assert (answer.status, answer.last["run"], answer.last["status"]) == (0, run.id, "finished")
    assert (answer.last["step"], answer.last["epoch"]) == (9, 1)
    assert bridge.order(run)["nodes"] == ["id-a"]
    assert f"{run.id}: " in answer.err
    assert "/100" in answer.err


def test_a_sweep_is_handed_over_as_one_run(ask, bridge: Bridge, runs_dir: Path) -> None:
    def end() -> None:
        run = only_run(runs_dir)
        bridge.order(run)
        bridge.end(run, "failed")

    meanwhile = Meanwhile(end)
    answer = ask("sweep", "circle", "--over", "model.seed=0,1,2", "--set", "training.steps=50")
    meanwhile.join()
    assert (answer.status, answer.last["status"], answer.last["nets"]) == (1, "failed", 3)


def test_a_search_has_its_trials_trained_on_the_cluster_as_many_as_it_has_cores(
    bridge: Bridge, runs_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from nnlab.cli.search import run_search
    from nnlab.settings import read_settings
    from tests.runs.search.bench import new_search, search_sweep

    run = new_search(runs_dir, search_sweep(method="grid", trials=3, at_once=None))

    def trials() -> list[dict]:
        return [order for order in bridge.orders if "run" in order]

    def end() -> None:
        wait_for(lambda: len(trials()) == 2, "two trials at once")
        for number in range(3):
            wait_for(lambda number=number: len(trials()) > number, "a trial")
            trial = Run(Path(trials()[number]["run"]))
            assert trial.experiment.training.threads == 1  # its share of two cores
            bridge.end(trial)

    meanwhile = Meanwhile(end)
    run_search(run, read_settings())
    meanwhile.join()
    assert len(trials()) == 3
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["status"] == "finished"


def test_ctrl_c_stops_the_run_on_the_cluster_and_keeps_it(
    ask, bridge: Bridge, runs_dir: Path
) -> None:
    def stop() -> None:
        run = only_run(runs_dir)
        wait_for(lambda: run.status() == "running", "the run")
        os.kill(os.getpid(), signal.SIGINT)
        wait_for((run.path / "control.jsonl").exists, "the stop")
        assert '"do":"stop"' in (run.path / "control.jsonl").read_text()
        bridge.end(run, "stopped")

    meanwhile = Meanwhile(stop)
    answer = ask("train", "circle")
    meanwhile.join()
    assert (answer.status, answer.last["status"]) == (0, "stopped")
    assert "stopping, the run is kept" in answer.err


def test_ctrl_c_takes_a_run_out_of_the_queue(ask, bridge: Bridge, runs_dir: Path) -> None:
    def stop() -> None:
        run = only_run(runs_dir)
        wait_for(lambda: run.status() == "running", "the run")
        bridge.say(nodes_news(node("b", 1, refused="too old")))
        bridge.lose(run, node("a"))
        wait_for(lambda: bridge.are_all_told, "the loss")  # heard by the launcher now or soon
        os.kill(os.getpid(), signal.SIGINT)
        wait_for(lambda: {"drop": path_of(run)} in bridge.orders, "the drop")

    meanwhile = Meanwhile(stop)
    answer = ask("train", "circle")
    meanwhile.join()
    assert (answer.status, answer.last["status"]) == (0, "stopped")


def test_a_cluster_that_takes_no_runs_is_said_in_one_line(ask, bridge: Bridge) -> None:
    bridge.greet(nodes_news(node("a", 2, refused="too old")))
    answer = ask("train", "circle")
    assert (answer.status, answer.out) == (2, "")
    assert "a: too old" in answer.err


def test_a_cluster_that_is_not_there_is_said_in_one_line(
    ask, bridge: Bridge, runs_dir: Path
) -> None:
    bridge.greet({"down": "nobody answers: start it."})
    answer = ask("train", "circle")
    assert (answer.status, answer.out) == (2, "")
    (line,) = [line for line in answer.err.splitlines() if line.startswith("nnlab: ")]
    assert "RAY_ADDRESS" in line
    assert "nobody answers: start it." in line
    assert list(Store(runs_dir).root.glob("[0-9]*")) == []


def test_a_sweep_leaves_no_run_where_no_cluster_is(ask, bridge: Bridge, runs_dir: Path) -> None:
    bridge.greet({"down": "nobody answers: start it."})
    assert ask("sweep", "circle", "--over", "model.seed=0,1").status == 2
    assert list(Store(runs_dir).root.glob("[0-9]*")) == []


def test_a_run_whose_cluster_is_away_for_a_while_goes_on(
    ask, bridge: Bridge, runs_dir: Path
) -> None:
    def leave() -> None:
        run = only_run(runs_dir)
        wait_for(lambda: run.status() == "running", "the run")
        bridge.greet()
        bridge.exit()
        wait_for(lambda: bridge.starts == 2, "another bridge")
        bridge.say(nodes_news(node("b", 1)))
        assert bridge.order(run, 1)["nodes"] == ["id-b"]
        bridge.end(run)

    meanwhile = Meanwhile(leave)
    answer = ask("train", "circle")
    meanwhile.join()
    assert (answer.status, answer.last["status"]) == (0, "finished")
    assert answer.err.count("no cluster is reached; the run goes on by itself") == 1


def test_a_run_that_nobody_trains_any_more_is_said_to_be_lost(
    ask, bridge: Bridge, runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "LOSSES", 0)

    def lose() -> None:
        run = only_run(runs_dir)
        wait_for(lambda: run.status() == "running", "the run")
        bridge.lose(run, node("a"))
        bridge.say(nodes_news(node("a", 2)))
        wait_for(lambda: {"drop": path_of(run)} in bridge.orders, "the drop")

    meanwhile = Meanwhile(lose)
    answer = ask("train", "circle")
    meanwhile.join()
    assert (answer.status, answer.out) == (2, "")
    assert "was lost, and is kept up to its newest checkpoint" in answer.err


def test_without_ray_the_mend_is_said(monkeypatch: pytest.MonkeyPatch, ask) -> None:
    monkeypatch.setenv("NNLAB_ENGINE", "ray")
    monkeypatch.setenv("RAY_ADDRESS", ADDRESS)
    monkeypatch.setattr(engine, "find_spec", lambda _name: None)
    answer = ask("train", "circle")
    assert answer.status == 2
    assert "pip install -r requirements-cluster.txt" in answer.err
