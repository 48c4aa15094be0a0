"""The run's clock: at a pace, steps follow each other so fast, and no number changes."""

from itertools import pairwise
from typing import Any

import pytest
from pydantic import ValidationError

from nnlab.training.controls import Control
from nnlab.training.events import Event
from nnlab.training.fit import fit
from nnlab.training.run_clock import SLICE_SECONDS
from tests.training.bench import StandingClock, experiment, progress, same, splits, trained
from tests.training.test_controls import applied, end

STEP_SECONDS = 0.001


class Watched:
    """Steps of a thousandth of a second, and controls at given times of the clock."""

    def __init__(self, *asked: tuple[float, dict[str, Any]]) -> None:
        self.clock = StandingClock()
        self.steps: dict[int, float] = {}
        """Time of each step, by the clock."""
        self.polls: list[float] = []
        self._asked = list(asked)
        self._step = 0

    def poll(self, step: int, *, paused: bool) -> list[Control]:
        if step > self._step:  # the last one took its time
            self._step = step
            self.steps[step] = self.clock.now
        self.clock.now += SLICE_SECONDS if paused else 1e-6
        self.polls.append(self.clock.now)
        due = [says for at, says in self._asked if at <= self.clock.now]
        self._asked = self._asked[len(due) :]
        return [Control.model_validate({"id": "c", "at": 0, **says}) for says in due]

    def sleep(self, seconds: float) -> None:
        self.clock.now += seconds

    def train(self, **training: Any) -> tuple[dict, list[Event]]:
        running = fit(
            experiment(**training), splits(), None, self, clock=self.clock, sleep=self.sleep
        )

        def tick() -> None:
            self.clock.now += STEP_SECONDS

        running.after_step = tick
        return trained(running)


def unpaced(**training: Any) -> dict:
    return trained(fit(experiment(**training), splits(), clock=StandingClock()))[0]


@pytest.mark.parametrize("pace", [1, 3, 10, 30, 100, 0])
def test_a_pace_changes_no_number(pace: float) -> None:
    adam: dict[str, Any] = {
        "optimizer": {"kind": "adam", "lr": 0.02},
        "schedule": {"kind": "cosine"},
    }
    watched = Watched((0, {"pace": pace}))
    weights, events = watched.train(**adam)
    assert [(e.pace, e.do, e.set, e.step) for e in applied(events)] == [(pace, None, None, 0)]
    assert end(events).step == 12
    assert same(weights, unpaced(**adam))


@pytest.mark.parametrize("pace", [1, 3, 10, 30, 100])
def test_steps_follow_each_other_at_the_pace(pace: float) -> None:
    watched = Watched((0, {"pace": pace}))
    watched.train(epochs=None, steps=60)
    made = list(watched.steps.values())
    assert len(made) == 59
    assert (len(made) - 1) / (made[-1] - made[0]) == pytest.approx(pace, rel=0.02)
    for before, after in pairwise(made):
        assert after - before == pytest.approx(1 / pace, rel=0.1)


def test_a_machine_that_is_slower_than_the_pace_does_not_wait_and_makes_up_for_nothing() -> None:
    watched = Watched((0, {"pace": 100}), (0.5, {"pace": 1}))

    def slow() -> None:
        watched.clock.now += 0.1

    running = fit(experiment(), splits(), None, watched, clock=watched.clock, sleep=watched.sleep)
    running.after_step = slow
    list(running)
    made = list(watched.steps.values())
    early = [after - before for before, after in pairwise(made) if after < 0.5]
    assert early == pytest.approx([0.1] * len(early), abs=0.001)
    assert made[-1] - made[-2] == pytest.approx(1, rel=0.05)


@pytest.mark.parametrize("do", ["pause", "stop", "step"])
def test_who_asks_during_a_wait_is_answered_within_50_ms(do: str) -> None:
    """The wait is slept in slices, and controls are looked at between two of them."""
    watched = Watched((0, {"pace": 1}), (3.5, {"do": do}), (9.0, {"do": "stop"}))
    _, events = watched.train(epochs=None, steps=100)
    assert max(b - a for a, b in pairwise(watched.polls)) <= SLICE_SECONDS + STEP_SECONDS + 1e-5
    (answer,) = [event for event in applied(events) if event.do == do][:1]
    assert answer.step == 4
    if do == "stop":
        assert end(events).step == 4
        return
    (paused,) = [event for event in progress(events) if event.paused]
    assert paused.step == (5 if do == "step" else 4)
    if do == "step":
        assert watched.steps[5] == pytest.approx(3.5, abs=0.05), "Step waits for no turn"


def test_another_pace_holds_at_once_also_in_the_middle_of_a_wait() -> None:
    watched = Watched((0, {"pace": 1}), (2.5, {"pace": 10}), (3.03, {"pace": 0}))
    watched.train(epochs=None, steps=40)
    made = list(watched.steps.values())
    assert made[:3] == pytest.approx([0, 1, 2], abs=0.05)
    assert made[3:8] == pytest.approx([2.5, 2.6, 2.7, 2.8, 2.9], abs=0.05)
    assert made[-1] == pytest.approx(3.1, abs=0.05)


def test_a_pace_that_is_asked_for_while_paused_holds_after_resume() -> None:
    watched = Watched(
        (0, {"pace": 10}), (0.25, {"do": "pause"}), (1, {"pace": 2}), (2, {"do": "resume"})
    )
    watched.train(epochs=None, steps=8)
    made = list(watched.steps.values())
    assert made == pytest.approx([0, 0.1, 0.2, 2, 2.5, 3, 3.5], abs=0.05)


def test_seconds_leave_waits_out() -> None:
    watched = Watched((0, {"pace": 1}), (20.5, {"do": "pause"}), (30, {"do": "resume"}))
    _, events = watched.train(epochs=None, steps=25)
    assert watched.clock.now > 30
    assert end(events).seconds == pytest.approx(25 * STEP_SECONDS, abs=0.005)
    seconds = [event.seconds for event in events]
    assert seconds == sorted(seconds)


@pytest.mark.parametrize("pace", [1, 3, 10])
def test_at_a_slow_pace_each_step_is_told(pace: float) -> None:
    _, events = Watched((0, {"pace": pace})).train(epochs=None, steps=30)
    told = progress(events)
    assert [event.step for event in told] == list(range(1, 31))
    assert all(event.train_loss is not None for event in told)


def test_at_a_faster_pace_ten_a_second_are_told() -> None:
    watched = Watched((0, {"pace": 100}))
    _, events = watched.train(epochs=None, steps=300)
    assert 8 <= len(progress(events)) / watched.clock.now <= 10


@pytest.mark.parametrize("pace", [-1, float("inf"), float("nan"), 1e9, "fast"])
def test_a_pace_is_a_number_of_steps_a_second(pace: object) -> None:
    with pytest.raises(ValidationError, match="pace"):
        Control.model_validate({"id": "c", "at": 0, "pace": pace})


@pytest.mark.parametrize("more", [{"do": "pause"}, {"set": {"path": "a", "value": 1}}])
def test_a_control_says_one_thing(more: dict) -> None:
    with pytest.raises(ValidationError, match="one of 'do', 'set', 'pace' and 'sharpness'"):
        Control.model_validate({"id": "c", "at": 0, "pace": 1, **more})
