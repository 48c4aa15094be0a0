"""A server ends while its class trains; the next one lets those runs go on, and no others."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nnlab.classroom.classroom import Classroom
from nnlab.classroom.go_on import go_on, left_behind
from nnlab.runs.record.history import History
from nnlab.runs.search.conductors import Conductors
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings
from nnlab.training.events import FitStarted
from nnlab.visitor import Visitor
from tests.runs.bench import endless, events_of, experiment, wait_for
from tests.runs.recorded.made import make_recorded

ANNA, BEN = Visitor("a" * 16, "10.0.0.1", "student"), Visitor("b" * 16, "10.0.0.2", "student")
OTHER = Visitor("c" * 16, "10.0.0.3", "student")
"""Left the class meanwhile."""


@pytest.fixture
def said(tmp_path: Path) -> Settings:
    return Settings.model_validate(
        {
            "runs_dir": tmp_path / "runs",
            "data_dir": tmp_path / "data",
            "is_class": True,
            "share": True,
            "class_places": 1,
        }
    )


@pytest.fixture
def room(said: Settings) -> Classroom:
    room = Classroom(said.runs_dir)
    for visitor, name in ((ANNA, "Anna"), (BEN, "Ben")):
        room.join(visitor.person, name, room.code)
    return room


@pytest.fixture
def launcher(said: Settings) -> Iterator[LocalLauncher]:
    local = LocalLauncher(said)
    yield local
    local.close()


def begin(launcher: LocalLauncher, store: Store, visitor: Visitor, *, waits: bool = False) -> Run:
    run = store.create(endless(), name="a run", owner=visitor.owner)
    launcher.start(run, visitor=visitor)
    if not waits:
        wait_for(lambda: History(events_of(run)).step > 10, "some steps")
    return run


def test_what_trained_goes_on_where_it_was_and_what_stood_still_does_not(
    said: Settings, room: Classroom, launcher: LocalLauncher
) -> None:
    store = Store(said.runs_dir)
    trained = begin(launcher, store, ANNA)
    queued = begin(launcher, store, ANNA, waits=True)
    paused, others = begin(launcher, store, BEN), begin(launcher, store, OTHER)
    finished = store.create(experiment(), name="short", owner=ANNA.owner)
    launcher.ask(paused, "pause")
    wait_for(lambda: paused.status() == "paused", "a pause")
    launcher.close()  # the server goes; its workers notice
    for run in (trained, paused, others):
        wait_for(lambda run=run: not run.is_training(), "a worker's end")
    assert trained.status() == paused.status() == "interrupted"
    step = History(events_of(trained)).step

    again = LocalLauncher(said)
    try:
        again.start(finished, visitor=Visitor(ANNA.person, "", "lecturer"))
        wait_for(lambda: finished.status() == "finished", "the end of the short run")
        started = go_on(room, store, again, lambda: Conductors(again, said))
        assert set(started) == {trained, queued}
        wait_for(lambda: trained.status() == "running", "it to go on")
        wait_for(lambda: History(events_of(trained)).step > step, "further steps")
        begun = [event for event in events_of(trained) if isinstance(event, FitStarted)]
        assert [event.step for event in begun] == [0, step]
        # A student's one place is taken: the other run waits its turn as before.
        assert (again.status(queued), again.queue_place(queued)) == ("queued", 1)
        assert paused.status() == "interrupted"
        assert others.status() == "interrupted"
    finally:
        again.close()


def test_a_class_that_trained_nothing_leaves_nothing(said: Settings, room: Classroom) -> None:
    assert left_behind(room, Store(said.runs_dir)) == []


def test_a_recorded_run_is_not_begun_by_the_next_server(room: Classroom, said: Settings) -> None:
    store = Store(said.runs_dir)
    make_recorded(store, owner=ANNA.owner, reason=None)
    assert left_behind(room, store) == []
