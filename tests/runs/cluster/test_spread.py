"""A sweep in parts is the sweep of one machine: numbers, events, states and what is asked of it."""

import itertools
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch

from nnlab.config import Sweep
from nnlab.config.stacks import stacks_of
from nnlab.data.registry import load
from nnlab.errors import InvalidExperimentError, NnlabError, RunDamagedError
from nnlab.runs.cluster import part
from nnlab.runs.cluster.spread import (
    SpreadSweep,
    shared_out,
    spread_sweep,
)
from nnlab.training.controls import Control, EndRun
from nnlab.training.ensemble.sweep_fit import SweepFit, SweepState, fit_sweep, one_net
from nnlab.training.events import ControlApplied, Event, FitEnded, NetEnded, NetsProgress, to_line
from tests.runs.cluster.parts import PartLostError, ThreadPart, given_of, parts_of
from tests.runs.cluster.sweeps import SWEEPS, early, equal, shapes
from tests.training.bench import FastClock, StandingClock


def here(sweep: Sweep, data_dir: Path, **more: Any) -> SweepFit:
    """On one machine, with a clock that stands still unless another is given."""
    arguments: dict[str, Any] = {"clock": StandingClock(), **more}
    return fit_sweep(sweep, lambda data: load(data, data_dir), **arguments)


def spread(
    sweep: Sweep, data_dir: Path, parts: list[ThreadPart], *arguments: Any, **more: Any
) -> SpreadSweep:
    """In parts, with such a clock."""
    named: dict[str, Any] = {"clock": StandingClock(), **more}
    return spread_sweep(sweep, parts, given_of(sweep, data_dir), *arguments, **named)


def told(events: list[Event]) -> list[str]:
    """What events say, but for the time."""
    return [to_line(event.model_copy(update={"seconds": 0.0})) for event in events]


def must_end(running: SweepFit) -> FitEnded:
    """The last event."""
    last = list(running)[-1]
    assert isinstance(last, FitEnded)
    return last


def survivors_equal(sweep: Sweep, one: SweepState, other: SweepState) -> bool:
    """Of who diverged, it shows in the state when that was found."""
    gone = {
        own["net"]
        for state in (one, other)
        for stack in state["stacks"]
        for own in stack["ended"]
        if own["reason"] == "diverged"
    }
    staying = [net.number for net in sweep.nets if net.number not in gone]
    return bool(staying) and all(
        equal(one_net(one, sweep, number), one_net(other, sweep, number)) for number in staying
    )


class AtLast:
    """Asks for each thing at the first look at or after its step; paused, for the next one."""

    def __init__(self, *asked: tuple[int, str], paused: tuple[str, ...] = ()) -> None:
        self._asked, self._paused = list(asked), list(paused)

    def poll(self, step: int, *, paused: bool) -> list[Control]:
        if paused:
            if not self._paused:
                raise EndRun("released")
            return [Control.model_validate({"id": "c", "at": 0, "do": self._paused.pop(0)})]
        due = [do for at, do in self._asked if step >= at]
        self._asked = [(at, do) for at, do in self._asked if step < at]
        return [Control.model_validate({"id": "c", "at": 0, "do": do}) for do in due]


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("name", SWEEPS)
def test_numbers_events_and_state_are_those_of_one_machine(name, count, data_dir):
    sweep = SWEEPS[name]
    own = here(sweep, data_dir)
    expected = list(own)
    with parts_of(count) as parts:
        other = spread(sweep, data_dir, parts)
        found = list(other)
        assert told(found) == told(expected)
        assert equal(other.snapshot(), own.snapshot())
        assert equal(other.weights(), own.weights())
    assert [event for event in found if isinstance(event, NetEnded)]


def test_every_way_to_end_is_among_those_sweeps(data_dir):
    reasons = Counter(
        event.reason
        for sweep in SWEEPS.values()
        for event in here(sweep, data_dir)
        if isinstance(event, NetEnded)
    )
    assert reasons.keys() == {"completed", "early_stopped", "stopped", "diverged"}
    assert all(len(stacks_of(sweep.nets)) >= 2 for sweep in SWEEPS.values())


@pytest.mark.parametrize("name", ["budgets", "some_diverge"])
def test_progress_is_that_of_one_machine(name, data_dir):
    """By a clock that moves on a second at each look, there is one after each step."""
    sweep = SWEEPS[name]
    own = here(sweep, data_dir, clock=FastClock())
    expected = list(own)
    with parts_of(2) as parts:
        found = list(spread(sweep, data_dir, parts, clock=FastClock()))
    assert told(found) == told(expected)
    assert sum(isinstance(event, NetsProgress) for event in found) >= 10


