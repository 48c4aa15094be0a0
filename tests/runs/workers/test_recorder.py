"""How often weights for viewers are written, by a clock of the test's own, and what that costs."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any

import pytest
from torch import Tensor

from nnlab.data.registry import load
from nnlab.runs.record import checkpoints
from nnlab.runs.record.checkpoints import load_live
from nnlab.runs.store import Run
from nnlab.runs.workers import worker
from nnlab.runs.workers.recorder import Recorder
from nnlab.training.controls import Control, NoControls
from nnlab.training.events import ControlApplied, Event, Progress
from nnlab.training.fit import fit
from tests.runs.bench import events_of, experiment, new_run
from tests.runs.workers.test_worker import At
from tests.training.bench import same

STEP_SECONDS = 0.001


@dataclass
class Clock:
    """Time as the test lets it pass: all of it, and what writing computed and waited."""

    now: float = 1000.0
    own: float = 0.0
    waited: float = 0.0


class Ticks(NoControls):
    """Each step takes a thousandth of a second."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def poll(self, step: int, *, paused: bool) -> Any:
        self._clock.now += STEP_SECONDS
        return super().poll(step, paused=paused)


@dataclass
class Written:
    """What came of a run."""

    clock: Clock
    seconds: float
    """From the first step to the last."""
    steps: list[int]
    """Those of the weights that viewers found, one after the other."""
    weights: dict[str, Tensor]


def train(
    monkeypatch: pytest.MonkeyPatch,
    run: Run,
    data_dir: Path,
    *,
    computes: float = 0.0,
    waits: float | Iterator[float] = 0.0,
) -> Written:
    """Train a run whose weights take so many seconds to write each time."""
    clock, steps = Clock(), []
    save_live = checkpoints.save_live

    def save_slowly(path: Path, weights: dict[str, Tensor], step: int) -> None:
        waited = next(waits) if isinstance(waits, Iterator) else float(waits)
        clock.own += computes
        clock.waited += waited
        clock.now += computes + waited
        save_live(path, weights, step)
        found = load_live(path)
        assert found is not None
        steps.append(found[0])

    monkeypatch.setattr(checkpoints, "save_live", save_slowly)
    given = run.experiment
    running = fit(given, load(given.data, data_dir), controls=Ticks(clock), clock=lambda: clock.now)
    recorder = Recorder(run.path, running, clock=lambda: clock.now, own_time=lambda: clock.own)
    began = clock.now
    for event in running:
        recorder.record(event)
    recorder.close()
    return Written(clock, clock.now - began, steps, running.weights())


def progress(events: list[Event]) -> list[Progress]:
    return [event for event in events if isinstance(event, Progress)]


def test_weights_of_a_small_network_are_written_thirty_times_a_second_events_ten(
    monkeypatch: pytest.MonkeyPatch, runs_dir: Path, data_dir: Path
):
    run = new_run(runs_dir, experiment(steps=3_000))
    written = train(monkeypatch, run, data_dir, computes=0.0005)
    assert written.seconds == pytest.approx(3.0, abs=0.1)
    assert 28 <= len(written.steps) / written.seconds <= 31
    assert 9 <= len(progress(events_of(run))) / written.seconds <= 10
    assert written.steps == sorted(written.steps)
    gaps = {after - before for before, after in pairwise(written.steps[1:-1])}
    assert gaps <= {33, 34}


@pytest.mark.parametrize("computes", [0.0005, 0.002, 0.02])
def test_writing_weights_takes_a_fiftieth_of_the_time_at_most(
    monkeypatch: pytest.MonkeyPatch, runs_dir: Path, data_dir: Path, computes: float
):
    run = new_run(runs_dir, experiment(steps=3_000))
    written = train(monkeypatch, run, data_dir, computes=computes)
    # Those of the beginning and of the end come in any case.
    assert written.clock.own - 2 * computes <= 0.02 * written.seconds + computes
    assert written.clock.own >= 0.01 * written.seconds  # and what it may take is used
    assert len(written.steps) >= 4


def test_a_slow_disk_is_waited_for_a_tenth_of_the_time_at_most(
    monkeypatch: pytest.MonkeyPatch, runs_dir: Path, data_dir: Path
):
    run = new_run(runs_dir, experiment(steps=3_000))
    written = train(monkeypatch, run, data_dir, waits=0.02)
    assert written.clock.waited <= 0.1 * written.seconds + 3 * 0.02
    assert len(written.steps) / written.seconds >= 4


