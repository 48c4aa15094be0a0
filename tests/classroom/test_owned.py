"""Every action on a run, as everybody who may come: what is another's is refused, and logged."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest

from nnlab.classroom.classroom import Classroom
from nnlab.classroom.owned import OwnedConductors, OwnedLauncher, OwnedStore
from nnlab.classroom.rights import HiddenRunError, NotAllowedError, must_lead
from nnlab.errors import RunNotFoundError
from nnlab.runs.recorded.record import Record
from nnlab.runs.search.conductors import Conductors
from nnlab.runs.store import META, Meta, Run, Store
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.visitor import AT_THE_MACHINE, Visitor
from tests.runs.bench import experiment

RECORD = Record(module="MyNet", parameters=9)
PEOPLE = {
    "owner": Visitor("a" * 16, "10.0.0.1", "student"),
    "another student": Visitor("b" * 16, "10.0.0.2", "student"),
    "lecturer": Visitor("c" * 16, "10.0.0.3", "lecturer"),
    "stranger": Visitor("d" * 16, "10.0.0.4", "stranger"),
    "stranger with the owner's name": Visitor("a" * 16, "10.0.0.5", "stranger"),
    "without a cookie": Visitor("", "10.0.0.6", "stranger"),
    "guest": Visitor("e" * 16, "10.0.0.7", "guest"),
    "guest who owns it": Visitor("a" * 16, "10.0.0.8", "guest"),
    "alone": AT_THE_MACHINE,
}
STRANGERS = {"stranger", "stranger with the owner's name", "without a cookie"}
OWN = {"owner", "guest who owns it", "lecturer", "alone"}

Right = Literal["change", "look", "join", "lead"]
"""What an action takes: to be the owner, to be let see the run, to be no stranger, to keep the
server."""


class Noted:
    """Stands for the workers and the searches: notes what comes through."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def note(*_args: object, **_kwargs: object) -> dict[str, str]:
            self.calls.append(name)
            return {}

        return note


@dataclass
class Doors:
    store: OwnedStore
    launcher: OwnedLauncher
    conductors: OwnedConductors


Act = Callable[[Doors, Run], object]
ACTIONS: dict[str, tuple[Right, Act]] = {
    "Store.create": ("join", lambda d, run: d.store.create(run.experiment, name="new")),
    "Store.create_recorded": ("join", lambda d, run: d.store.create_recorded(RECORD, name="new")),
    "Store.get": ("look", lambda d, run: d.store.get(run.id)),
    "Store.delete": ("change", lambda d, run: d.store.delete(run.id)),
    "Store.rename": ("change", lambda d, run: d.store.rename(run.id, "mine now")),
    "Store.change_meta": ("change", lambda d, run: d.store.change_meta(run.id, tags=("a",))),
    "LocalLauncher.start": ("change", lambda d, run: d.launcher.start(run)),
    "LocalLauncher.ask": ("change", lambda d, run: d.launcher.ask(run, "pause")),
    "LocalLauncher.status": ("look", lambda d, run: d.launcher.status(run)),
    "LocalLauncher.queue_place": ("look", lambda d, run: d.launcher.queue_place(run)),
    "LocalLauncher.watch": ("look", lambda d, run: d.launcher.watch(run)),
    "LocalLauncher.need_watching": (
        "change",
        lambda d, run: d.launcher.need_watching(run, watched=False),
    ),
    "LocalLauncher.replay": ("look", lambda d, run: d.launcher.replay({"run": str(run.path)})),
    "LocalLauncher.away": ("join", lambda d, run: d.launcher.away()),
    "LocalLauncher.cores": ("join", lambda d, run: d.launcher.cores()),
    "LocalLauncher.threads": ("join", lambda d, run: d.launcher.threads()),
    "LocalLauncher.overview": ("lead", lambda d, run: d.launcher.overview()),
    "Conductors.start": ("change", lambda d, run: d.conductors.start(run)),
}
FURTHER: dict[str, tuple[Right, Act]] = {
    f"ask: {what}": ("change", lambda d, run, what=what: d.launcher.ask(run, what))
    for what in ("resume", "step", "epoch", "stop", "checkpoint", "release")
} | {
    "ask: a field": ("change", lambda d, run: d.launcher.ask(run, path="training.l1", value=0.1)),
    "ask: a pace": ("change", lambda d, run: d.launcher.ask(run, pace=1.0)),
    "share": ("change", lambda d, run: d.store.change_meta(run.id, shared=True)),
}
LISTS = {
    *("Store.listed", "Store.summaries", "Store.recorded", "Store.recent", "Store.damaged"),
    "LocalLauncher.pending",
}
"""They leave out what is not to be seen, and refuse nobody. Tested below."""
SERVERS = {"LocalLauncher.close", "LocalLauncher.wait_until_ready", "Conductors.close"}
"""No visitor has a door to them."""


def public(kind: type) -> set[str]:
    return {
        f"{kind.__name__}.{name}"
        for name, _what in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    }


