"""Weights and full states on disk: kept within a budget, refused where damaged, never run."""

import itertools
import os
import pickle
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch

from nnlab.errors import NnlabError, RunDamagedError
from nnlab.files import write_text, write_whole
from nnlab.runs.record import checkpoints, thinning
from nnlab.runs.record.checkpoints import (
    load_checkpoint,
    load_live,
    load_newest,
    save_best,
    save_checkpoint,
    save_live,
)
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.training.fit import fit
from nnlab.training.state import State
from tests.training.bench import experiment, splits


@pytest.fixture(scope="module")
def full_state() -> State:
    fitting = fit(experiment(optimizer={"kind": "adam"}, steps=3), splits())
    list(fitting)
    return fitting.snapshot()


def at(state: State, step: int) -> State:
    return State(**{**state, "step": step})


def steps_kept(run: Path) -> list[int]:
    return [int(path.stem) for path in list_checkpoints(run)]


def test_a_state_comes_back_as_it_was(tmp_path: Path, full_state: State):
    name = save_checkpoint(tmp_path, full_state)
    assert (tmp_path / "checkpoints" / name).is_file()
    found = load_newest(tmp_path)
    assert found is not None
    assert found.keys() == full_state.keys()
    for key, weight in full_state["model"].items():
        assert torch.equal(found["model"][key], weight)
    assert load_newest(tmp_path / "none") is None


def test_weights_come_back_with_their_step(tmp_path: Path, full_state: State):
    assert load_live(tmp_path) is None
    save_live(tmp_path, full_state["model"], 17)
    save_live(tmp_path, full_state["model"], 18)
    found = load_live(tmp_path)
    assert found is not None
    assert found[0] == 18
    assert found[1].keys() == full_state["model"].keys()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["live.safetensors"]


def test_thinning_keeps_the_first_and_the_last_and_the_number(
    tmp_path: Path, full_state: State, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(thinning, "MAX_FILES", 8)
    for step in range(1, 61):
        save_checkpoint(tmp_path, at(full_state, step))
        assert steps_kept(tmp_path)[0] == 1
        assert steps_kept(tmp_path)[-1] == step
    kept = steps_kept(tmp_path)
    assert len(kept) == 8
    gaps = [b - a for a, b in itertools.pairwise(kept)]
    assert gaps[-1] < max(gaps[:4])  # sparser towards the past


def test_thinning_keeps_the_budget_in_bytes(
    tmp_path: Path, full_state: State, monkeypatch: pytest.MonkeyPatch
):
    save_checkpoint(tmp_path, at(full_state, 1))
    size = list_checkpoints(tmp_path)[0].stat().st_size
    monkeypatch.setattr(thinning, "BUDGET_BYTES", int(size * 5.5))
    save_best(tmp_path, full_state)
    for step in range(2, 30):
        save_checkpoint(tmp_path, at(full_state, step))
    assert len(steps_kept(tmp_path)) == 5
    monkeypatch.setattr(thinning, "BUDGET_BYTES", 1)
    save_checkpoint(tmp_path, at(full_state, 30))
    assert steps_kept(tmp_path) == [1, 30]
    assert (tmp_path / "checkpoints" / "best.pt").is_file()


def test_of_damaged_checkpoints_the_newest_good_one_is_taken(tmp_path: Path, full_state: State):
    for step in (1, 2, 3):
        save_checkpoint(tmp_path, at(full_state, step))
    first, second, third = list_checkpoints(tmp_path)
    third.write_bytes(third.read_bytes()[:500])
    found = load_newest(tmp_path)
    assert found is not None
    assert found["step"] == 2
    second.write_bytes(b"")
    first.write_bytes(b"\0" * 100)
    with pytest.raises(RunDamagedError, match=r"0000000001\.pt.*delete that file"):
        load_newest(tmp_path)


def test_an_altered_checkpoint_gives_a_message_or_a_state(tmp_path: Path, full_state: State):
    save_checkpoint(tmp_path, full_state)
    (path,) = list_checkpoints(tmp_path)
    whole = path.read_bytes()
    dice = random.Random(0)
    refused = 0
    for _ in range(300):
        broken = bytearray(whole)
        for _ in range(dice.choice([1, 3, 20])):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        path.write_bytes(broken[: dice.choice([len(broken), dice.randrange(len(broken))])])
        try:
            load_checkpoint(path)
        except RunDamagedError:
            refused += 1
    assert refused > 200


def test_altered_weights_give_a_message_or_weights(tmp_path: Path, full_state: State):
    save_live(tmp_path, full_state["model"], 5)
    path = tmp_path / checkpoints.LIVE
    whole = path.read_bytes()
    dice = random.Random(0)
    refused = 0
    for _ in range(300):
        broken = bytearray(whole)
        broken[dice.randrange(400)] = dice.randrange(256)
        path.write_bytes(broken[: dice.choice([len(broken), dice.randrange(len(broken))])])
        try:
            load_live(tmp_path)
        except RunDamagedError:
            refused += 1
    assert refused > 100
    path.write_bytes(b"")
    with pytest.raises(RunDamagedError, match="resume the run from a checkpoint"):
        load_live(tmp_path)


def test_what_is_no_checkpoint_is_refused(tmp_path: Path):
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    for value in ({"step": 1}, [1], torch.zeros(2)):
        torch.save(value, folder / "0000000001.pt")
        with pytest.raises(RunDamagedError, match="not a checkpoint"):
            load_newest(tmp_path)


class Trap:
    """Makes a file when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, (str(self.mark),)


def test_pickled_code_is_never_run(tmp_path: Path):
    mark = tmp_path / "the trap was sprung"
    trap = Trap(mark)
    folder = tmp_path / "checkpoints"
    folder.mkdir()
    torch.save({"step": trap}, folder / "0000000002.pt")
    (folder / "0000000001.pt").write_bytes(pickle.dumps(trap, protocol=2))
    (tmp_path / checkpoints.LIVE).write_bytes(pickle.dumps(trap, protocol=2))
    with pytest.raises(RunDamagedError):
        load_newest(tmp_path)
    with pytest.raises(RunDamagedError):
        load_live(tmp_path)
    assert not mark.exists()
    pickle.loads(pickle.dumps(trap, protocol=2))
    assert mark.exists()  # the trap does work


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path: Path):
    path = tmp_path / "meta.json"
    write_text(path, "old")

    def run_out_of_space(temporary: Path) -> None:
        temporary.write_text("ne")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_whole(path, run_out_of_space)
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["meta.json"]


def test_two_threads_may_write_one_file_at_a_time(tmp_path: Path):
    path = tmp_path / "meta.json"
    both = threading.Barrier(2, timeout=60)

    def write(text: str) -> None:
        def meet(temporary: Path) -> None:
            both.wait()
            temporary.write_text(text)
            both.wait()

        write_whole(path, meet)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, ["one", "two"]))
    assert path.read_text() in ("one", "two")
    assert [file.name for file in tmp_path.iterdir()] == ["meta.json"]


def test_damage_is_a_message_for_a_person():
    assert issubclass(RunDamagedError, NnlabError)
