"""However a loop ends, what was recorded stays, and its author sees the own error."""

import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from nnlab.library.record import Recording, record
from nnlab.library.record.recorder import Recorder
from nnlab.runs.record import lock
from nnlab.runs.run import Run
from nnlab.runs.store import Store
from nnlab.training.events import FitEnded, Metrics
from tests.library.record.bench import (
    checkpoint_steps,
    events,
    live,
    network,
    points,
    said_once,
    the_run,
    train,
)

REPOSITORY = Path(__file__).resolve().parents[3]
BEGIN = """
import os, sys, time, torch
from nnlab.library.record import record
model = torch.nn.Linear(2, 2)
run = record(model, name="mine", data=torch.ones(5, 2))
"""


def last_word(run: Run) -> FitEnded:
    ended = events(run)[-1]
    assert isinstance(ended, FitEnded)
    return ended


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments, "-c", BEGIN + code],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def in_a_process() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.communicate()


def test_an_error_in_the_loop_reaches_its_author_and_the_run_says_it(runs_dir: Path) -> None:
    def loop() -> None:
        with record(network(), name="mine") as run:
            train(network(), run, steps=3)
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError, match="division"):
        loop()
    ended = last_word(the_run(runs_dir))
    assert (ended.reason, ended.step) == ("failed", 3)
    assert ended.error == "ZeroDivisionError: division by zero"
    assert the_run(runs_dir).status() == "failed"


def test_an_error_that_cannot_be_said_is_named(runs_dir: Path) -> None:
    class SilentError(Exception):
        def __str__(self) -> str:
            raise ValueError

    with pytest.raises(SilentError), record(network(), name="mine"):
        raise SilentError
    assert last_word(the_run(runs_dir)).error == "SilentError"


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_ctrl_c_and_exit_stop_the_run(runs_dir: Path, stop: type[BaseException]) -> None:
    def loop() -> None:
        with record(network(), name="mine") as run:
            train(network(), run, steps=2)
            raise stop

    with pytest.raises(stop):
        loop()
    assert last_word(the_run(runs_dir)).reason == "stopped"


def test_ctrl_c_while_it_closes_leaves_a_last_word(
    runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_recorder: Recorder) -> None:
        raise KeyboardInterrupt

    run = record(network(), name="mine")
    run.step(loss=1)
    monkeypatch.setattr(Recorder, "_write_the_last", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.close()
    assert last_word(the_run(runs_dir)).reason == "completed"
    assert not lock.exists(the_run(runs_dir).path)


def test_one_that_nobody_holds_any_more_is_stopped(runs_dir: Path) -> None:
    run = record(network(), name="mine")
    run.step(loss=1)
    assert the_run(runs_dir).status() == "running"
    del run
    gc.collect()
    assert last_word(the_run(runs_dir)).reason == "stopped"


def test_one_that_is_never_closed_is_stopped_where_python_ends(runs_dir: Path) -> None:
    ended = python("run.step(loss=1)")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert last_word(the_run(runs_dir)).reason == "stopped"
    assert [event.values for event in events(the_run(runs_dir)) if isinstance(event, Metrics)] == [
        {"loss": 1.0}
    ]


def test_a_killed_process_leaves_a_run_that_can_be_read_and_is_interrupted(
    runs_dir: Path, in_a_process: list[subprocess.Popen[str]]
) -> None:
    code = (
        BEGIN
        + """
for step in range(10_000_000):
    with torch.no_grad():
        model.bias += 1
    run.step(loss=step, bias=model.bias[0])
    if step == 3000:
        print("going", flush=True)
"""
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    in_a_process.append(process)
    assert process.stdout is not None
    assert process.stdout.readline() == "going\n"
    time.sleep(0.7)
    assert the_run(runs_dir).status() == "running"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    run = the_run(runs_dir)
    assert run.status() == "interrupted"
    said = events(run)
    assert sum(isinstance(event, Metrics) for event in said) > 3
    assert run.recorded.tensors == ("weight", "bias")
    assert live(run)["bias"].shape == (2,)
    ((summary,), damaged) = Store(runs_dir).recorded(), Store(runs_dir).damaged()
    assert (summary.status, damaged) == ("interrupted", [])


def test_a_forked_child_writes_nothing_and_takes_no_lock_away(runs_dir: Path) -> None:
    ended = python(
        """
run.step(loss=1)
before = open(run.path / "events.jsonl", "rb").read()
child = os.fork()
if child == 0:
    for _ in range(5):
        run.step(loss=1000)
        time.sleep(0.11)
    run.close()
    del run
    sys.exit(0)  # with all that Python does at its end
assert os.waitpid(child, 0)[1] == 0
assert open(run.path / "events.jsonl", "rb").read() == before
assert os.path.exists(run.path / "lock")
run.step(loss=2)
run.close()
"""
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    run = the_run(runs_dir)
    assert last_word(run).reason == "completed"
    assert all(max(event.values.values()) < 10 for event in events(run) if event.type == "metrics")


def test_workers_of_a_loader_do_not_disturb_it(runs_dir: Path) -> None:
    x, y = points()
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(x, y), batch_size=20, num_workers=2
    )
    with record(network(), name="mine", data=loader) as run:
        for _x, _y in loader:
            run.step(loss=1)
    assert last_word(the_run(runs_dir)).step == 3


def test_after_its_end_it_takes_no_more_and_says_so_once() -> None:
    run = record(network(), name="mine")
    run.close()
    run.close()
    assert run.path is not None
    size = (run.path / "events.jsonl").stat().st_size
    with said_once(r"has ended: begin another"):
        run.step(loss=1)
        run.step(loss=1)
    assert (run.path / "events.jsonl").stat().st_size == size


def test_a_run_deleted_while_it_is_recorded_ends_with_one_word(runs_dir: Path) -> None:
    model = network()
    run = record(model, name="mine")
    run.step(loss=1)
    Store(runs_dir).delete(the_run(runs_dir).id)
    with said_once("its run was deleted"):
        for _ in range(14):
            train(model, run, steps=1)
            time.sleep(0.05)
        run.close()
    assert list(runs_dir.glob("*/*")) == []


def test_a_copy_for_another_process_records_nothing() -> None:
    import pickle

    with record(network(), name="mine") as run:
        other: Recording = pickle.loads(pickle.dumps(run))
        other.step(loss=1)
        other.close()
        assert (other.id, other.path) == (run.id, run.path)
        assert run.run is not None
        assert run.run.status() == "running"


def test_a_checkpoint_removed_while_it_is_recorded_is_not_missed(runs_dir: Path) -> None:
    model = network()
    with record(model, name="mine") as run:
        run.step(loss=1)
        kept = the_run(runs_dir).path / "checkpoints" / "0000000001.safetensors"
        kept.unlink()
        run.step(loss=1)
    assert checkpoint_steps(the_run(runs_dir)) == [0, 2]


def test_a_network_that_was_never_called_keeps_no_hook() -> None:
    model = network()
    with record(model, name="mine") as run:
        assert model._forward_pre_hooks
        run.step(loss=1)
    assert not model._forward_pre_hooks


def test_ctrl_c_while_it_begins_leaves_no_hook(
    runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_recorder: Recorder) -> None:
        raise KeyboardInterrupt

    model = network()
    monkeypatch.setattr(Recorder, "_save_weights", interrupted)
    with pytest.raises(KeyboardInterrupt):
        record(model, name="mine")
    assert not model._forward_pre_hooks
    assert last_word(the_run(runs_dir)).reason == "stopped"
