"""The rate that is offered after a divergence: tried, or said to be a guess."""

import itertools
from functools import partial

import pytest
import torch

from nnlab.config import Experiment, Linear
from nnlab.data.description import Info
from nnlab.data.registry import load
from nnlab.data.splits import Part, Splits
from nnlab.runs import lower_rate as module
from nnlab.runs.lower_rate import Lower, lower_rate
from nnlab.training.events import Diverged, FitEnded
from nnlab.training.fit import fit
from tests.browser.experiments import diverging
from tests.training.bench import FastClock, StandingClock, experiment


@pytest.fixture(autouse=True)
def plenty_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine takes no try away from the tests."""
    monkeypatch.setattr(module, "SECONDS", 60.0)


def parabola(curvature: float) -> tuple[Experiment, Splits]:
    """One weight w and the loss `curvature · w² / 2` (targets of 0): the textbook's case.

    A step multiplies w by 1 − rate · curvature: it grows where the rate is above 2 / curvature.
    """
    x = torch.full((4, 1), (curvature / 2) ** 0.5)
    part = Part(x, torch.zeros(4, 1))
    sgd = {"kind": "sgd", "lr": 10.0}
    given = experiment(
        (Linear(out_features=1, bias=False),), loss="mse", batch_size="all", optimizer=sgd
    )
    return given.with_set("training.epochs", 9999), Splits(part, part, None, Info((1,), None))


@pytest.mark.parametrize(
    ("curvature", "largest"), [(1.0, 1.0), (5.0, 0.3), (60.0, 0.03), (1500.0, 0.001)]
)
def test_the_offer_is_the_largest_rate_below_two_over_the_curvature(
    curvature: float, largest: float
) -> None:
    given, data = parabola(curvature)
    found = lower_rate(given, data, None, 10.0)
    assert (found.rate, found.is_guess) == (largest, False)
    assert min(found.refuted) > 2 / curvature


def test_with_the_offered_rate_the_whole_training_comes_to_its_end(tmp_path) -> None:
    given = diverging()
    data = load(given.data, tmp_path)
    found = lower_rate(given, data, None, 10.0)
    assert found.rate is not None
    ends = {}
    for rate in (10 / 3, found.rate):
        tried = given.with_set("training.optimizer.lr", rate).with_set("training.steps", 2000)
        *_, ended = fit(tried, data)
        assert isinstance(ended, FitEnded)
        ends[rate] = ended.reason
    assert ends == {10 / 3: "diverged", found.rate: "completed"}


def test_it_is_tried_from_the_last_good_step_with_the_optimizer_as_it_was_then() -> None:
    given, data = parabola(5.0)
    running = fit(given.with_set("training.optimizer.lr", 0.3), data, clock=FastClock())
    while next(running).step < 3:
        pass
    state = running.snapshot()
    found = lower_rate(given, data, state, 1.0)
    assert found == Lower(0.3, is_guess=False)
    assert state["step"] == 3  # and it is left as it was


def test_where_no_rate_holds_there_is_none() -> None:
    given, data = parabola(1e30)
    found = lower_rate(given, data, None, 10.0)
    assert (found.rate, found.is_guess, len(found.refuted)) == (None, False, module.TRIES)


def test_without_time_it_is_a_guess_and_the_next_call_goes_on_from_what_was_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given, data = parabola(60.0)
    now = itertools.count(0, 0.01)  # a look at the clock each step: time for two tries and a half
    monkeypatch.setattr(module.time, "perf_counter", lambda: next(now))
    # A loss that is no number is seen with the next `progress`: not sooner on a busy machine.
    monkeypatch.setattr(module, "fit", partial(fit, clock=StandingClock()))
    monkeypatch.setattr(module, "SECONDS", 2.5)
    first = lower_rate(given, data, None, 10.0)
    assert first.is_guess
    assert first.rate is not None
    assert first.rate < min(first.refuted)
    calls = [first]
    while calls[-1].is_guess:
        calls.append(lower_rate(given, data, None, 10.0, calls[-1].refuted))
    assert (calls[-1].rate, len(calls) > 1) == (0.03, True)


def test_what_takes_long_is_not_tried() -> None:
    given, data = parabola(5.0)
    many = Part(data.train.x.repeat(60_000, 1), data.train.y.repeat(60_000, 1))
    large = Splits(many, data.val, None, data.info)
    assert lower_rate(given, large, None, 10.0) == Lower(3.3, is_guess=True)


def test_the_offered_rate_would_have_diverged_above(tmp_path) -> None:
    """The next rate up ends in a divergence, or in a loss that grew."""
    given, data = parabola(5.0)
    above = given.with_set("training.optimizer.lr", 1.0).with_set("training.epochs", 200)
    assert any(isinstance(event, Diverged) for event in fit(above, data))
