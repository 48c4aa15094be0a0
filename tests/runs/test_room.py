"""One limit of the disk for runs, tables, drawings and frozen sets, and one for each person."""

import math
import os
import time
from pathlib import Path

import numpy as np
import pytest

from nnlab.data import handwriting, tables
from nnlab.data.handwriting import drawings, freeze, keep
from nnlab.data.handwriting_zip import export, take
from nnlab.data.kept import DRAWING_BYTES
from nnlab.errors import NnlabError
from nnlab.runs import measure
from nnlab.runs.disk import total, usage
from nnlab.runs.record.weight_files import FOLDER
from nnlab.runs.room import UNUSED_SECONDS, Room, Usage
from nnlab.runs.store import Store
from nnlab.settings import Settings
from nnlab.visitor import Visitor
from tests.runs.bench import experiment

LARGE = "x,y\n" + "1.25,2.5\n" * 1000
MANY = 10**9


def rows(number: int) -> str:
    return LARGE + f"{number},{number}\n"


def picture(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((28, 28), np.float32)


@pytest.fixture
def room(runs_dir: Path, data_dir: Path) -> Room:
    return Room(runs_dir, data_dir, MANY, MANY)


def limited(room: Room, *, limit: int = MANY, each: int = MANY) -> Room:
    return Room(room.runs_dir, room.data_dir, limit, each)


def age(path: Path) -> None:
    then = time.time() - UNUSED_SECONDS - 1
    os.utime(path, (then, then))


def files(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_usage_is_what_lies_on_the_disk_and_each_person_s_is_theirs(
    room: Room, runs_dir: Path, data_dir: Path
) -> None:
    store = Store(runs_dir)
    mine, theirs = (store.create(experiment(), name="a", owner=who) for who in ("me", "them"))
    (theirs.path / "large").write_bytes(bytes(5000))
    tables.keep(rows(1), data_dir, owner="me")
    tables.keep(rows(2), data_dir, owner="them")
    tables.keep(rows(2), data_dir, owner="me")  # counts for both
    tables.keep(rows(3), data_dir)
    for seed, owner in enumerate(["me", "me", "them", "local"]):
        keep(picture(seed), 3, data_dir, owner=owner)
    name = freeze(drawings(data_dir), data_dir, owner="them")
    frozen = files(data_dir / handwriting.FROZEN)
    each = len(rows(1))
    assert room.usage("me") == Usage(usage(mine), 2 * each, 2 * DRAWING_BYTES)
    assert room.usage("them") == Usage(usage(theirs), each, DRAWING_BYTES + frozen)
    assert room.usage("local") == Usage(0, each, DRAWING_BYTES)
    assert room.usage("nobody").total == 0
    everything = room.usage()
    assert everything == Usage(total(store), 3 * each, 4 * DRAWING_BYTES + frozen)
    assert everything.tables == files(data_dir / "tables")
    assert everything.drawings >= files(data_dir / "handwriting")
    assert len(handwriting.read_frozen(name, data_dir)[1]) == 4


def test_tables_and_drawings_of_before_are_of_local(room: Room, data_dir: Path) -> None:
    digest = tables.keep(LARGE, data_dir)
    keep(picture(), 7, data_dir)
    assert [path.name for path in (data_dir / "tables").iterdir()] == [f"{digest}.csv"]
    (drawing,) = drawings(data_dir)
    assert handwriting.DRAWING.fullmatch(drawing.path.name)
    assert room.usage("local") == room.usage()


def test_whose_a_file_is_does_not_tell_the_person(data_dir: Path) -> None:
    tables.keep(LARGE, data_dir, owner="secret-id")
    keep(picture(), 7, data_dir, owner="secret-id")
    assert len(list(data_dir.rglob("*.*"))) == 3
    assert not list(data_dir.rglob("*secret*"))


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        ({"limit": 12_000}, "tables 9.0 kB.*NNLAB_MAX_DISK.*Delete runs"),
        ({"each": 12_000}, "of yours: .*tables 9.0 kB.*NNLAB_DISK_EACH.*Delete runs of yours"),
    ],
    ids=["all", "each"],
)
def test_what_has_no_room_is_refused_before_anything_of_it_is_written(
    limits: dict[str, int], says: str, room: Room, data_dir: Path
) -> None:
    tables.keep(rows(1), data_dir, owner="me")
    must_have = limited(room, **limits).must_have
    archive = export([keep(picture(1), 1, data_dir)] * 5)
    kept = [keep(picture(seed), 1, data_dir) for seed in range(20)]
    before = sorted(data_dir.rglob("*"))
    for write in (
        lambda: tables.keep(rows(2), data_dir, owner="me", room=must_have),
        lambda: freeze(kept, data_dir, owner="me", room=must_have),
        lambda: take(archive, data_dir, owner="me", room=must_have),
    ):
        with pytest.raises(NnlabError, match=says):
            write()
        assert sorted(data_dir.rglob("*")) == before
    tables.keep(rows(1), data_dir, owner="me", room=must_have)  # it is there already


