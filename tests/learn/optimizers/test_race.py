"""Ways of the race beside the update formulas, written by hand in NumPy."""

from collections.abc import Callable

import numpy as np
import pytest

from nnlab.config import (
    Adam,
    CosineSchedule,
    ExponentialSchedule,
    OneCycleSchedule,
    Schedule,
    StepSchedule,
)
from nnlab.learn.optimizers.functions import FUNCTIONS
from nnlab.learn.optimizers.own_formula import of_formula
from nnlab.learn.optimizers.race import FAR, RACERS, optimizer_of, race

BY_ID = {function.id: function for function in FUNCTIONS}
RATE, STEPS = 0.001, 60


def rosenbrock_gradient(point: np.ndarray) -> np.ndarray:
    x, y = point
    return np.array([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])


Update = Callable[[np.ndarray, np.ndarray, dict[str, np.ndarray], int], np.ndarray]


def sgd(point: np.ndarray, g: np.ndarray, state: dict[str, np.ndarray], t: int) -> np.ndarray:
    return point - RATE * g


def momentum(point: np.ndarray, g: np.ndarray, state: dict[str, np.ndarray], t: int) -> np.ndarray:
    state["v"] = 0.9 * state.get("v", 0) + g
    return point - RATE * state["v"]


def nesterov(point: np.ndarray, g: np.ndarray, state: dict[str, np.ndarray], t: int) -> np.ndarray:
    state["v"] = 0.9 * state.get("v", 0) + g
    return point - RATE * (g + 0.9 * state["v"])


def rmsprop(point: np.ndarray, g: np.ndarray, state: dict[str, np.ndarray], t: int) -> np.ndarray:
    state["s"] = 0.99 * state.get("s", 0) + 0.01 * g**2
    return point - RATE * g / (np.sqrt(state["s"]) + 1e-8)


def adam(point: np.ndarray, g: np.ndarray, state: dict[str, np.ndarray], t: int) -> np.ndarray:
    state["m"] = 0.9 * state.get("m", 0) + 0.1 * g
    state["s"] = 0.999 * state.get("s", 0) + 0.001 * g**2
    mean, square = state["m"] / (1 - 0.9**t), state["s"] / (1 - 0.999**t)
    return point - RATE * mean / (np.sqrt(square) + 1e-8)


def adamw(point: np.ndarray, g: np.ndarray, state: dict[str, np.ndarray], t: int) -> np.ndarray:
    return adam(point * (1 - RATE * 0.01), g, state, t)


UPDATES: dict[str, Update] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
}


def test_every_way_is_its_update_formula() -> None:
    assert list(UPDATES) == list(RACERS)
    optimizers = [optimizer_of(racer, RATE) for racer in RACERS]
    paths = race(BY_ID["rosenbrock"].objective, (-1.2, 1.0), optimizers, STEPS)
    for update, path in zip(UPDATES.values(), paths, strict=True):
        point, state = np.array([-1.2, 1.0]), {}
        by_hand = [point]
        for step in range(1, STEPS + 1):
            point = update(point, rosenbrock_gradient(point), state, step)
            by_hand.append(point)
        np.testing.assert_allclose(path.points, by_hand, rtol=1e-9, atol=1e-12)
        x, y = np.array(by_hand).T
        np.testing.assert_allclose(path.values, (1 - x) ** 2 + 100 * (y - x**2) ** 2, rtol=1e-6)
        assert path.diverged_at is None
        np.testing.assert_array_equal(path.rates, RATE)


def test_who_races_beside_whom_changes_no_way() -> None:
    objective = BY_ID["beale"].objective
    alone = race(objective, (1.0, 1.5), [optimizer_of("adam", 0.05)], 50)[0]
    beside = race(objective, (1.0, 1.5), [optimizer_of(r, 0.05) for r in RACERS], 50)[4]
    np.testing.assert_allclose(beside.points, alone.points, rtol=1e-12)


@pytest.mark.parametrize(
    ("schedule", "rate"),
    [
        (StepSchedule(step_size=10, gamma=0.5), lambda t: 0.1 * 0.5 ** (t // 10)),
        (ExponentialSchedule(gamma=0.9), lambda t: 0.1 * 0.9**t),
        (CosineSchedule(), lambda t: 0.05 * (1 + np.cos(np.pi * t / 40))),
        (
            OneCycleSchedule(),
            lambda t: (
                0.1 / 25 + (0.1 - 0.1 / 25) * (1 - np.cos(np.pi * t / 11)) / 2
                if t <= 11
                else 0.1 + (0.1 / 25e4 - 0.1) * (1 - np.cos(np.pi * (t - 11) / 28)) / 2
            ),
        ),
    ],
    ids=["step", "exponential", "cosine", "one cycle"],
)
def test_a_schedule_goes_its_way_step_by_step(
    schedule: Schedule, rate: Callable[[int], float]
) -> None:
    (path,) = race(BY_ID["bowl"].objective, (1.0, 1.0), [optimizer_of("sgd", 0.1)], 40, schedule)
    np.testing.assert_allclose(path.rates, [rate(t) for t in range(40)], rtol=1e-9, atol=1e-12)
    factors = np.cumprod(1 - 2 * path.rates)  # the gradient of x² is 2 x
    np.testing.assert_allclose(path.points[1:, 0], factors, rtol=1e-9, atol=1e-15)


def test_the_step_of_divergence_is_the_one_of_the_formula() -> None:
    """On x² + y² a rate of 2 multiplies by 1 − 2·2 = −3 each step."""
    objective = BY_ID["bowl"].objective
    (path,) = race(objective, (1.0, 0.0), [optimizer_of("sgd", 2.0)], 100)
    step = int(np.ceil(np.log(FAR * objective.reach) / np.log(3)))
    assert path.diverged_at == step
    assert len(path.points) == len(path.values) == step + 1
    assert len(path.rates) == step
    assert path.points[-1, 0] == pytest.approx((-3.0) ** step)


def test_a_way_to_where_there_is_no_number_has_diverged_and_others_go_on() -> None:
    objective, _formula = of_formula("log(x) + 0.01*x**2", 0.001, 3)
    optimizers = [optimizer_of("sgd", 2.0), optimizer_of("sgd", 0.001)]
    away, stayed = race(objective, (0.5,), optimizers, 30)
    assert away.diverged_at == 1, "0.5 − 2 (1/0.5 + 0.01) is negative, and has no logarithm"
    assert np.isnan(away.values[-1])
    assert len(away.points) == len(away.values) == 2
    assert stayed.diverged_at is None
    assert len(stayed.points) == 31


def test_adamw_pulls_to_zero_where_adam_stays() -> None:
    flat, _formula = of_formula("x*0", -3, 3)
    adam, adamw = (Adam(kind=kind, lr=0.1, weight_decay=0.5) for kind in ("adam", "adamw"))
    _decayed_by_gradient, decayed = race(flat, (1.0,), [adam, adamw], 3)
    np.testing.assert_allclose(decayed.points[:, 0], 0.95 ** np.arange(4))


def test_settled_ways_reach_the_published_minima() -> None:
    for name, rate, point in (("beale", 0.05, (3, 0.5)), ("rosenbrock", 0.1, (1, 1))):
        objective = BY_ID[name].objective
        (path,) = race(objective, objective.start, [optimizer_of("adam", rate)], 1500)
        np.testing.assert_allclose(path.points[-1], point, atol=0.03)
