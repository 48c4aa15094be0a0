"""The runs directory: made, listed, renamed, deleted; nothing outside it can be reached."""

from pathlib import Path

import pytest

from nnlab.errors import NnlabError, RunDamagedError, RunNotFoundError
from nnlab.files import append_line
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.store import Store
from nnlab.training.events import CheckpointSaved, FitEnded, Progress, to_line
from tests.runs.bench import experiment, new_run, started


@pytest.fixture
def store(runs_dir: Path) -> Store:
    return Store(runs_dir)


def test_a_run_comes_back_as_it_was_made(store: Store):
    given = experiment().with_set("training.seed", 9)
    run = store.create(given, name="  my\n run ", owner="ada", recipe="circle", parent="p")
    found = Store(store.root).get(run.id)
    assert found == run
    assert found.experiment == given
    assert (found.meta.name, found.meta.owner, found.meta.recipe) == ("my run", "ada", "circle")
    assert found.meta.parent == "p"
    assert run.meta.owner == "ada"
    assert store.create(given, name="b").meta.owner == "local"
    assert sorted(path.name for path in run.path.iterdir()) == ["experiment.json", "meta.json"]


def test_ids_are_the_moment_and_never_the_same(store: Store):
    ids = [store.create(experiment(), name="a").id for _ in range(50)]
    assert len(set(ids)) == 50


def test_an_id_that_is_taken_leaves_its_run_alone(store: Store, monkeypatch: pytest.MonkeyPatch):
    tokens = iter(["aaaa", "aaaa", "bbbb"])
    monkeypatch.setattr("nnlab.runs.store.secrets.token_hex", lambda _: next(tokens))
    monkeypatch.setattr("nnlab.runs.store.time.time", lambda: 1_790_000_000.0)
    first, second = (store.create(experiment(), name=name) for name in ("first", "second"))
    assert (first.id[-4:], second.id[-4:]) == ("aaaa", "bbbb")
    assert (first.meta.name, second.meta.name) == ("first", "second")


@pytest.mark.parametrize(
    "run_id",
    ["..", ".", "", "a/b", "../runs", "/etc", "x" * 5000, "\0", ".deleted-1", "\ud800", "~", "*"],
)
def test_an_id_that_is_none_reaches_nothing(store: Store, run_id: str):
    new_run(store.root)
    (store.root / ".deleted-1").mkdir()
    (store.root / ".deleted-1" / "experiment.json").write_text("{}")
    (store.root.parent / "experiment.json").write_text("{}")
    for do in (store.get, store.delete, lambda name: store.rename(name, "b")):
        with pytest.raises(RunNotFoundError):
            do(run_id)
    assert (store.root.parent / "experiment.json").exists()


def test_a_run_inside_a_run_is_none(store: Store):
    run = new_run(store.root)
    inner = new_run(run.path)
    with pytest.raises(RunNotFoundError):
        store.get(f"{run.id}/{inner.id}")


def test_renaming_changes_the_name_alone(store: Store):
    run = new_run(store.root)
    before = run.meta
    assert store.rename(run.id, " two  words ").name == "two words"
    assert run.meta == before.model_copy(update={"name": "two words"})


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_name_has_1_to_80_characters(store: Store, name: str):
    run = new_run(store.root)
    with pytest.raises(NnlabError, match=f"1 to 80 characters, got {len(name.strip())}"):
        store.rename(run.id, name)
    assert run.meta.name == "a run"
    with pytest.raises(NnlabError, match="1 to 80"):
        store.create(experiment(), name=name)


def test_deleting_twice_says_that_it_is_gone(store: Store):
    run, other = new_run(store.root), new_run(store.root)
    store.delete(run.id)
    for do in (store.delete, store.get, lambda name: store.rename(name, "b")):
        with pytest.raises(RunNotFoundError):
            do(run.id)
    with pytest.raises(RunNotFoundError, match="deleted"):
        _ = run.meta
    with pytest.raises(RunNotFoundError, match="deleted"):
        _ = run.experiment
    assert [path.name for path in store.root.iterdir()] == [other.id]


def test_runs_are_listed_with_what_their_files_say(store: Store):
    assert store.summaries() == []
    run = new_run(store.root)
    line = Progress(step=7, epoch=1, seconds=0.5, lr=0.1, train_loss=0.25)
    best = CheckpointSaved(step=3, epoch=1, seconds=0.5, file="best.pt", best=True)
    for event in (started(), line, best):
        append_line(run.path / EVENTS_FILE, to_line(event))
    (summary,) = store.summaries()
    assert (summary.run, summary.status, summary.last) == (run, "interrupted", line)
    assert summary.started == started()
    assert summary.experiment == experiment()
    end = FitEnded(step=9, epoch=1, seconds=1, reason="completed", val_loss=0.5)
    append_line(run.path / EVENTS_FILE, to_line(end))
    (summary,) = store.summaries()
    assert (summary.status, summary.last, summary.ended) == ("finished", end, end)
    store.rename(run.id, "another")
    assert store.summaries()[0].meta.name == "another"
    assert store.summaries({run.id: "queued"})[0].status == "queued"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("experiment.json", b"{}"),
        ("experiment.json", b"\xff\xfe"),
        ("experiment.json", b""),
        ("meta.json", b"[]"),
        ("meta.json", b"\xff\xfe"),
        ("meta.json", None),
    ],
)
def test_a_damaged_run_is_named_and_hides_no_other(store: Store, name: str, content: bytes | None):
    run, good = new_run(store.root), new_run(store.root)
    if content is None:
        (run.path / name).unlink()
    else:
        (run.path / name).write_bytes(content)
    with pytest.raises(RunDamagedError, match=name):
        _ = run.experiment, run.meta
    assert [summary.run for summary in store.summaries()] == [good]
    ((damaged, reason),) = store.damaged()
    assert damaged == run
    assert name in reason
    store.delete(run.id)
    assert store.damaged() == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("not a directory")
    for root in (tmp_path / "file", tmp_path / "file" / "runs"):
        store = Store(root)
        with pytest.raises(NnlabError, match=r"cannot be written.*NNLAB_RUNS_DIR"):
            store.create(experiment(), name="a")
        assert store.summaries() == []
        with pytest.raises(RunNotFoundError):
            store.get("a")
