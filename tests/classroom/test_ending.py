"""A class that is deleted is gone with all that it made, and nothing of others goes with it."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from nnlab.classroom.classroom import Classroom
from nnlab.classroom.ending import delete_room
from nnlab.data.kept import DRAWINGS, mark_of
from nnlab.errors import NnlabError
from nnlab.runs.record import lock
from nnlab.runs.store import EXPERIMENT, META, Run, Store
from tests.classroom.made import keep_file, make_run
from tests.runs.recorded.made import make_recorded


@pytest.fixture
def room(runs_dir: Path) -> Classroom:
    room = Classroom(runs_dir)
    room.keep()
    room.join("p1", "Anna", room.code)
    room.enter("p2", room.key)
    return room


@pytest.fixture
def store(runs_dir: Path) -> Store:
    return Store(runs_dir)


def never(_run: Run) -> None:
    raise AssertionError("nothing trains")


def test_runs_of_members_go_and_those_of_others_stay(
    room: Classroom, store: Store, data_dir: Path
) -> None:
    room.join("p3", "Ben", room.code)
    gone = [make_run(store, owner) for owner in ("p1", "p2", "p3")]
    room.remove("p3")
    stay = {make_run(store, owner).id for owner in ("local", "guest", "somebody")}
    deleted = delete_room(room, store, data_dir, never, "p2")
    assert (deleted.runs, deleted.left) == (len(gone), [])
    assert {summary.run.id for summary in store.summaries()} == stay


def test_another_class_begins_in_which_only_its_lecturer_is(
    room: Classroom, store: Store, data_dir: Path
) -> None:
    code, key = room.code, room.key
    (room.folder / "answers.jsonl").write_text("1\n")
    (room.folder / "more").mkdir()
    delete_room(room, store, data_dir, never, "p2")
    assert room.code != code
    assert room.key != key
    assert [member.person for member in room.members()] == ["p2"]
    assert room.persons() == {"p2"}
    assert [path.name for path in room.folder.iterdir()] == ["class.json"]


def test_tables_and_drawings_of_the_class_alone_go(
    room: Classroom, store: Store, data_dir: Path
) -> None:
    names = [f"{digit * 64}.csv" for digit in "abcd"]
    own, shared, other, local = (
        keep_file(data_dir, names[0], "p1"),
        keep_file(data_dir, names[1], "p1", "somebody"),
        keep_file(data_dir, names[2], "somebody"),
        keep_file(data_dir, names[3]),
    )
    frozen = keep_file(data_dir, "12-0123456789abcdef.npz", "p1")
    drawn = [
        data_dir / DRAWINGS / f"3-{16 * 'a'}-{8 * digit}{mark}.png"
        for digit, mark in (("1", f"-{mark_of('p1')}"), ("2", f"-{mark_of('x')}"), ("3", ""))
    ]
    for path in drawn:
        path.write_bytes(b"")
    deleted = delete_room(room, store, data_dir, never)
    assert deleted.files == 3
    assert [path.exists() for path in (own, shared, other, local, frozen)] == [
        *(False, True, True, True, False)
    ]
    assert [path.exists() for path in drawn] == [False, True, True]
    marks = {path.name for path in own.parent.glob("*.owner")}
    assert marks == {f"{name}.{mark_of('somebody')}.owner" for name in names[1:3]}


def test_a_table_that_a_run_of_others_uses_stays(
    room: Classroom, store: Store, data_dir: Path
) -> None:
    table = keep_file(data_dir, f"{'a' * 64}.csv", "p1")
    run = make_run(store, "local")
    experiment = run.path / EXPERIMENT
    experiment.write_text(experiment.read_text().rstrip("}\n") + f', "sha256": "{"a" * 64}"}}')
    delete_room(room, store, data_dir, never)
    assert table.exists()


def test_what_trains_is_stopped_first_and_then_deleted(
    room: Classroom, store: Store, data_dir: Path
) -> None:
    run, resting = make_run(store, "p1"), make_run(store, "p1")
    asked: list[str] = []
    with ExitStack() as training:
        training.enter_context(lock.hold(run.path))

        def stop(which: Run) -> None:
            asked.append(which.id)
            training.close()

        deleted = delete_room(room, store, data_dir, stop)
    assert asked == [run.id]
    assert deleted.runs == 2
    assert not resting.path.exists()


def test_a_damaged_run_of_a_member_goes_and_one_of_nobody_known_is_counted(
    room: Classroom, store: Store, data_dir: Path
) -> None:
    run, unknown = make_run(store, "p1"), make_run(store, "p1")
    (run.path / EXPERIMENT).write_text("{")
    (unknown.path / META).write_text("{")
    deleted = delete_room(room, store, data_dir, never)
    assert (deleted.runs, deleted.unknown) == (1, 1)
    assert not run.path.exists()
    assert unknown.path.exists()


def test_what_cannot_be_deleted_is_said_and_the_class_can_be_deleted_again(
    room: Classroom, store: Store, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, code = make_run(store, "p1"), room.code
    with monkeypatch.context() as broken:

        def refuse(_self: Store, run_id: str) -> None:
            raise NnlabError(f"The run {run_id} cannot be deleted (no right).")

        broken.setattr(Store, "delete", refuse)
        deleted = delete_room(room, store, data_dir, never, "p2")
    assert deleted.left == [f"The run {run.id} cannot be deleted (no right)."]
    assert room.code == code
    assert room.role_of("p1") == "stranger"
    assert room.role_of("p2") == "lecturer"
    again = delete_room(room, store, data_dir, never, "p2")
    assert (again.runs, again.left) == (1, [])
    assert room.code != code


def test_a_file_that_may_not_be_removed_is_named(
    room: Classroom, store: Store, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = room.folder / "answers.jsonl"
    answers.write_text("1\n")
    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path == answers:
            raise PermissionError(13, "Permission denied", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    deleted = delete_room(room, store, data_dir, never)
    assert deleted.left == ["answers.jsonl cannot be deleted (Permission denied)."]


def test_recorded_runs_of_members_go_and_one_of_the_machines_owner_stays(
    room: Classroom, store: Store, data_dir: Path
) -> None:
    gone, stays = make_recorded(store, owner="p1"), make_recorded(store)
    deleted = delete_room(room, store, data_dir, never)
    assert (deleted.runs, deleted.left, deleted.unknown) == (1, [], 0)
    assert not gone.path.exists()
    assert [one.run for one in store.recorded()] == [stays]
