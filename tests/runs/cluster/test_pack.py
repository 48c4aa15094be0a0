"""What goes to a node of a run, and what is laid out there."""

import pickle
from pathlib import Path
from typing import Any

import pytest

from nnlab.errors import NnlabError, RunNotFoundError
from nnlab.runs.cluster.pack import END_BYTES, Pack, pack_replay, pack_run, unpack
from nnlab.runs.record.control import ask
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EVENTS_FILE, EventReader, newest, read_head_and_tail
from nnlab.runs.record.weight_files import DAMAGED, FOLDER, list_checkpoints
from nnlab.runs.run import Run
from nnlab.runs.workers.worker import train
from nnlab.training.events import Progress, to_line
from tests.runs.bench import endless, events_of, new_run, noisy, started
from tests.runs.workers.test_worker import At

CHECKPOINT = f"{FOLDER}/0000000%03d.pt"


@pytest.fixture
def run(runs_dir: Path, data_dir: Path) -> Run:
    """Trained for 100 steps, with checkpoints after some."""
    run = new_run(runs_dir, noisy())
    changes: Any = {40: ["checkpoint"], 70: [("training.optimizer.lr", 0.5), "checkpoint"]}
    list(train(run, data_dir=data_dir, controls=At(changes)))
    return run


def progress(step: int) -> bytes:
    event = Progress(step=step, epoch=1, seconds=step / 100, train_loss=0.5, lr=0.1)
    return to_line(event).encode() + b"\n"


def test_a_new_run_has_what_describes_it(runs_dir: Path) -> None:
    run = new_run(runs_dir, endless())
    ask(run.path, "pause")
    pack = pack_run(run)
    assert set(pack.files) == {"experiment.json", "meta.json", EVENTS_FILE}
    assert pack.run == run.id
    assert pack.newest() is None
    assert pack.nbytes == sum(map(len, pack.files.values()))


def test_a_run_goes_with_its_newest_checkpoint_alone(run: Run) -> None:
    assert len(list_checkpoints(run.path)) == 3
    pack = pack_run(run)
    assert set(pack.files) == {"experiment.json", "meta.json", EVENTS_FILE, CHECKPOINT % 100}
    assert pack.files[CHECKPOINT % 100] == (run.path / (CHECKPOINT % 100)).read_bytes()
    assert pack.note is None


def test_a_checkpoint_that_cannot_be_read_is_set_aside_here(run: Run) -> None:
    damaged = run.path / (CHECKPOINT % 100)
    damaged.write_bytes(b"no checkpoint")
    pack = pack_run(run)
    assert CHECKPOINT % 70 in pack.files
    assert CHECKPOINT % 100 not in pack.files
    assert damaged.with_name(damaged.name + DAMAGED).exists()
    assert pack.note is not None
    assert "step 70" in pack.note


def test_what_is_laid_out_is_the_run(run: Run, tmp_path: Path) -> None:
    there = unpack(pickle.loads(pickle.dumps(pack_run(run))), tmp_path / "node")
    assert there.id == run.id
    assert there.experiment == run.experiment
    assert there.meta == run.meta
    assert events_of(there) == events_of(run)
    assert [path.name for path in list_checkpoints(there.path)] == ["0000000100.pt"]


@pytest.mark.parametrize(
    "name", ["../x", "/x", "checkpoints/../../x", "a/b", "", ".x", "x\0", "x\n"]
)
def test_nothing_is_laid_out_elsewhere(tmp_path: Path, name: str) -> None:
    for pack in (
        Pack(name, {}),
        Pack("run", {name: b"x"}),
        Pack("run", {}, replayed={name: b"x"}),
    ):
        with pytest.raises(NnlabError, match="no run has"):
            unpack(pack, tmp_path / "node")
    assert not (tmp_path / "node").exists()


def test_of_many_events_the_first_and_the_last_go(run: Run, tmp_path: Path) -> None:
    """As many as say where the run stands, however long it has trained."""
    with (run.path / EVENTS_FILE).open("ab") as file:
        file.writelines(progress(step) for step in range(100, 3000))
        file.write(b'{"type": "cut')
    pack = pack_run(run)
    sent = pack.files[EVENTS_FILE]
    whole = (run.path / EVENTS_FILE).read_bytes()
    assert END_BYTES // 2 < len(sent) < END_BYTES + 2000 < len(whole)
    assert sent.endswith(b'\n{"type": "cut')
    there = unpack(pack, tmp_path / "node")
    assert read_head_and_tail(there.path) == read_head_and_tail(run.path)
    assert pack.newest() == newest(events_of(run))


def test_a_replay_goes_with_what_led_to_its_steps(run: Run, tmp_path: Path) -> None:
    events = (run.path / EVENTS_FILE).read_bytes().splitlines(keepends=True)
    many = b"".join(progress(step) for step in range(5, 9)) * 1000
    (run.path / EVENTS_FILE).write_bytes(events[0] + many + b"".join(events[1:]))
    pack = pack_replay(order(run, tmp_path, 60))
    assert len(pack.files[EVENTS_FILE]) < 30_000 < len(many)
    there = unpack(pack, tmp_path / "node")
    found, expected = (History(EventReader(one.path).read_new()) for one in (there, run))
    assert found.controls == expected.controls
    assert len(found.controls) == 3
    assert (found.started, found.step) == (expected.started, 100)


def order(run: Run, folder: Path, step: int, **more: Any) -> dict[str, Any]:
    return {"run": str(run.path), "replay": str(folder), "step": step, **more}


def test_a_step_is_replayed_from_the_nearest_state_before_it(run: Run, tmp_path: Path) -> None:
    pack = pack_replay(order(run, tmp_path, 69))
    assert [name for name in pack.files if name.startswith(FOLDER)] == [CHECKPOINT % 40]
    (tmp_path / "0000000060.pt").write_bytes(b"state")
    (tmp_path / "0000000071.pt").write_bytes(b"later")
    (tmp_path / "path-0000000065.pt").write_bytes(b"a path")
    nearer = pack_replay(order(run, tmp_path, 69))
    assert nearer.replayed == {"0000000060.pt": b"state"}
    assert not any(name.startswith(FOLDER) for name in nearer.files)
    assert not any(
        name.startswith(FOLDER) for name in pack_replay(order(run, tmp_path / "x", 39)).files
    )


def test_a_path_is_replayed_from_all_checkpoints_on_its_way(run: Run, tmp_path: Path) -> None:
    pack = pack_replay(order(run, tmp_path, 75, kind="path-"))
    assert {name for name in pack.files if name.startswith(FOLDER)} == {
        CHECKPOINT % 40,
        CHECKPOINT % 70,
    }


def test_a_run_that_is_gone_cannot_go(run: Run, tmp_path: Path) -> None:
    gone = Run(run.path.with_name("gone"))
    with pytest.raises(RunNotFoundError):
        pack_run(gone)
    with pytest.raises(RunNotFoundError):
        pack_replay(order(gone, tmp_path, 5))


def test_a_first_line_that_never_ends_is_cut(run: Run) -> None:
    (run.path / EVENTS_FILE).write_bytes(b"x" * 10**6 + b"\n" + to_line(started()).encode() + b"\n")
    sent = pack_run(run).files[EVENTS_FILE]
    assert len(sent) < END_BYTES + 2000
    assert sent.splitlines()[1:] == [to_line(started()).encode()]