def test_there_is_a_case_for_every_method_of_the_runs_the_workers_and_the_searches() -> None:
    every = public(Store) | public(LocalLauncher) | public(Conductors)
    assert every == {*ACTIONS, *LISTS, *SERVERS}
    assert not hasattr(OwnedLauncher, "close")
    assert not hasattr(OwnedConductors, "close")


def test_no_method_of_the_runs_is_inherited_past_the_rights() -> None:
    own = {f"Store.{name}" for name in vars(OwnedStore) if not name.startswith("_")}
    assert own == public(Store)


@pytest.fixture
def run(runs_dir: Path) -> Run:
    return Store(runs_dir).create(experiment(), name="a run", owner="a" * 16)


def doors_of(who: str, runs_dir: Path, noted: Noted) -> Doors:
    visitor = PEOPLE[who]
    workers: Any = noted
    return Doors(
        OwnedStore(Store(runs_dir), visitor),
        OwnedLauncher(workers, visitor),
        OwnedConductors(workers, visitor),
    )


def is_allowed(who: str, right: Right, *, shared: bool) -> bool:
    """As docs/security.md says it."""
    if who in STRANGERS:
        return False
    match right:
        case "join":
            return True
        case "look":
            return who != "another student" or shared
        case "change":
            return who in OWN
        case "lead":
            return who in ("lecturer", "alone")


