"""All that a class made, as one zip, and its table of results."""

import csv
import io
import json
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from nnlab.classroom.archive import PIECE, archive_of
from nnlab.classroom.classroom import Classroom
from nnlab.classroom.results import as_text
from nnlab.runs.record.weight_files import LIVE
from nnlab.runs.store import Store
from tests.classroom.made import ENDED, make_run
from tests.runs.recorded.made import make_recorded


@pytest.fixture
def room(runs_dir: Path) -> Classroom:
    room = Classroom(runs_dir)
    room.keep()
    return room


@pytest.fixture
def store(runs_dir: Path) -> Store:
    return Store(runs_dir)


def unpacked(room: Classroom, store: Store) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(archive_of(room, store))))
    assert archive.testzip() is None
    return archive


def results(archive: zipfile.ZipFile) -> list[dict[str, str]]:
    content = archive.read("results.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content, newline="")))


def test_it_holds_the_runs_of_members_byte_for_byte_and_nobody_elses(
    room: Classroom, store: Store
) -> None:
    room.join("p1", "Anna", room.code)
    room.join("p2", "../Ben/:*", room.code)
    own, other = make_run(store, "p1"), make_run(store, "p2")
    make_run(store, "local"), make_run(store, "somebody")
    archive = unpacked(room, store)
    runs = {name for name in archive.namelist() if name.startswith("runs/")}
    files = ("experiment.json", "meta.json", "events.jsonl", LIVE)
    assert runs == {
        *(f"runs/001 Anna/{own.id}/{file}" for file in files),
        *(f"runs/002 Ben/{other.id}/{file}" for file in files),
    }
    for file in files:
        assert archive.read(f"runs/001 Anna/{own.id}/{file}") == (own.path / file).read_bytes()


def test_runs_of_whoever_was_taken_out_are_in_it(room: Classroom, store: Store) -> None:
    room.join("p1", "Anna", room.code)
    run = make_run(store, "p1")
    room.remove("p1")
    archive = unpacked(room, store)
    assert f"runs/001 left/{run.id}/meta.json" in archive.namelist()
    assert [line["name"] for line in results(archive)] == ["left"]


def test_answers_and_the_challenge_are_in_it_and_the_key_is_not(
    room: Classroom, store: Store
) -> None:
    (room.folder / "answers.jsonl").write_text('{"answer": 1}\n')
    archive = unpacked(room, store)
    assert archive.read("class/answers.jsonl") == b'{"answer": 1}\n'
    assert all(room.key.encode() not in archive.read(name) for name in archive.namelist())


def test_the_table_says_who_reached_what_and_nothing_of_the_test_set(
    room: Classroom, store: Store
) -> None:
    room.join("p1", "Anna", room.code)
    run = make_run(store, "p1", name="my first")
    (line,) = results(unpacked(room, store))
    assert (line["name"], line["run"]) == ("Anna", run.id)
    assert (line["title"], line["status"], line["data"]) == ("my first", "finished", "spiral")
    assert (int(line["step"]), float(line["val_accuracy"])) == (25, 0.5)
    assert float(line["train_loss"]) == ENDED.train_loss
    assert "0.987654321" not in "".join(line.values())


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", " =cmd|'/c calc'!A1", '=HYPERLINK("x")']
)
def test_no_cell_that_people_wrote_is_a_formula(room: Classroom, store: Store, name: str) -> None:
    room.join("p1", name, room.code)
    make_run(store, "p1", name=name)
    (line,) = results(unpacked(room, store))
    for cell in (line["name"], line["title"]):
        assert cell == f"'{name.strip()}"


def test_other_texts_stay_as_they_are() -> None:
    for text in ("Anna", "3-2", "a=b", "", "'quoted'", 'Zoë, "Z"'):
        assert as_text(text) == text


def test_the_list_of_members_says_whose_folder_is_whose(room: Classroom, store: Store) -> None:
    room.join("p1", "<script>", room.code)
    (member,) = json.loads(unpacked(room, store).read("members.json"))
    assert (member["name"], member["role"]) == ("<script>", "student")
    assert member["folder"] == "runs/001 script"


def test_what_vanishes_meanwhile_is_left_out(room: Classroom, store: Store) -> None:
    room.join("p1", "Anna", room.code)
    first, second = make_run(store, "p1"), make_run(store, "p1")
    pieces = archive_of(room, store)
    begun = next(pieces)
    store.delete(first.id)
    archive = zipfile.ZipFile(io.BytesIO(begun + b"".join(pieces)))
    names = "\n".join(archive.namelist())
    assert archive.testzip() is None
    assert second.id in names
    assert first.id not in names


def test_large_weights_pass_through_little_memory(room: Classroom, store: Store) -> None:
    room.join("p1", "Anna", room.code)
    size = 12 * 2**20
    make_run(store, "p1", weights=b"\0" * size)
    sent = 0
    list(archive_of(room, store))  # what is imported or cached by then does not count
    tracemalloc.start()
    for piece in archive_of(room, store):
        sent += len(piece)
        assert len(piece) < 4 * PIECE
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sent > size  # weights are not packed: they are as random as anything
    assert peak < 8 * PIECE


def test_a_recorded_run_is_in_it_with_its_record_and_in_the_table(
    room: Classroom, store: Store
) -> None:
    room.join("p1", "Anna", room.code)
    run = make_recorded(store, "=mine", owner="p1")
    make_recorded(store, "the lecturer's own")
    archive = unpacked(room, store)
    names = {name.rpartition("/")[2] for name in archive.namelist() if run.id in name}
    assert names == {"recorded.json", "meta.json", "events.jsonl", LIVE}
    ((line),) = results(archive)
    assert (line["data"], line["network"], line["step"]) == ("recorded", "MyNet", "30")
    assert line["title"] == "'=mine"