def test_a_run_that_shares_its_core_writes_as_often_as_one_alone(
    monkeypatch: pytest.MonkeyPatch, runs_dir: Path, data_dir: Path
):
    run = new_run(runs_dir, experiment(steps=3_000))
    waits = cycle([0.0, 0.06, 0.0, 0.03])  # for the processor: sometimes, not each time
    written = train(monkeypatch, run, data_dir, computes=0.0005, waits=waits)
    assert len(written.steps) / (written.seconds - written.clock.waited) >= 20


def test_who_writes_weights_how_often_changes_no_number(
    monkeypatch: pytest.MonkeyPatch, runs_dir: Path, data_dir: Path
):
    given = experiment(steps=300)
    often = train(monkeypatch, new_run(runs_dir, given), data_dir)
    alone = fit(given, load(given.data, data_dir))
    list(alone)
    assert len(often.steps) > 5
    assert same(often.weights, alone.weights())


def test_whoever_reads_of_a_weight_that_was_set_finds_it_set(runs_dir: Path, data_dir: Path):
    run = new_run(runs_dir, experiment(steps=60, optimizer={"kind": "sgd", "lr": 1e-12}))
    asked: dict[int, list] = {step: [("weights.0.weight.0.0", float(step))] for step in (7, 8, 40)}
    seen = []
    for event in worker.train(run, data_dir=data_dir, controls=At(asked)):
        if isinstance(event, ControlApplied):
            found = load_live(run.path)
            assert found is not None
            seen.append(found[1]["0.weight"][0, 0].item())
    assert seen == [7.0, 8.0, 40.0]


@pytest.mark.parametrize("pace", [1, 3, 10])
def test_at_a_slow_pace_viewers_find_the_weights_of_every_step(
    monkeypatch: pytest.MonkeyPatch, runs_dir: Path, data_dir: Path, pace: float
):
    clock, steps = Clock(), []
    save_live = checkpoints.save_live

    def save_and_note(path: Path, weights: dict[str, Tensor], step: int) -> None:
        clock.own += 0.0005
        clock.now += 0.0005
        save_live(path, weights, step)
        steps.append(step)

    def pass_time(seconds: float) -> None:
        clock.now += seconds

    class Paced(Ticks):
        def poll(self, step: int, *, paused: bool) -> Any:
            asked = [Control(id="pace", at=0, pace=pace)] if not clock.waited else []
            clock.waited = 1.0
            return [*asked, *super().poll(step, paused=paused)]

    monkeypatch.setattr(checkpoints, "save_live", save_and_note)
    run = new_run(runs_dir, experiment(steps=40))
    given = run.experiment
    running = fit(
        given,
        load(given.data, data_dir),
        controls=Paced(clock),
        clock=lambda: clock.now,
        sleep=pass_time,
    )
    recorder = Recorder(run.path, running, clock=lambda: clock.now, own_time=lambda: clock.own)
    for event in running:
        recorder.record(event)
    recorder.close()
    assert set(range(41)) <= set(steps)
    assert [event.step for event in progress(events_of(run))] == list(range(1, 41))
    assert clock.own <= 0.02 * (clock.now - 1000) + 3 * 0.0005


def test_a_recorder_says_beforehand_when_it_looks_at_the_weights(
    monkeypatch: pytest.MonkeyPatch, runs_dir: Path, data_dir: Path
):
    """Weights that come from afar are fetched by then."""
    run, clock = new_run(runs_dir, experiment(steps=300)), Clock()
    running = fit(
        run.experiment,
        load(run.experiment.data, data_dir),
        controls=Ticks(clock),
        clock=lambda: clock.now,
    )
    recorder = Recorder(run.path, running, clock=lambda: clock.now, own_time=lambda: clock.own)
    look, weights = running.after_step, running.weights
    looks, said, found = list[int](), list[bool](), list[bool]()

    def seen() -> dict[str, Tensor]:
        looks.append(running.step)
        return weights()

    def after_step() -> None:
        said.append(clock.now >= running.look_at)
        before = len(looks)
        look()
        found.append(len(looks) > before)

    monkeypatch.setattr(running, "weights", seen)
    running.after_step = after_step
    for event in running:
        recorder.record(event)
    recorder.close()
    assert said == found
    assert 5 <= sum(said) < len(said) == 300