@pytest.mark.parametrize("shared", [False, True], ids=["unshared", "shared"])
@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("action", [*ACTIONS, *FURTHER])
def test_an_action_is_done_for_whom_it_is_allowed_and_refused_to_all_others(
    action: str,
    who: str,
    shared: bool,
    run: Run,
    runs_dir: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    run.change_meta(shared=shared)
    right, act = (ACTIONS | FURTHER)[action]
    noted = Noted()
    before = (run.path / META).read_bytes()
    if is_allowed(who, right, shared=shared):
        act(doors_of(who, runs_dir, noted), run)
        assert not [record for record in caplog.records if record.name == "nnlab.rights"]
        return
    with pytest.raises(NotAllowedError):
        act(doors_of(who, runs_dir, noted), run)
    assert noted.calls == []
    assert (run.path / META).read_bytes() == before
    assert len(list(runs_dir.iterdir())) == 1
    assert any(
        record.name == "nnlab.rights" and PEOPLE[who].address in record.getMessage()
        for record in caplog.records
    )


@pytest.mark.parametrize("who", PEOPLE)
def test_lists_hold_what_may_be_seen(who: str, run: Run, runs_dir: Path) -> None:
    store = Store(runs_dir)
    shared = store.create(experiment(), name="shared", owner="f" * 16)
    shared.change_meta(shared=True)
    store.create(experiment(), name="the lecturer's", owner="c" * 16)
    theirs = doors_of(who, runs_dir, Noted()).store
    found = {one.meta.name for one in theirs.summaries()}
    assert {one.meta.name for one in theirs.recent(0.0)} == found
    expected = {"a run", "shared", "the lecturer's"}
    if who in STRANGERS:
        expected = set()
    elif PEOPLE[who].role == "student":
        expected = {"shared", *(["a run"] if who == "owner" else [])}
    assert found == expected


@pytest.mark.parametrize("who", PEOPLE)
def test_lists_hold_the_recorded_runs_that_may_be_seen(who: str, run: Run, runs_dir: Path) -> None:
    store = Store(runs_dir)
    store.create_recorded(RECORD, name="of the machine's owner")
    theirs = store.create_recorded(RECORD, name="their own", owner="a" * 16)
    shown = doors_of(who, runs_dir, Noted()).store
    found = {one.meta.name for one in shown.recorded()}
    assert {one.meta.name for one in shown.listed()} - found <= {"a run"}
    expected = {"of the machine's owner", "their own"}
    if who in STRANGERS:
        expected = set()
    elif PEOPLE[who].role == "student":
        expected = {"their own"} if who == "owner" else set()
    assert found == expected
    if who not in OWN:
        with pytest.raises(NotAllowedError):
            shown.delete(theirs.id)
        assert theirs.path.exists()


@pytest.mark.parametrize("who", PEOPLE)
def test_a_run_whose_owner_cannot_be_read_is_seen_by_who_sees_all_and_deleted_by_the_lecturer(
    who: str, run: Run, runs_dir: Path
) -> None:
    (run.path / META).write_text("{")
    found = doors_of(who, runs_dir, Noted()).store
    sees = PEOPLE[who].role in ("alone", "guest", "lecturer")
    assert [one.id for one, _why in found.damaged()] == ([run.id] if sees else [])
    if who in ("lecturer", "alone"):
        found.delete(run.id)
        assert not run.path.exists()
        return
    with pytest.raises(Exception, match=r"cannot be read|not in this class"):
        found.delete(run.id)
    assert run.path.exists()


def test_the_owner_deletes_a_run_whose_experiment_is_damaged(run: Run, runs_dir: Path) -> None:
    (run.path / "experiment.json").write_text("{")
    theirs = doors_of("another student", runs_dir, Noted()).store
    assert theirs.damaged() == []
    with pytest.raises(NotAllowedError):
        theirs.delete(run.id)
    own = doors_of("owner", runs_dir, Noted()).store
    assert [one.id for one, _why in own.damaged()] == [run.id]
    own.delete(run.id)
    assert not run.path.exists()


def test_a_name_that_leads_out_of_the_runs_directory_is_no_run(runs_dir: Path) -> None:
    (runs_dir / ".class").mkdir(parents=True)
    meta = Meta(name="the class's own", created=1, owner="a" * 16)
    (runs_dir / ".class" / META).write_text(meta.model_dump_json())
    store = doors_of("owner", runs_dir, Noted()).store
    for name in (".class", "../runs", "..", ""):
        with pytest.raises(RunNotFoundError):
            store.delete(name)
        with pytest.raises(RunNotFoundError):
            store.get(name)
    assert (runs_dir / ".class" / META).is_file()


def test_ids_of_runs_that_wait_are_no_strangers_business(runs_dir: Path) -> None:
    for who in PEOPLE:
        noted = Noted()
        assert doors_of(who, runs_dir, noted).launcher.pending() == {}
        assert noted.calls == ([] if who in STRANGERS else ["pending"])


def test_what_somebody_makes_is_theirs_whatever_is_said(runs_dir: Path) -> None:
    for who in ("owner", "another student", "lecturer", "guest"):
        store = doors_of(who, runs_dir, Noted()).store
        made = store.create(experiment(), name="new", owner="f" * 16)
        assert made.meta.owner == PEOPLE[who].person


def test_nobody_but_the_lecturer_gives_a_run_to_somebody_else(run: Run, runs_dir: Path) -> None:
    with pytest.raises(NotAllowedError):
        doors_of("owner", runs_dir, Noted()).store.change_meta(run.id, owner="b" * 16)
    assert run.meta.owner == "a" * 16
    doors_of("lecturer", runs_dir, Noted()).store.change_meta(run.id, owner="b" * 16)
    assert run.meta.owner == "b" * 16


def test_a_hidden_run_is_as_good_as_deleted(run: Run, runs_dir: Path) -> None:
    with pytest.raises(RunNotFoundError) as refused:
        doors_of("another student", runs_dir, Noted()).store.get(run.id)
    assert isinstance(refused.value, HiddenRunError)


def test_only_the_lecturer_leads() -> None:
    for who, visitor in PEOPLE.items():
        if who in ("lecturer", "alone"):
            must_lead(visitor)
        else:
            with pytest.raises(NotAllowedError):
                must_lead(visitor)


# What the lecturer says to all -------------------------------------------------------------------


@pytest.mark.parametrize("action", ["start", "resume", "step", "epoch", "a search"])
def test_while_the_class_is_paused_a_student_trains_nothing(
    action: str, run: Run, runs_dir: Path, room: Classroom
) -> None:
    def act(doors: Doors) -> None:
        match action:
            case "start":
                doors.launcher.start(run)
            case "a search":
                doors.conductors.start(run)
            case "resume" | "step" | "epoch":
                doors.launcher.ask(run, action)

    room.change(frozen=True)
    noted = Noted()
    with pytest.raises(NotAllowedError, match="The lecturer has paused the class"):
        act(doors_of("owner", runs_dir, noted))
    assert noted.calls == []
    act(doors_of("lecturer", runs_dir, noted))
    assert len(noted.calls) == 1
    room.change(frozen=False)
    act(doors_of("owner", runs_dir, noted))
    assert len(noted.calls) == 2


def test_while_the_class_is_paused_a_student_pauses_stops_and_sets(
    run: Run, runs_dir: Path, room: Classroom
) -> None:
    room.change(frozen=True)
    noted = Noted()
    doors = doors_of("owner", runs_dir, noted)
    doors.launcher.ask(run, "pause")
    doors.launcher.ask(run, "stop")
    doors.launcher.ask(run, path="training.l1", value=0.1)
    doors.launcher.ask(run, pace=3.0)
    assert noted.calls == ["ask"] * 4


def test_all_of_the_class_see_the_run_that_is_followed_and_nobody_else(
    run: Run, runs_dir: Path, room: Classroom
) -> None:
    room.change(following=run.id)
    assert doors_of("another student", runs_dir, Noted()).store.get(run.id) == run
    for who in STRANGERS:
        with pytest.raises(NotAllowedError):
            doors_of(who, runs_dir, Noted()).store.get(run.id)
    with pytest.raises(NotAllowedError):
        doors_of("another student", runs_dir, Noted()).launcher.ask(run, "stop")
    room.change(following=None)
    with pytest.raises(HiddenRunError):
        doors_of("another student", runs_dir, Noted()).store.get(run.id)
