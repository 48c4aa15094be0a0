"""Real workers in processes of their own: what they train, whom they obey, how they end."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from nnlab.data.registry import load
from nnlab.errors import NnlabError, RunNotFoundError
from nnlab.runs.record import lock
from nnlab.runs.record.checkpoints import load_live, load_newest
from nnlab.runs.record.control import ask
from nnlab.runs.record.history import History
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.runs.store import Run, Store
from nnlab.runs.workers import launcher
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings
from nnlab.training.events import ControlApplied, EpochEnded, FitEnded
from nnlab.training.fit import fit
from nnlab.visitor import Visitor
from tests.runs.bench import endless, events_of, experiment, new_run, noisy, wait_for
from tests.training.bench import same


def settings(home: Path, max_runs: int, *, share: bool = False) -> Settings:
    return Settings(
        runs_dir=home / "runs",
        data_dir=home / "data",
        max_runs=max_runs,
        share=share,
        device="cpu",
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("launcher")


@pytest.fixture(scope="module")
def shared(home: Path) -> Iterator[LocalLauncher]:
    """One launcher for all tests that leave it as it was."""
    local = LocalLauncher(settings(home, max_runs=8))
    yield local
    local.close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[LocalLauncher]:
    """A launcher with one place, for a test that breaks it."""
    local = LocalLauncher(settings(tmp_path, max_runs=1))
    yield local
    local.close()


def worker_of(run: Run) -> psutil.Process:
    """The process that trains the run."""
    wait_for(lambda: lock.is_held(run.path), "a worker to take its lock")
    return psutil.Process(json.loads((run.path / lock.LOCK_FILE).read_text())["pid"])


def ended(run: Run) -> FitEnded | None:
    event = events_of(run)[-1:]
    return event[0] if event and isinstance(event[0], FitEnded) else None


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_workers_leave_cores_that_others_want_unless_a_person_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for said, expected in ((None, "10000"), ("7", "7")):
        monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
        if said is not None:
            monkeypatch.setenv("GOMP_SPINCOUNT", said)
        local = LocalLauncher(settings(tmp_path, max_runs=1))
        try:
            run = new_run(tmp_path / "runs", endless())
            local.start(run)
            assert worker_of(run).environ()["GOMP_SPINCOUNT"] == expected
        finally:
            local.close()


@pytest.mark.skipif(
    not Path("/proc/self/autogroup").exists(), reason="Linux without sessions that are weighed"
)
@pytest.mark.parametrize(("share", "nice"), [(True, 5), (False, 0)])
def test_the_workers_of_a_shared_lab_leave_its_pages_the_processor(
    tmp_path: Path, share: bool, nice: int
) -> None:
    local = LocalLauncher(settings(tmp_path, max_runs=1, share=share))
    try:
        run = new_run(tmp_path / "runs", endless())
        local.start(run)
        wait_for(lambda: lock.is_held(run.path), "the worker")
        said = Path(f"/proc/{worker_of(run).pid}/autogroup").read_text()
        assert said.endswith(f"nice {nice}\n")
        assert said.split()[0] not in Path("/proc/self/autogroup").read_text()
    finally:
        local.close()


def wait_for_end(run: Run) -> FitEnded:
    wait_for(lambda: ended(run), f"the end of {run.id}")
    wait_for(lambda: not lock.is_held(run.path), f"the lock of {run.id}")
    event = ended(run)
    assert event is not None
    return event


def answered(run: Run, control_id: str) -> ControlApplied | None:
    return next((e for e in History(events_of(run)).controls if e.id == control_id), None)


def wait_for_step(run: Run, step: int) -> None:
    wait_for(lambda: History(events_of(run)).step >= step, f"step {step} of {run.id}")


def wait_for_pause(run: Run) -> int:
    wait_for(lambda: run.status() == "paused", f"a pause of {run.id}")
    return History(events_of(run)).step


def test_a_worker_gives_exactly_the_numbers_of_fit(shared: LocalLauncher, home: Path):
    run = new_run(home / "runs", noisy())
    shared.start(run)
    end = wait_for_end(run)
    fitting = fit(noisy(), load(noisy().data, home / "data"))
    expected = list(fitting)
    found = load_live(run.path)
    assert found is not None
    assert same(found[1], fitting.weights())
    assert (end.reason, run.status()) == ("completed", "finished")
    last = expected[-1].model_dump(exclude={"seconds"})
    assert end.model_dump(exclude={"seconds"}) == last
    told = [e.model_dump(exclude={"seconds"}) for e in events_of(run) if isinstance(e, EpochEnded)]
    assert told == [
        e.model_dump(exclude={"seconds"}) for e in expected if isinstance(e, EpochEnded)
    ]
    assert shared.queue_place(run) is None
    assert run.id not in shared.pending()


def test_pause_step_epoch_resume_and_stop_are_obeyed(shared: LocalLauncher, home: Path):
    run = new_run(home / "runs", endless())
    shared.start(run, first="step")
    assert wait_for_pause(run) == 1

    def after(do) -> int:
        control = shared.ask(run, do)
        wait_for(lambda: answered(run, control.id), f"an answer to {do}")
        return wait_for_pause(run)

    assert after("step") == 2
    assert after("epoch") == 25
    assert after("epoch") == 50
    assert after("step") == 51
    with pytest.raises(NnlabError, match="under way already"):
        shared.start(run)

    rate = shared.ask(run, path="training.optimizer.lr", value=0.25)
    wait_for(lambda: answered(run, rate.id), "an answer to a rate")
    shared.ask(run, "resume")
    wait_for_step(run, 52)
    assert shared.status(run) == "running"
    shared.ask(run, "pause")
    step = wait_for_pause(run)
    assert step > 51
    assert History(events_of(run)).latest("lr") == 0.25
    shared.ask(run, "stop")
    end = wait_for_end(run)
    assert (end.reason, end.step, run.status()) == ("stopped", step, "stopped")
    assert int(list_checkpoints(run.path)[-1].stem) == step


def test_a_killed_worker_leaves_its_curves_and_others_go_on(shared: LocalLauncher, home: Path):
    run, other = new_run(home / "runs", endless()), new_run(home / "runs", endless())
    shared.start(run)
    shared.start(other)
    control = shared.ask(run, "checkpoint")
    wait_for(lambda: answered(run, control.id), "a checkpoint")
    wait_for(lambda: len(History(events_of(run)).progress) >= 3, "three rows of a curve")
    rows = len(History(events_of(run)).progress)
    worker_of(run).send_signal(signal.SIGKILL)
    wait_for(lambda: shared.status(run) == "interrupted", "the status of a killed worker")
    assert len(History(events_of(run)).progress) >= rows
    state = load_newest(run.path)
    assert state is not None
    found = load_live(run.path)
    assert found is not None
    assert found[0] > 0
    assert Store(home / "runs").get(run.id).experiment == endless()

    step = History(events_of(other)).step
    wait_for_step(other, step + 50)
    assert shared.status(other) == "running"

    shared.start(run)  # and it goes on from its checkpoint
    wait_for(lambda: run.status() == "running", "the killed run to go on")
    resumed = [e for e in events_of(run) if e.type == "fit_started"][-1]
    assert resumed.step == state["step"]
    for each in (run, other):
        shared.ask(each, "stop")
    assert {wait_for_end(each).reason for each in (run, other)} == {"stopped"}


def test_a_killed_run_resumed_ends_with_the_weights_of_an_unbroken_one(
    shared: LocalLauncher, home: Path
):
    run = new_run(home / "runs", noisy())
    shared.start(run, first="step")
    wait_for_pause(run)
    for do in ("epoch", "step"):
        control = shared.ask(run, do)
        wait_for(lambda control=control: answered(run, control.id), "an answer")
        wait_for_pause(run)
    wait_for(lambda: list_checkpoints(run.path)[-1].stem.endswith("026"), "step 26")
    worker_of(run).send_signal(signal.SIGKILL)
    wait_for(lambda: shared.status(run) == "interrupted", "the status of a killed worker")
    shared.start(run)
    assert wait_for_end(run).reason == "completed"
    fitting = fit(noisy(), load(noisy().data, home / "data"))
    list(fitting)
    found = load_live(run.path)
    assert found is not None
    assert same(found[1], fitting.weights())


def test_what_an_earlier_session_was_asked_is_not_obeyed(shared: LocalLauncher, home: Path):
    run = new_run(home / "runs")
    shared.start(run, first="step")
    wait_for_pause(run)
    shared.ask(run, "stop")
    assert wait_for_end(run).step == 1
    shared.start(run)
    wait_for(lambda: run.status() == "finished", "the second session")
    events = events_of(run)
    again = next(i for i, event in enumerate(events) if event.type == "fit_started" and event.step)
    assert again > 0
    assert not [event for event in events[again:] if isinstance(event, ControlApplied)]


def test_a_first_session_obeys_what_was_asked_before_it(shared: LocalLauncher, home: Path):
    """A branch begins with its changes."""
    run = new_run(home / "runs")
    rate = ask(run.path, path="training.optimizer.lr", value=0.25)
    shared.start(run)
    assert wait_for_end(run).reason == "completed"
    answer = answered(run, rate.id)
    assert answer is not None
    assert (answer.step, answer.error) == (0, None)


def test_a_run_can_be_deleted_while_it_trains(shared: LocalLauncher, home: Path):
    store = Store(home / "runs")
    running, paused = new_run(store.root, endless()), new_run(store.root, endless())
    shared.start(running)
    shared.start(paused, first="step")
    wait_for_step(running, 1)
    wait_for_pause(paused)
    workers = [worker_of(running), worker_of(paused)]
    for run in (running, paused):
        store.delete(run.id)
        with pytest.raises(RunNotFoundError):
            store.get(run.id)
        with pytest.raises(RunNotFoundError):
            shared.ask(run, "pause")
    wait_for(lambda: not any(process.is_running() for process in workers), "the workers' end")
    for run in (running, paused):
        wait_for(lambda run=run: run.id not in shared._active, "a free place")
        assert not run.path.exists()


def test_a_run_that_nobody_watches_pauses_itself(
    shared: LocalLauncher, home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(launcher, "UNWATCHED_SECONDS", 0.3)
    watched, alone = new_run(home / "runs", endless()), new_run(home / "runs", endless())
    shared.start(alone)
    shared.start(watched, watched=True)
    wait_for_pause(watched)
    wait_for(lambda: alone.status() == "running", "the other run, which needs nobody")
    monkeypatch.setattr(launcher, "UNWATCHED_SECONDS", 1000.0)
    shared.watch(watched)
    shared.ask(watched, "resume")
    wait_for(lambda: watched.status() == "running", "the watched run to go on")
    for run in (watched, alone):
        shared.ask(run, "stop")
        wait_for_end(run)


def test_a_run_goes_on_unwatched_as_soon_as_somebody_says_so(
    shared: LocalLauncher, home: Path, monkeypatch: pytest.MonkeyPatch
):
    run = new_run(home / "runs", endless())
    shared.start(run, watched=True)
    shared.need_watching(run, watched=False)
    monkeypatch.setattr(launcher, "UNWATCHED_SECONDS", 0.1)
    wait_for_step(run, 1000)
    assert run.status() == "running"
    shared.need_watching(run, watched=True)
    wait_for_pause(run)
    assert [control.why for control in applied(run)] == ["unwatched"]
    shared.ask(run, "stop")
    wait_for_end(run)


def applied(run: Run) -> list[ControlApplied]:
    return [event for event in events_of(run) if isinstance(event, ControlApplied)]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[LocalLauncher]:
    """A shared lab with three places, of which one person may have two."""
    said = settings(tmp_path, max_runs=3).model_copy(update={"share": True, "runs_each": 2})
    local = LocalLauncher(said)
    yield local
    local.close()


A, B, C = (Visitor(name, f"10.0.0.{place}") for place, name in enumerate("ABC", start=1))


def test_one_who_asks_for_all_places_gets_their_share_and_the_next_one_a_place(
    lab: LocalLauncher, tmp_path: Path
):
    flood = [new_run(tmp_path / "runs", endless()) for _ in range(4)]
    for run in flood:
        lab.start(run, visitor=A)
    assert [lab.queue_place(run) for run in flood] == [None, None, 1, 2]
    other = new_run(tmp_path / "runs", endless())
    lab.start(other, visitor=B)
    wait_for(lambda: lab.status(other) == "running", "the other's run")
    own = psutil.Process().nice()

    def nices() -> list[int]:
        return [worker_of(run).nice() - own for run in (*flood[:2], other)]

    # Two weigh as much as one: of the kernel's weights 172, 172 and 335.
    wait_for(lambda: nices() == [8, 8, 5], "the weights of three runs")

    # No place is free any more; who has none gets that of the newest of who has most.
    third = new_run(tmp_path / "runs", endless())
    lab.start(third, visitor=C)
    wait_for(lambda: lab.status(third) == "running", "the third one's run")
    assert [lab.status(run) for run in flood[:2]] == ["running", "paused"]
    assert [control.why for control in applied(flood[1])] == ["turn"]
    assert lab.status(other) == "running"
    lab.start(flood[1], visitor=A)
    assert lab.queue_place(flood[1]) == 3, "it waits its turn like any other"


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_run_that_begins_while_another_ends_weighs_as_one_and_all_threads_of_it(
    lab: LocalLauncher, tmp_path: Path
):
    before, run, beside = (new_run(tmp_path / "runs", endless()) for _ in range(3))
    lab.start(before, visitor=A)
    wait_for_step(before, 1)
    os.kill(worker_of(before).pid, signal.SIGSTOP)  # its end takes a while
    lab.ask(before, "stop")
    lab.start(run, visitor=A)
    assert lab._active[run.id].nice == 5
    own, worker = psutil.Process().nice(), worker_of(run).pid
    os.kill(worker_of(before).pid, signal.SIGCONT)
    wait_for_step(run, 1)
    lab.start(beside, visitor=A)
    tasks = [int(task.name) for task in Path(f"/proc/{worker}/task").iterdir()]

    def nices() -> set[int]:
        return {os.getpriority(os.PRIO_PROCESS, task) - own for task in tasks}

    wait_for(lambda: nices() == {8}, "every thread's nice")
    # Where the server may, the one that is left is as heavy as any other again.
    lab.ask(beside, "stop")
    wait_for(lambda: lab._active[run.id].nice == 5, "the other's weight")
    assert nices() <= {5, 8}


def test_one_person_can_not_fill_the_queue(
    lab: LocalLauncher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(launcher, "WAITING_EACH", 1)
    runs = [new_run(tmp_path / "runs", endless()) for _ in range(4)]
    for run in runs[:3]:
        lab.start(run, visitor=A)
    with pytest.raises(NnlabError, match="1 of your runs wait for a place already"):
        lab.start(runs[3], visitor=A)
    lab.start(runs[3], visitor=B)


def test_a_run_that_has_trained_for_as_long_as_it_may_gives_its_place_back_and_goes_on_after(
    tmp_path: Path,
):
    limited = settings(tmp_path, max_runs=1).model_copy(update={"run_minutes": 0.02})
    local = LocalLauncher(limited)
    try:
        run = new_run(tmp_path / "runs", endless())
        local.start(run)
        end = wait_for_end(run)
        assert (end.reason, run.status()) == ("released", "paused")
        assert [control.why for control in applied(run)] == ["time"]
        wait_for(lambda: not local._active, "its place")
        local.start(run)
        wait_for_step(run, end.step + 1)
    finally:
        local.close()


def test_workers_end_by_themselves_when_their_host_is_killed_and_another_is_started(
    shared: LocalLauncher, home: Path
):
    run, next_run = new_run(home / "runs", endless()), new_run(home / "runs")
    shared.start(run)
    wait_for_step(run, 1)
    shared._host.kill()
    end = wait_for_end(run)
    assert end.reason == "server_gone"
    assert int(list_checkpoints(run.path)[-1].stem) == end.step
    shared.start(next_run)
    assert wait_for_end(next_run).reason == "completed"


def test_a_run_whose_order_a_killed_host_had_not_read_is_handed_to_the_next(
    shared: LocalLauncher, home: Path
):
    before, run = new_run(home / "runs"), new_run(home / "runs")
    shared.start(before)
    wait_for_end(before)
    host = shared._host
    host.send_signal(signal.SIGSTOP)
    shared.start(run)
    host.kill()
    assert wait_for_end(run).reason == "completed"
    assert shared._host.pid != host.pid


def test_what_is_too_much_waits_for_its_place(own: LocalLauncher, tmp_path: Path):
    runs = [new_run(tmp_path / "runs", given) for given in (endless(), experiment(), endless())]
    first, second, third = runs
    extra = new_run(tmp_path / "runs", endless())
    for run in (*runs, extra):
        own.start(run)
    assert [own.queue_place(run) for run in (*runs, extra)] == [None, 1, 2, 3]
    assert own.status(second) == "queued"
    with pytest.raises(NnlabError, match="under way already"):
        own.start(second)
    wait_for(lambda: own.status(first) == "running", "the first run")

    own.ask(third, "stop")
    assert own.queue_place(third) is None
    assert own.queue_place(extra) == 2
    Store(tmp_path / "runs").delete(extra.id)

    own.ask(first, "stop")
    assert wait_for_end(first).reason == "stopped"
    assert wait_for_end(second).reason == "completed"
    wait_for(lambda: not own._active and not own._queue, "an empty queue")
    assert events_of(third) == []

    own.start(third)  # taken out, not lost
    wait_for_step(third, 1)
    worker = worker_of(third)
    own.close()
    end = wait_for_end(third)
    assert (end.reason, third.status()) == ("server_gone", "interrupted")
    assert int(list_checkpoints(third.path)[-1].stem) == end.step
    wait_for(lambda: not worker.is_running(), "the worker's end")


SERVER = """
import sys, time
from pathlib import Path
from nnlab.runs.store import Run
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings
launcher = LocalLauncher(Settings(data_dir=Path(sys.argv[2]), max_runs=2, device="cpu"))
launcher.start(Run(Path(sys.argv[1])))
print(launcher._host.pid, flush=True)
time.sleep(1000)
"""


def test_workers_end_by_themselves_when_their_server_is_killed(tmp_path: Path):
    run = new_run(tmp_path / "runs", endless())
    command = [sys.executable, "-c", SERVER, str(run.path), str(tmp_path / "data")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            host = psutil.Process(int(server.stdout.readline()))
            wait_for_step(run, 1)
            worker = worker_of(run)
        finally:
            os.kill(server.pid, signal.SIGKILL)
    end = wait_for_end(run)
    assert (end.reason, run.status()) == ("server_gone", "interrupted")
    assert int(list_checkpoints(run.path)[-1].stem) == end.step
    for process in (worker, host):
        wait_for(
            lambda process=process: (
                not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
            ),
            "the processes' end",
        )


def test_where_forking_is_unsafe_a_warm_spare_trains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(launcher, "host_mode", lambda: "spare")
    local = LocalLauncher(settings(tmp_path, max_runs=2))
    try:
        run = new_run(tmp_path / "runs")
        local.start(run)
        assert wait_for_end(run).reason == "completed"
        assert local._host.pid != local._spent[0].pid
    finally:
        local.close()


def test_where_nobody_shares_the_lab_all_runs_of_a_person_are_alike(
    shared: LocalLauncher, home: Path
):
    runs = [new_run(home / "runs", endless()) for _ in range(2)]
    for run in runs:
        shared.start(run)
    assert {worker_of(run).nice() for run in runs} == {psutil.Process().nice() + 5}
    for run in runs:
        shared.ask(run, "stop")
        wait_for_end(run)