def test_a_person_at_their_limit_keeps_nobody_else_from_anything(
    room: Room, data_dir: Path
) -> None:
    must_have = limited(room, each=1500).must_have
    keep(picture(), 1, data_dir, owner="me", room=must_have)
    with pytest.raises(NnlabError, match="NNLAB_DISK_EACH"):
        keep(picture(), 1, data_dir, owner="me", room=must_have)
    keep(picture(), 1, data_dir, owner="them", room=must_have)
    assert len(drawings(data_dir)) == 2


def test_what_no_run_uses_goes_first_the_oldest_first_and_what_one_uses_stays(
    room: Room, runs_dir: Path, data_dir: Path
) -> None:
    names = [tables.keep(rows(number), data_dir, owner="me") for number in range(4)]
    paths = [data_dir / "tables" / f"{name}.csv" for name in names]
    run = Store(runs_dir).create(experiment(), name="a")
    used = f'{{"data": {{"kind": "csv", "sha256": "{names[0]}"}}, "of": "a later nnlab"}}'
    (run.path / "experiment.json").unlink()
    (run.path / "experiment.json").write_text(used)
    for path in paths[:3]:
        age(path)
    os.utime(paths[1], (0, 0))
    short = limited(room, limit=room.usage().total)
    short.must_have(1)
    assert [path.exists() for path in paths] == [True, False, True, True]
    assert len(list((data_dir / "tables").iterdir())) == 6  # what said whose it was went, too
    with pytest.raises(NnlabError, match="no room"):
        short.must_have(MANY)
    assert [path.exists() for path in paths] == [True, False, False, True]
    tables.keep(rows(0), data_dir)
    age(paths[3])
    tables.keep(rows(3), data_dir)  # asked for again: it is in use
    with pytest.raises(NnlabError, match="no room"):
        short.must_have(MANY)
    assert paths[3].exists()


def test_before_a_run_starts_tables_count_and_old_checkpoints_of_that_person_go(
    room: Room, runs_dir: Path, data_dir: Path
) -> None:
    store = Store(runs_dir)
    mine, theirs = (store.create(experiment(), name="a", owner=who) for who in ("me", "them"))
    for run in (mine, theirs):
        (run.path / FOLDER).mkdir()
        for step in range(1, 6):
            (run.path / FOLDER / f"{step:010d}.pt").write_bytes(bytes(1000))
    tables.keep(rows(1), data_dir, owner="me")
    used = room.usage("me").total
    limited(room, each=used).make(store, owner="me")
    assert limited(room, each=used - 1).make(store, owner="me") == 1000
    assert len(list((mine.path / FOLDER).iterdir())) == 4
    assert len(list((theirs.path / FOLDER).iterdir())) == 5
    with pytest.raises(
        NnlabError, match=r"your tables, pictures and drawings 9.0 kB.*NNLAB_DISK_EACH"
    ):
        limited(room, each=9_000).make(store, owner="me")
    limited(room, each=9_000).make(store, owner="them")
    with pytest.raises(NnlabError, match=r"tables, pictures and drawings 9.0 kB; NNLAB_MAX_DISK"):
        limited(room, limit=9_000).make(store, owner="them")


def test_a_run_at_rest_is_not_walked_again(
    room: Room, runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(runs_dir)
    runs = [store.create(experiment(), name="a") for _ in range(3)]
    (runs[0].path / FOLDER).mkdir()
    walked: list[Path] = []
    walk = measure.size_of
    monkeypatch.setattr(measure, "size_of", lambda path: walked.append(path) or walk(path))
    before = room.usage().runs
    walked.clear()
    assert room.usage().runs == before
    assert walked == []
    (runs[0].path / FOLDER / "0000000001.pt").write_bytes(bytes(100))
    with (runs[1].path / "events.jsonl").open("a") as file:
        file.write("x" * 10)
    assert room.usage().runs == before + 110
    assert {path for path in walked if path.parent == runs_dir} == {run.path for run in runs[:2]}
    runs[2].change_meta(owner="me")
    assert room.usage("me").runs == usage(runs[2])


def test_one_person_s_share_is_a_quarter_where_the_lab_is_shared() -> None:
    settings = Settings(max_disk="20GB")
    assert Room.of(settings).each == 20 * 10**9
    assert Room.of(settings.model_copy(update={"share": True})).each == 5 * 10**9
    said = Settings(max_disk="20GB", disk_each="1GB")
    assert Room.of(said).each == Room.of(said.model_copy(update={"share": True})).each == 10**9


def test_a_student_has_a_share_of_their_own_and_a_lecturer_all(room: Room) -> None:
    said = Settings.model_validate({"is_class": True, "share": True, "class_disk": "2MB"})
    student, lecturer = Visitor("me", "", "student"), Visitor("prof", "", "lecturer")
    assert Room.of(said, student).each == 2 * 10**6
    assert (Room.of(said, lecturer).each, Room.of(said, lecturer).runs_each) == (
        20 * 10**9,
        math.inf,
    )
    own = Room.of(
        said.model_copy(update={"data_dir": room.data_dir}), student, runs_dir=room.runs_dir
    )
    with pytest.raises(NnlabError, match=r"may have 2\.0 MB \(NNLAB_CLASS_DISK\)"):
        own.must_have(3 * 10**6, "me")
