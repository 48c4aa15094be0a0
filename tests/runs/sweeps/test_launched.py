"""A sweep in a worker of its own: paused, killed and resumed like any other run."""

import json
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from nnlab.runs.record import lock
from nnlab.runs.record.control import ask
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.store import Run
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings
from tests.runs.bench import wait_for
from tests.runs.sweeps.bench import sweep_of
from tests.runs.sweeps.test_worker import history_of, must_equal_runs_alone, new_sweep


@pytest.fixture
def launcher(runs_dir: Path, data_dir: Path) -> Iterator[LocalLauncher]:
    own = LocalLauncher(Settings(runs_dir=runs_dir, data_dir=data_dir, max_runs=1, device="cpu"))
    yield own
    own.close()


def start(launcher: LocalLauncher, run: Run) -> psutil.Process:
    launcher.start(run)
    wait_for(lambda: lock.is_held(run.path), "a worker to take its lock")
    return psutil.Process(json.loads((run.path / lock.LOCK_FILE).read_text())["pid"])


def test_a_sweep_is_paused_killed_and_resumed_to_the_weights_of_its_networks_alone(
    launcher, runs_dir, data_dir
):
    run = new_sweep(runs_dir, sweep_of(("width", "3,4"), ("model.seed", "0..1"), steps=200))
    worker = start(launcher, run)
    ask(run.path, pace=50.0)  # so slow that it is not over before anybody has asked
    wait_for(lambda: history_of(run).step > 2, "some steps")
    ask(run.path, "pause")
    wait_for(lambda: run.status() == "paused", "the pause")
    wait_for(lambda: list_checkpoints(run.path), "its checkpoint")
    ask(run.path, "resume")
    kept = history_of(run).step
    wait_for(lambda: history_of(run).step > kept, "further steps")
    worker.kill()
    wait_for(lambda: launcher.status(run) == "interrupted", "the end of a killed worker")
    start(launcher, run)
    wait_for(lambda: launcher.status(run) == "finished", "the end")
    must_equal_runs_alone(run, data_dir)
