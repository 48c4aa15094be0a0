"""The largest rates, beside what the theory of quadratics says."""

import pytest

from nnlab.learn.optimizers.functions import FUNCTIONS
from nnlab.learn.optimizers.limits import HIGHEST, largest_rates
from nnlab.learn.optimizers.own_formula import of_formula
from nnlab.learn.optimizers.race import optimizer_of, race

BY_ID = {function.id: function for function in FUNCTIONS}
CURVATURE, BETA = 20.0, 0.9


def test_on_a_parabola_the_limits_are_those_of_linear_stability() -> None:
    """SGD 2/λ, momentum 2(1 + β)/λ, Nesterov 2(1 + β)/((1 + 2β) λ); Adam has none."""
    ravine, _formula = of_formula("10*x**2", -3, 3)
    found = largest_rates(ravine, (1.8,), ("sgd", "momentum", "nesterov", "adam"))
    expected = {
        "sgd": 2 / CURVATURE,
        "momentum": 2 * (1 + BETA) / CURVATURE,
        "nesterov": 2 * (1 + BETA) / ((1 + 2 * BETA) * CURVATURE),
    }
    assert {racer: found[racer] for racer in expected} == pytest.approx(expected, rel=0.03)
    assert found["adam"] is None


def test_at_the_rate_it_stays_and_a_little_above_it_diverges() -> None:
    objective = BY_ID["bowl"].objective
    rate = largest_rates(objective, (-2.5, 1.5), ("sgd",))["sgd"]
    assert rate is not None
    stays, leaves = race(
        objective, (-2.5, 1.5), [optimizer_of("sgd", rate), optimizer_of("sgd", 1.015 * rate)], 200
    )
    assert stays.diverged_at is None
    assert leaves.diverged_at is not None


def test_off_parabolas_the_rate_is_one_border_of_several() -> None:
    rosenbrock = BY_ID["rosenbrock"].objective
    rate = largest_rates(rosenbrock, (-1.2, 1.0), ("nesterov",))["nesterov"]
    assert rate is not None
    lower = [optimizer_of("nesterov", share * rate) for share in (0.86, 0.88, 0.9, 0.92, 0.94)]
    assert any(path.diverged_at for path in race(rosenbrock, (-1.2, 1.0), lower, 200))


def test_without_a_value_is_diverged() -> None:
    logarithm, _formula = of_formula("log(x)", 0.5, 3)
    (path,) = race(logarithm, (0.6,), [optimizer_of("sgd", 5.0)], 20)
    assert path.diverged_at is not None
    assert abs(path.points[path.diverged_at, 0]) < 1000 * 2.5


def test_what_always_stays_and_what_always_diverges_are_said_so() -> None:
    flat, _formula = of_formula("x*0", -3, 3)
    assert largest_rates(flat, (1.0,), ("sgd",)) == {"sgd": None}
    steep, _formula = of_formula("1000000*x**2", -3, 3)
    assert largest_rates(steep, (1.0,), ("sgd",)) == {"sgd": 0.0}
    assert HIGHEST == 10
