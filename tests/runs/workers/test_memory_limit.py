"""Workers whose memory runs out end with a word, and the host and its server go on."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from nnlab.config import Experiment, Flatten, Images, Linear, Model, Training
from nnlab.data.registry import load
from nnlab.runs.record import lock
from nnlab.runs.record.checkpoints import load_live
from nnlab.runs.record.control import ask
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.store import Run
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings
from nnlab.training.events import FitEnded
from nnlab.training.fit import fit
from tests.runs.bench import endless, events_of, new_run, noisy, wait_for
from tests.runs.workers.test_launcher import ended, worker_of
from tests.training.bench import same

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux has such limits"
)
MB = 10**6


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("memory")


@pytest.fixture(scope="module")
def launcher(home: Path) -> Iterator[LocalLauncher]:
    local = LocalLauncher(
        Settings(
            runs_dir=home / "runs",
            data_dir=home / "data",
            device="cpu",
            worker_memory=72 * MB,
        )
    )
    yield local
    local.close()


def wide(momentum: float) -> Experiment:
    """5 million weights, 20 MB: as many gradients, and with momentum as many again."""
    layers = (
        *(Flatten(), Linear(out_features=4096), Linear(out_features=400)),
        Linear(out_features=10),
    )
    training = {"optimizer": {"kind": "sgd", "lr": 1e-4, "momentum": momentum}, "steps": 100}
    return Experiment(
        data=Images(kind="digits"),
        model=Model(layers=layers),
        training=Training.model_validate(training),
    )


def last_word(run: Run) -> FitEnded:
    wait_for(lambda: ended(run) is not None and not lock.is_held(run.path), "the last word")
    event = ended(run)
    assert event is not None
    return event


def test_a_worker_goes_before_its_host_and_server(home: Path, launcher: LocalLauncher) -> None:
    run = new_run(home / "runs", endless())
    launcher.start(run)
    worker = worker_of(run)

    def adjusted(process: psutil.Process) -> int:
        return int(Path(f"/proc/{process.pid}/oom_score_adj").read_text())

    host = worker.parent()
    assert host is not None
    assert adjusted(worker) == 800
    assert adjusted(host) == adjusted(psutil.Process()) < 800
    launcher.ask(run, "stop")
    assert last_word(run).reason == "stopped"


def test_what_a_run_may_take_ends_it_with_a_word(home: Path, launcher: LocalLauncher) -> None:
    run = new_run(home / "runs", wide(momentum=0.9))
    launcher.start(run)
    word = last_word(run)
    assert word.reason == "failed"
    assert "NNLAB_WORKER_MEMORY" in (word.error or "")
    assert "smaller training.batch_size or network" in (word.error or "")


def test_the_reckoning_before_the_start_knows_what_a_run_may_take(
    home: Path, launcher: LocalLauncher
) -> None:
    given = wide(momentum=0.0)
    optimizer = {"optimizer": {"kind": "adam", "lr": 1e-4}, "steps": 100}
    run = new_run(
        home / "runs",
        given.model_copy(update={"training": given.training.model_validate(optimizer)}),
    )
    launcher.start(run)
    assert "parameters need 0.1 GB" in (last_word(run).error or "")


def test_a_run_that_is_asked_to_make_room_goes_on_later_bit_for_bit(
    home: Path, launcher: LocalLauncher
) -> None:
    run = new_run(home / "runs", noisy())
    ask(run.path, pace=20)
    launcher.start(run)
    worker = worker_of(run)
    ask(run.path, "checkpoint")
    wait_for(lambda: list_checkpoints(run.path), "a checkpoint")
    worker.send_signal(signal.SIGUSR1)
    word = last_word(run)
    assert word.reason == "failed"
    assert "memory ran out, and this run held the most" in (word.error or "")
    wait_for(lambda: run.id not in launcher.pending(), "its place")
    launcher.start(run)
    wait_for(lambda: run.status() == "finished", "the end")
    unbroken = fit(run.experiment, load(run.experiment.data, home))
    list(unbroken)
    found = load_live(run.path)
    assert found is not None
    assert same(found[1], unbroken.weights())


@pytest.mark.parametrize("how", [signal.SIGABRT, signal.SIGSEGV])
def test_a_worker_that_breaks_off_does_not_do_so_without_a_word(
    home: Path, launcher: LocalLauncher, how: signal.Signals
) -> None:
    run = new_run(home / "runs", endless())
    launcher.start(run)
    worker_of(run).send_signal(how)
    word = last_word(run)
    assert word.reason == "failed"
    assert f"broke off ({how.name})" in (word.error or "")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_somebody_kills_is_interrupted_and_no_more(
    home: Path, launcher: LocalLauncher, how: signal.Signals
) -> None:
    run = new_run(home / "runs", endless())
    launcher.start(run)
    worker = worker_of(run)
    os.kill(worker.pid, how)
    wait_for(lambda: not psutil.pid_exists(worker.pid), "its burial")
    other = new_run(home / "runs", endless())
    launcher.start(other)  # the host has had time to say something
    worker_of(other)
    assert run.status() == "interrupted"
    assert ended(run) is None
    launcher.ask(other, "stop")
    last_word(other)


def test_events_of_a_run_that_broke_off_can_be_read(home: Path, launcher: LocalLauncher) -> None:
    run = new_run(home / "runs", endless())
    launcher.start(run)
    worker = worker_of(run)
    wait_for(lambda: len(events_of(run)) > 3, "some events")
    worker.send_signal(signal.SIGABRT)
    word = last_word(run)
    assert word.step >= events_of(run)[-2].step > 0
