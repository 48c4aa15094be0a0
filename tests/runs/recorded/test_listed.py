"""Recorded runs in the store: listed, renamed, deleted, and their weights thinned for room."""

from pathlib import Path

import pytest

from nnlab.errors import RecordedRunError
from nnlab.runs import store as store_module
from nnlab.runs.disk import apply, make_room, plan_removal, total
from nnlab.runs.record import lock
from nnlab.runs.record.weight_files import list_recorded
from nnlab.runs.recorded.record import RECORD
from nnlab.runs.store import RecordedSummary, Store
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import read_settings
from tests.runs.bench import new_run
from tests.runs.recorded.made import add_metrics, make_recorded


@pytest.fixture
def store(runs_dir: Path) -> Store:
    return Store(runs_dir)


def test_recorded_runs_stand_among_the_others_in_order_of_time(store: Store) -> None:
    lab = new_run(store.root)
    lab.change_meta(created=200.0)
    old = make_recorded(store, created=100.0)
    new = make_recorded(store, created=300.0)
    assert [one.run for one in store.listed()] == [new, lab, old]
    assert [one.run for one in store.summaries()] == [lab]
    assert [one.run for one in store.recorded()] == [new, old]
    assert store.damaged() == []


def test_a_summary_says_how_far_a_recording_came(store: Store) -> None:
    make_recorded(store, "mine")
    (found,) = store.recorded()
    assert (found.meta.name, found.record.module, found.status) == ("mine", "MyNet", "finished")
    assert found.last is not None
    assert (found.last.step, found.last.seconds) == (30, 3.0)


def test_one_that_was_never_closed_is_interrupted_and_one_under_way_runs(store: Store) -> None:
    run = make_recorded(store, reason=None)
    assert [one.status for one in store.recorded()] == ["interrupted"]
    with lock.hold(run.path):
        assert [one.status for one in store.recorded()] == ["running"]


def test_a_resting_recording_is_read_once_until_something_is_written(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [make_recorded(store) for _ in range(3)]
    read: list[str] = []
    summarise = store_module.summarise_recorded
    monkeypatch.setattr(
        store_module, "summarise_recorded", lambda run: (read.append(run.id), summarise(run))[1]
    )
    for _look in range(3):
        assert len(store.recorded()) == 3
        assert len(store.listed()) == 3
        assert store.summaries() == []
        assert store.damaged() == []
    assert sorted(read) == sorted(run.id for run in runs)
    read.clear()
    store.rename(runs[0].id, "another")
    record = runs[1].recorded.model_copy(update={"module": "Other"})
    (runs[1].path / RECORD).write_text(record.model_dump_json(by_alias=True))
    add_metrics(runs[2], [{"loss": 0.1}], first=9)
    found = {one.run: one for one in store.recorded()}
    assert found[runs[0]].meta.name == "another"
    assert found[runs[1]].record.module == "Other"
    newest = found[runs[2]].last
    assert newest is not None
    assert newest.step == 90
    assert sorted(read) == sorted(run.id for run in runs)


@pytest.mark.parametrize("content", ["{", "{}", '{"module": "M", "parameters": -1}', "[]"])
def test_a_record_that_cannot_be_read_is_named_and_can_be_deleted(
    store: Store, content: str
) -> None:
    run = make_recorded(store)
    assert store.recorded()
    (run.path / RECORD).write_text(content)
    assert store.listed() == []
    ((damaged, why),) = store.damaged()
    assert damaged == run
    assert RECORD in why
    store.delete(run.id)
    assert not run.path.exists()


def test_deleting_one_that_is_being_recorded_asks_its_loop_for_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_recorded(store, reason=None)
    asked: list[str] = []
    monkeypatch.setattr(store_module, "ask", lambda _path, do: asked.append(do))
    with lock.hold(run.path):
        store.delete(run.id)
        assert not run.path.exists()
    assert asked == []
    assert store.listed() == []


def test_the_lab_neither_trains_it_nor_takes_it_for_an_experiment(store: Store) -> None:
    run = make_recorded(store, reason=None)
    launcher = LocalLauncher(read_settings())
    try:
        for ask in (lambda: launcher.start(run), lambda: run.experiment, run.must_be_of_the_lab):
            with pytest.raises(RecordedRunError, match=f"open /runs\\?run={run.id}"):
                ask()
    finally:
        launcher.close()


# Room --------------------------------------------------------------------------------------------


def test_old_weights_of_a_recording_go_first_and_its_first_and_last_stay(store: Store) -> None:
    run = make_recorded(store, kept=(10, 20, 30, 40))
    (removal,) = plan_removal(store, 0)
    assert [int(path.stem) for path in removal.files] == [20, 30]
    assert apply([removal]) == removal.size > 0
    assert [int(path.stem) for path in list_recorded(run.path)] == [10, 40]


def test_none_go_while_it_is_recorded(store: Store) -> None:
    run = make_recorded(store, reason=None, kept=(10, 20, 30))
    with lock.hold(run.path):
        assert plan_removal(store, 0) == []
    assert plan_removal(store, 0) != []


def test_a_recording_counts_and_is_named_where_there_is_no_room(store: Store) -> None:
    run = make_recorded(store, "large")
    assert total(store) > (run.path / "live.safetensors").stat().st_size
    with pytest.raises(Exception, match="'large' takes"):
        make_room(store, 10)


def test_a_recorded_summary_is_no_summary_of_the_lab(store: Store) -> None:
    make_recorded(store)
    (found,) = store.listed()
    assert isinstance(found, RecordedSummary)
