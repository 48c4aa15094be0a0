"""The files of a recorded run, as its writer leaves them."""

import os
from pathlib import Path
from typing import BinaryIO

import pytest
import torch

from nnlab.errors import NnlabError
from nnlab.runs.record import lock, thinning
from nnlab.runs.record.log import EventReader
from nnlab.runs.recorded import writer as module
from nnlab.runs.recorded.record import Record
from nnlab.runs.recorded.weights import load_weights, recorded_steps
from nnlab.runs.recorded.writer import RecordedWriter
from nnlab.runs.run import Run
from nnlab.runs.store import Store
from nnlab.training.events import Metrics


@pytest.fixture
def run(runs_dir: Path) -> Run:
    return Store(runs_dir).create_recorded(Record(module="Net", parameters=1), name="mine")


def metrics(step: int) -> Metrics:
    return Metrics(step=step, epoch=0, seconds=0, values={"loss": step})


def test_it_holds_the_lock_until_it_is_closed(run: Run) -> None:
    writer = RecordedWriter(run)
    assert lock.holder(run.path) == os.getpid()
    with pytest.raises(NnlabError, match="another process"):
        RecordedWriter(run)
    writer.close()
    writer.close()
    assert not lock.exists(run.path)


def test_a_line_that_was_cut_short_stays_alone_in_its_damage(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(file: BinaryIO, data: bytes) -> None:
        file.write(data[: len(data) // 2])
        raise OSError(28, "full")

    writer = RecordedWriter(run)
    writer.append(metrics(1))
    with monkeypatch.context() as full:
        full.setattr(module, "write_all", half)
        with pytest.raises(OSError, match="full"):
            writer.append(metrics(2))
    writer.append(metrics(3))
    writer.close()
    reader = EventReader(run.path)
    assert reader.read_new() == [metrics(1), metrics(3)]
    assert reader.damaged == 1


def test_checkpoints_are_thinned_and_the_first_and_the_last_stay(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thinning, "MAX_FILES", 6)
    writer = RecordedWriter(run)
    for step in range(0, 200, 10):
        writer.save_checkpoint({"w": torch.full((2,), float(step))}, step, step / 10)
    writer.sync()
    writer.close()
    steps = recorded_steps(run)
    assert len(steps) == 6
    assert (steps[0], steps[-1]) == (0, 190)
    assert all(load_weights(run, step).weights["w"][0] == step for step in steps)


def test_tensors_that_are_views_and_numbers_are_written_as_they_are(run: Run) -> None:
    writer = RecordedWriter(run)
    wide = torch.arange(12.0).reshape(3, 4)
    tensors = {
        "t": wide.T,
        "n": torch.tensor(5),
        "part": wide[:, 1],
        "same": wide,
        "h": wide.half(),
    }
    writer.save_live(tensors, 7)
    writer.close()
    found = load_weights(run)
    assert found.step == 7
    assert all(torch.equal(found.weights[name], value) for name, value in tensors.items())
    assert found.weights["h"].dtype == torch.float16