@pytest.mark.parametrize("name", ["early", "some_diverge", "noisy_data"])
def test_a_state_goes_on_here_and_in_parts(name, data_dir):
    """Begun in two parts, gone on with here, then in three: as if nothing had been between."""
    sweep = SWEEPS[name]
    whole = here(sweep, data_dir)
    list(whole)
    with parts_of(2) as parts:
        first = spread(sweep, data_dir, parts, None, AtLast((7, "stop")))
        assert must_end(first).reason == "stopped"
        state = first.snapshot()
    assert 7 <= state["step"] < whole.step
    second = here(sweep, data_dir, state=state, controls=AtLast((state["step"] + 5, "stop")))
    assert must_end(second).reason == "stopped"
    with parts_of(3) as parts:
        third = spread(sweep, data_dir, parts, second.snapshot())
        found = list(third)
        assert survivors_equal(sweep, third.snapshot(), whole.snapshot())
    again = here(sweep, data_dir, state=second.snapshot())
    assert told(found) == told(list(again))


def test_what_is_asked_holds_from_the_very_step_that_the_event_says(data_dir):
    sweep = shapes(epochs=20)
    asked = AtLast((9, "pause"), paused=("step", "step", "epoch", "resume"))
    with parts_of(2) as parts:
        running = spread(sweep, data_dir, parts, None, asked)
        seen = [
            (event, running.step)
            for event in running
            if isinstance(event, ControlApplied | NetsProgress)
        ]
        whole = here(sweep, data_dir)
        list(whole)
        assert equal(running.snapshot(), whole.snapshot())
    assert all(event.step == step for event, step in seen)
    at = seen[0][0].step
    stops = [event.step for event, _ in seen if isinstance(event, NetsProgress) and event.paused]
    assert stops == [at, at + 1, at + 2, 10 * ((at + 2) // 10 + 1)]
    for event, _ in seen:
        if isinstance(event, NetsProgress):  # every network is where the sweep is
            assert set(event.steps) == {event.step}


@pytest.mark.parametrize(("name", "at"), [("early", 50), ("some_diverge", 5)])
def test_a_sweep_that_is_stopped_ends_with_the_state_of_that_step(name, at, data_dir):
    sweep = SWEEPS[name]
    with parts_of(2) as parts:
        running = spread(sweep, data_dir, parts, None, AtLast((at, "stop")))
        found = list(running)
        state = running.snapshot()
    assert isinstance(found[-1], FitEnded)
    assert found[-1].reason == "stopped"
    own = here(sweep, data_dir, controls=AtLast((state["step"], "stop")))
    assert told(found) == told(list(own))
    assert any(isinstance(event, NetEnded) for event in found)
    assert equal(state, own.snapshot())


def test_with_a_pace_every_step_is_a_round(data_dir):
    class Slow:
        def __init__(self) -> None:
            self.steps: list[int] = []

        def poll(self, step: int, *, paused: bool) -> list[Control]:
            del paused
            self.steps.append(step)
            return [Control(id="c", at=0, pace=1000)] if len(self.steps) == 5 else []

    controls = Slow()
    clock = StandingClock()

    def sleep(seconds: float) -> None:
        clock.now += seconds

    with parts_of(2) as parts:
        list(spread(shapes(), data_dir, parts, None, controls, clock=clock, sleep=sleep))
    rounds = [b - a for a, b in itertools.pairwise(sorted(set(controls.steps)))]
    assert max(rounds[:4]) > 1
    assert set(rounds[4:]) == {1}
    assert len(rounds) > 8


class Costly:
    """A clock by which each step takes so many seconds."""

    def __init__(self, parts: list[ThreadPart], step_seconds: float) -> None:
        self._parts, self._step_seconds = parts, step_seconds

    def __call__(self) -> float:
        return self._step_seconds * sum(rounds_of(self._parts[0]))


def rounds_of(part: ThreadPart) -> list[int]:
    """The steps of each round."""
    return [arguments[0] for method, arguments in part.calls if method == "advance"]


@pytest.mark.parametrize(("step_seconds", "expected"), [(0.001, 50), (0.0098, 5), (0.2, 1)])
def test_a_round_takes_about_a_twentieth_of_a_second(step_seconds, expected, data_dir):
    with parts_of(2) as parts:
        clock = Costly(parts, step_seconds)
        list(spread(shapes(epochs=40), data_dir, parts, clock=clock))
        rounds = [steps for steps in rounds_of(parts[0]) if steps]
    assert rounds[0] == 1
    assert Counter(rounds).most_common(1)[0][0] == expected
    assert max(rounds) == expected


def test_a_round_has_an_end_where_steps_take_no_time(data_dir, monkeypatch):
    monkeypatch.setattr("nnlab.runs.cluster.spread.MOST_STEPS", 16)
    with parts_of(2) as parts:
        list(spread(shapes(epochs=20), data_dir, parts))
        assert max(rounds_of(parts[0])) == 16


def test_weights_are_those_of_the_step_at_which_somebody_looks(data_dir):
    with parts_of(2) as parts:
        running = spread(shapes(), data_dir, parts)
        seen: list[tuple[int, dict[str, torch.Tensor]]] = []
        running.after_step = lambda: seen.append((running.step, running.weights()))
        list(running)
    assert len(seen) >= 4
    own = here(shapes(), data_dir)
    expected: dict[int, dict[str, torch.Tensor]] = {}
    own.after_step = lambda: expected.update({own.step: own.weights()})
    list(own)
    assert all(equal(weights, expected[step]) for step, weights in seen)


def test_weights_come_with_the_round_at_whose_end_somebody_looks(data_dir):
    with parts_of(2) as parts:
        clock = Costly(parts, 0.001)
        running = spread(shapes(epochs=40), data_dir, parts, clock=clock)
        fetched = list[bool]()

        def look() -> None:
            if clock() >= running.look_at:
                running.look_at = clock() + 0.2
                before = len(parts[0].calls)
                seen.append((running.step, running.weights()))
                fetched.append(len(parts[0].calls) > before)

        seen: list[tuple[int, dict[str, torch.Tensor]]] = []
        running.look_at, running.after_step = 0.1, look
        list(running)
        wants = [args[1] for method, args in parts[0].calls if method == "advance" and args[0]]
    assert len(seen) >= 2
    assert not any(fetched)
    assert sum("weights" in want for want in wants) == len(seen) < len(wants)
    for step, weights in seen:
        own = here(shapes(epochs=40), data_dir, controls=AtLast((step, "stop")))
        while own.step < step:
            next(own)
        expected = own.weights()
        names = [name for name in expected if "/" in name]
        assert len(names) == 16
        assert all(torch.equal(weights[name], expected[name]) for name in names)
        assert torch.equal(weights["steps"], expected["steps"])


def test_a_part_that_dies_is_said_to_whoever_leads(data_dir):
    with parts_of(2) as parts:
        parts[1].dies_at = 6
        running = spread(early(), data_dir, parts)
        with pytest.raises(PartLostError):
            list(running)
        assert running.step > 0


def test_what_a_part_cannot_build_is_said_as_on_one_machine(data_dir):
    sweep = shapes(schedule={"kind": "one_cycle", "pct_start": 0.1}, steps=10)
    with pytest.raises(InvalidExperimentError) as own:
        here(sweep, data_dir)
    with parts_of(2) as parts, pytest.raises(InvalidExperimentError) as other:
        spread(sweep, data_dir, parts)
    assert str(other.value) == str(own.value)


def test_a_part_whose_memory_is_full_says_so_with_the_mend(data_dir, monkeypatch):
    """The sweep that has come to its limit is not one whose node is lost."""
    limits: list[int] = []

    def limit_own(allowance: int, *, reserve: int) -> int:
        assert reserve > 0
        limits.append(allowance)
        return 1000 if len(limits) > 1 else 10_000

    monkeypatch.setattr(part, "limit_own", limit_own)
    monkeypatch.setattr(part, "data_bytes", lambda: 5000)
    with parts_of(2) as parts:
        running = spread(shapes(), data_dir, parts, memory=10**9)
        with pytest.raises(NnlabError, match="NNLAB_WORKER_MEMORY says how much"):
            list(running)
    assert limits == [10**9] * 2


def test_a_state_of_other_networks_is_refused_with_the_mend(data_dir):
    state = here(shapes(), data_dir).snapshot()
    fewer = state | {"stacks": state["stacks"][:1]}
    mixed = state | {"stacks": state["stacks"][::-1]}
    for wrong in (fewer, mixed):
        with (
            parts_of(2) as parts,
            pytest.raises(RunDamagedError, match=r"not of the networks that sweep\.json says"),
        ):
            spread(shapes(), data_dir, parts, wrong)


def test_stacks_are_shared_out_by_what_they_cost():
    stacks = stacks_of(shapes().nets)
    assert shared_out(stacks, 1) == [[0, 1, 2, 3]]
    assert sorted(itertools.chain(*shared_out(stacks, 2))) == [0, 1, 2, 3]
    assert [len(share) for share in shared_out(stacks, 2)] == [2, 2]
    assert len(shared_out(stacks, 9)) == 4
    wide = stacks_of(SWEEPS["budgets"].nets)
    assert all(share == sorted(share) and share for share in shared_out(wide, 3))
