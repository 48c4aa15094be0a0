"""Real searches: threads that lead them, and workers in processes of their own."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nnlab.config.axis import Axis
from nnlab.errors import InvalidExperimentError, NnlabError
from nnlab.runs.record.status import Status
from nnlab.runs.search import conductors as module
from nnlab.runs.search.conductors import Conductors, start_search
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.store import Run, Store, summarise
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings
from nnlab.training.events import FitEnded
from nnlab.visitor import Visitor
from tests.runs.bench import events_of, experiment, new_run, wait_for
from tests.runs.search.bench import LR, new_search, search_sweep


def settings(home: Path, **fields: object) -> Settings:
    said = {"runs_dir": home / "runs", "data_dir": home / "data", "device": "cpu"}
    return Settings.model_validate(said | fields)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("search")


@pytest.fixture(scope="module")
def launcher(home: Path) -> Iterator[LocalLauncher]:
    local = LocalLauncher(settings(home))
    yield local
    local.close()


@pytest.fixture
def conductors(home: Path, launcher: LocalLauncher) -> Iterator[Conductors]:
    led = Conductors(launcher, settings(home))
    yield led
    led.close()


def history(run: Run) -> SearchHistory:
    return SearchHistory(events_of(run))


def wait_for_status(run: Run, status: Status) -> None:
    wait_for(lambda: run.status() == status, f"{run.id} to be {status}")


def test_a_search_trains_its_trials_and_tells_what_they_came_to(
    home: Path, launcher: LocalLauncher, conductors: Conductors
):
    sweep = search_sweep(
        Axis(path=LR, values="log:0.0001..0.1:4"), Axis(path="width", values="4..32"), trials=4
    )
    run = start_search(
        sweep, conductors, Store(home / "runs"), settings(home), name="rates", recipe="search-cnn"
    )
    assert launcher.status(run) == "running"
    with pytest.raises(NnlabError, match="under way already"):
        conductors.start(run)
    wait_for_status(run, "finished")
    told = history(run)
    assert told.states == ["completed"] * 4
    assert run.sweep == sweep
    assert (run.meta.name, run.meta.recipe) == ("rates", "search-cnn")
    for number, child in enumerate(told.runs):
        trained = Store(home / "runs").get(child or "")
        end = events_of(trained)[-1]
        assert isinstance(end, FitEnded)
        assert end.val_loss == told.figures("val_loss")[number]
        assert trained.experiment.training.optimizer.lr == told.trials[number].newest.values[0]
        assert trained.status() == "finished"
    summary = summarise(run)
    best = told.best()
    assert best is not None
    assert summary.ended is not None
    assert summary.ended.val_loss == told.figures("val_loss").min()
    assert summary.sweep == sweep


def test_a_search_pauses_resumes_and_stops_with_its_trials_and_goes_on(
    home: Path, launcher: LocalLauncher, conductors: Conductors
):
    sweep = search_sweep(method="grid", trials=2, epochs=1_000_000)
    run = new_search(home / "runs", sweep)
    conductors.start(run)
    wait_for(lambda: len(history(run).trials) == 2, "two trials")
    children = [Store(home / "runs").get(child or "") for child in history(run).runs]

    def all_are(status: Status) -> None:
        for each in (run, *children):
            wait_for_status(each, status)

    all_are("running")
    launcher.ask(run, "pause")
    all_are("paused")
    assert history(run).paused
    launcher.ask(run, "resume")
    all_are("running")
    launcher.ask(run, "stop")
    all_are("stopped")
    steps = [events_of(child)[-1].step for child in children]
    conductors.start(run)
    all_are("running")
    launcher.ask(run, "stop")
    all_are("stopped")
    for child, step in zip(children, steps, strict=True):
        resumed = [e for e in events_of(child) if e.type == "fit_started"]
        assert [e.step for e in resumed] == [0, step]
    assert len(history(run).trials) == 2


def test_a_killed_server_leaves_an_interrupted_search_that_goes_on(
    tmp_path: Path,
):
    run = new_search(tmp_path / "runs", search_sweep(method="grid", trials=3, epochs=400))
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "tests.runs.search.server"),
            *(str(tmp_path / "runs"), str(tmp_path / "data"), run.id),
        ],
        cwd=Path(__file__).resolve().parents[3],
        stdout=subprocess.DEVNULL,
    )
    wait_for(
        lambda: (
            any(row.epochs for row in history(run).trials.values()) or server.poll() is not None
        ),
        "a first epoch",
    )
    server.kill()
    server.wait()
    assert run.status() == "interrupted"
    before = history(run)
    assert "running" in before.states
    local = LocalLauncher(settings(tmp_path))
    conductors = Conductors(local, settings(tmp_path))
    try:
        conductors.start(run)
        wait_for_status(run, "finished")
    finally:
        conductors.close()
        local.close()
    after = history(run)
    assert after.states == ["completed"] * 3
    assert after.runs[: len(before.trials)] == before.runs[: len(before.trials)]
    assert [row.newest.trial_epoch for row in after.trials.values()] == [400] * 3


def test_the_end_of_a_server_ends_the_session_at_once(home: Path, launcher: LocalLauncher):
    run = new_search(home / "runs", search_sweep(trials=2, epochs=1_000_000))
    led = Conductors(launcher, settings(home))
    led.start(run)
    led.close()
    assert run.status() == "interrupted"
    assert not run.is_training()
    for child in history(run).runs:
        if child is not None:
            launcher.ask(Store(home / "runs").get(child), "stop")


def test_one_person_has_so_many_searches_at_once_and_no_run_is_left_of_a_refused_one(
    home: Path, launcher: LocalLauncher, monkeypatch: pytest.MonkeyPatch
):
    shared = settings(home, share=True)
    monkeypatch.setattr(module, "SEARCHES_EACH", 1)
    led = Conductors(launcher, shared)
    store, sweep = Store(home / "runs"), search_sweep(trials=1, epochs=1_000_000)
    anna, ben = Visitor("anna"), Visitor("ben")
    runs = [start_search(sweep, led, store, shared, name="first", visitor=anna)]
    before = len(store.summaries())
    with pytest.raises(NnlabError, match="no more may be"):
        start_search(sweep, led, store, shared, name="second", visitor=anna)
    runs.append(start_search(sweep, led, store, shared, name="ben's", visitor=ben))
    assert not [s for s in store.summaries() if s.meta.name == "second"]
    assert len(store.summaries()) >= before
    for run in runs:
        launcher.ask(run, "stop")
        wait_for_status(run, "stopped")
    led.close()


def test_what_is_no_search_or_not_valid_makes_no_run(home: Path, conductors: Conductors):
    store = Store(home / "runs")
    with pytest.raises(NnlabError, match="is no search"):
        conductors.start(new_run(home / "runs", experiment()))
    before = len(store.summaries())
    bad = search_sweep(Axis(path=LR, values=(0.1, -0.1)))
    with pytest.raises(InvalidExperimentError, match=LR):
        start_search(bad, conductors, store, settings(home), name="bad")
    with pytest.raises(InvalidExperimentError, match=LR):
        conductors.start(new_search(home / "other", bad))
    assert len(store.summaries()) == before
