"""Past states without waiting: replayed by a process of its own, and kept for who looks again."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import torch

from nnlab.config import Adam, Experiment, Model, PlaneClasses, Training, mlp
from nnlab.errors import NnlabError
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.rewind import past as past_module
from nnlab.runs.rewind.past import Past, Replaying, replay
from nnlab.runs.rewind.replay import state_at
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.runs.workers.worker import train
from nnlab.settings import Settings
from nnlab.training.state import State
from nnlab.visitor import Visitor
from tests.runs.bench import wait_for
from tests.runs.rewind.test_replay import trained

STEPS = 60


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("past")


@pytest.fixture(scope="module")
def run(home: Path) -> Run:
    return trained(home / "runs", home / "data", {})


@pytest.fixture
def orders() -> list[Mapping[str, object]]:
    return []


@pytest.fixture
def past(home: Path, orders: list[Mapping[str, object]]) -> Past:
    """Its replays are done at once, in this process."""

    def hand_over(order: Mapping[str, object]) -> None:
        orders.append(order)
        replay(order)

    return Past(hand_over, home / "data")


def history(run: Run) -> History:
    return History(EventReader(run.path).read_new())


def state(looked: State | Replaying) -> State:
    assert not isinstance(looked, Replaying)
    return looked


def same_weights(a: State, b: State) -> bool:
    return a["model"].keys() == b["model"].keys() and all(
        torch.equal(value, b["model"][name]) for name, value in a["model"].items()
    )


def test_a_replayed_step_is_the_very_state(past: Past, run: Run, home: Path) -> None:
    looked = state(past.look(run, history(run), 33))
    assert looked["step"] == 33
    assert same_weights(looked, state_at(run, 33, home / "data"))
    assert not same_weights(looked, state_at(run, 34, home / "data"))


def test_so_many_are_replayed_at_once_and_one_more_when_it_is_asked_for_again(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_module, "PATIENCE_SECONDS", 0)
    monkeypatch.setattr(past_module, "MAX_REPLAYS", 2)
    ordered: list[Mapping[str, object]] = []
    past = Past(ordered.append, home / "data")
    looked = [past.look(run, history(run), step) for step in (11, 12, 13)]
    assert looked == [Replaying(0, 11), Replaying(0, 12), Replaying(0, 13)]
    assert [order["step"] for order in ordered] == [11, 12]
    replay(ordered[0])
    past.look(run, history(run), 13)
    assert [order["step"] for order in ordered] == [11, 12, 13]


def test_one_person_of_a_shared_lab_leaves_replays_to_the_others(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_module, "PATIENCE_SECONDS", 0)
    ordered: list[Mapping[str, object]] = []
    past = Past(ordered.append, home / "data")
    for step in (21, 22, 23):
        past.look(run, history(run), step, Visitor("a", ""))
    past.look(run, history(run), 24, Visitor("b", ""))
    assert [order["step"] for order in ordered] == [21, 22, 24]


def test_a_step_with_a_checkpoint_needs_no_replay(past: Past, run: Run, orders: list) -> None:
    assert [int(path.stem) for path in list_checkpoints(run.path)] == [STEPS]
    assert state(past.look(run, history(run), STEPS))["step"] == STEPS
    assert orders == []


def test_a_step_seen_before_is_kept_and_so_are_some_on_the_way(
    past: Past, run: Run, orders: list, home: Path
) -> None:
    past.look(run, history(run), 48)
    past.look(run, history(run), 48)
    assert len(orders) == 1
    on_way = state(past.look(run, history(run), 48 // 16 * 5))
    assert len(orders) == 1, "this one was passed"
    assert same_weights(on_way, state_at(run, on_way["step"], home / "data"))


def test_states_of_few_runs_are_kept(
    past: Past, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_module, "MAX_RUNS", 2)
    for name in "abc":
        shutil.copytree(run.path, tmp_path / name)
        other = Run(tmp_path / name)
        assert state(past.look(other, history(other), 33))["step"] == 33
    assert len(list(past._home.iterdir())) == 2


def test_a_later_replay_begins_at_the_nearest_state_of_an_earlier_one(
    past: Past, run: Run, orders: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    past.look(run, history(run), 40)
    totals: list[int] = []
    real = past_module.state_at

    def spied(*args: object, on_way: object, **named: object) -> State:
        def see(done: int, total: int, kept: State | None) -> None:
            totals.append(total)
            on_way(done, total, kept)  # ty: ignore[not-callable]

        return real(*args, on_way=see, **named)  # ty: ignore[invalid-argument-type]

    monkeypatch.setattr(past_module, "state_at", spied)
    past.look(run, history(run), 42)
    assert set(totals) == {2}


def test_a_step_that_the_run_has_not_made_is_refused(past: Past, run: Run, orders: list) -> None:
    with pytest.raises(NnlabError, match="has the steps 0 to 60: step 61 is not among them"):
        past.look(run, history(run), 61)
    assert orders == []


def test_a_replay_that_fails_says_why_once_and_can_be_tried_again(
    past: Past, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **named: object) -> State:
        raise NnlabError("the data are not here")

    with monkeypatch.context() as patch:
        patch.setattr(past_module, "state_at", broken)
        patch.setattr(past_module, "PATIENCE_SECONDS", 0.0)
        assert isinstance(past.look(run, history(run), 21), Replaying)
        with pytest.raises(NnlabError, match="the data are not here"):
            past.look(run, history(run), 21)
    assert state(past.look(run, history(run), 21))["step"] == 21


def test_a_replay_that_nobody_looks_at_ends(
    past: Past, run: Run, monkeypatch: pytest.MonkeyPatch, orders: list
) -> None:
    monkeypatch.setattr(past_module, "FORGOTTEN_SECONDS", -1.0)
    monkeypatch.setattr(past_module, "PATIENCE_SECONDS", 0.0)
    looked = past.look(run, history(run), 50)
    assert looked == Replaying(0, 50)
    folder = Path(str(orders[0]["replay"]))
    assert not list(folder.glob("*50.pt"))
    monkeypatch.setattr(past_module, "FORGOTTEN_SECONDS", 10.0)
    assert isinstance(past.look(run, history(run), 50), dict | Replaying)
    assert state(past.look(run, history(run), 50))["step"] == 50


@pytest.fixture(scope="module")
def launcher(home: Path) -> Iterator[LocalLauncher]:
    settings = Settings(runs_dir=home / "runs", data_dir=home / "data", max_runs=1, device="cpu")
    local = LocalLauncher(settings)
    yield local
    local.close()


def test_a_long_replay_in_another_process_tells_how_far_it_is_and_ends_at_the_very_state(
    launcher: LocalLauncher, home: Path
) -> None:
    experiment = Experiment(
        data=PlaneClasses(kind="spiral"),
        model=Model(layers=mlp(8, 8, outputs=2, activation="tanh")),
        training=Training(optimizer=Adam(kind="adam", lr=0.01), steps=1000),
    )
    run = Store(home / "runs").create(experiment, name="long")
    for _ in train(run, data_dir=home / "data"):
        pass
    kept = max(int(path.stem) for path in list_checkpoints(run.path)[:-1] or [Path("0")])
    beside = Past(launcher.replay, home / "data")
    looks: list[State | Replaying] = []

    def there() -> bool:
        looks.append(beside.look(run, history(run), 990))
        return not isinstance(looks[-1], Replaying)

    wait_for(there, "the replay")
    told = [look for look in looks if isinstance(look, Replaying)]
    assert all(0 <= look.done <= look.total == 990 - kept for look in told)
    assert same_weights(state(looks[-1]), state_at(run, 990, home / "data"))
    assert state(beside.look(run, history(run), 990))["step"] == 990
