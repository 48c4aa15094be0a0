import subprocess
import sys
import time

import numpy as np
import pytest

from nnlab.config.axis import Axis
from nnlab.config.axis_values import Value
from nnlab.runs.sweeps.importance import (
    Method,
    importance,
    is_seed,
    kind_of_values,
    kinds_of,
)

BOTH: tuple[Method, ...] = ("ped", "fanova")


def rate_width_seed(count: int) -> list[list[Value]]:
    """Of a random sample: a rate of 0.001 to 1 by its logarithm, a width, a seed, one constant."""
    rng = np.random.default_rng(1)
    return [
        [float(10**x) for x in rng.uniform(-3, 0, count)],
        [int(x) for x in rng.integers(1, 65, count)],
        [int(x) for x in rng.integers(0, 8, count)],
        [3] * count,
    ]


KINDS = ("log", "linear", "category", "linear")


@pytest.mark.parametrize("method", BOTH)
def test_an_axis_that_alone_decides_has_nearly_all_and_a_constant_one_has_none(method: Method):
    values = rate_width_seed(128)
    figures = (np.log10(np.array(values[0], float)) + 2) ** 2
    shares = importance(values, figures, method, kinds=KINDS)
    assert shares[0] > 0.9
    assert shares[3] == 0
    assert sum(shares) == pytest.approx(1)
    assert all(0 <= share <= 1 for share in shares)


def test_fanova_tells_the_shares_of_the_variance_of_a_sum():
    values = [
        [x for x in np.linspace(0, 1, 16).tolist() for _ in range(8)],
        [y for _ in range(16) for y in np.linspace(0, 1, 8).tolist()],
    ]
    first, second = (np.array(column, float) for column in values)
    figures = 2 * first + second
    expected = np.array([np.var(2 * first), np.var(second)]) / np.var(figures)
    assert importance(values, figures, "fanova") == pytest.approx(expected, abs=0.08)


def test_words_are_categories_and_the_one_that_decides_is_found():
    words: list[Value] = ["relu", "tanh", "sigmoid", "gelu"] * 32
    widths: list[Value] = [width for width in range(1, 33) for _ in range(4)]
    figures = np.array([0.1 if word == "gelu" else 0.5 for word in words])
    for method in BOTH:
        assert importance([words, widths], figures, method)[0] > 0.9


@pytest.mark.parametrize("method", BOTH)
def test_a_network_that_diverged_is_the_worst_and_does_not_drown_the_rest(method: Method):
    """Rates above 0.3 diverge: with the best ones below, the rate decides all the same."""
    values = rate_width_seed(128)
    rate = np.array(values[0], float)
    figures = np.where(rate > 0.3, np.nan, np.abs(np.log10(rate) + 1.5))
    assert importance(values, figures, method, kinds=KINDS)[0] > 0.9
    kept = np.where(rate > 0.3, np.inf, figures)
    assert importance(values, kept, method, kinds=KINDS) == importance(
        values, figures, method, kinds=KINDS
    )


def test_where_most_diverge_what_made_them_diverge_matters():
    values = rate_width_seed(64)
    width = np.array(values[1], float)
    figures = np.where(width > 16, np.nan, 0.5)
    shares = importance(values, figures, "ped", kinds=KINDS)
    assert shares[1] == max(shares) > 0.7


def test_the_best_accuracy_is_the_highest():
    """Only the top matters to PED-ANOVA: a word that is good is told from one that is bad."""
    rates: list[Value] = np.geomspace(0.001, 1, 100).tolist()
    parity: list[Value] = [index % 2 for index in range(100)]
    top_by_rate = np.array([1.0 if index < 10 else index % 2 / 10 for index in range(100)])
    high = importance([rates, parity], top_by_rate, higher_is_better=True)
    low = importance([rates, parity], top_by_rate)
    assert high[0] > 0.9
    assert low[1] > 0.5


def test_nothing_is_told_of_too_few_or_equal_figures_or_axes_that_stand_still():
    for method in BOTH:
        assert importance([[1, 2]], np.array([np.nan, np.nan]), method) == [0]
        assert importance([[1, 2, 3]], np.array([0.5, 0.5, 0.5]), method) == [0]
        assert importance([[1, 1, 1]], np.array([0.1, 0.2, 0.3]), method) == [0]
        assert importance([[1], ["a"]], np.array([0.1]), method) == [0, 0]
        assert importance([[]], np.array([]), method) == [0]
    with pytest.raises(ValueError, match="one value for each figure"):
        importance([[1, 2]], np.array([0.1]))


def test_two_networks_and_figures_that_differ_in_the_last_digit_are_enough():
    for method in BOTH:
        assert importance([[1, 2], ["a", "a"]], np.array([0.1, np.nextafter(0.1, 1)]), method) == [
            pytest.approx(1),
            0,
        ]


def test_seeds_are_categories_and_rates_go_by_their_logarithm():
    axes = (
        Axis(path="training.optimizer.lr", values="log:0.001..1:8"),
        Axis(path="model.seed", values="0..7"),
        Axis(path="width", values=(1, 2, 3)),
    )
    assert kinds_of(axes) == ["log", "category", "linear"]
    assert is_seed("data.seed")
    assert not is_seed("data.seeds")
    assert kind_of_values([0.001, 0.01, 1]) == "log"
    assert kind_of_values([0, 1, 100]) == "linear"
    assert kind_of_values([True, False]) == kind_of_values([None, 1]) == "category"


def test_a_thousand_networks_take_two_seconds_at_most_and_nothing_is_printed(
    capfd: pytest.CaptureFixture[str],
):
    values = rate_width_seed(1000)
    figures = np.log10(np.array(values[0], float)) + np.array(values[1], float) / 64
    importance(values, figures, "ped", kinds=KINDS)
    begun = time.process_time()  # of this process alone: the machine may be busy
    importance(values, figures, "ped", kinds=KINDS)
    assert time.process_time() - begun < 2
    assert capfd.readouterr() == ("", "")


def test_optuna_is_not_imported_before_it_is_asked():
    code = "import sys, nnlab.runs.sweeps.importance; print('optuna' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"


def test_a_rate_that_matters_among_the_small_ones_is_found_by_its_logarithm_alone():
    """All from 0.000001 to 0.001 lie in the first fiftieth of a linear axis."""
    rng = np.random.default_rng(3)
    rates: list[Value] = (10 ** rng.uniform(-6, 0, 400)).tolist()
    others: list[Value] = rng.uniform(0, 1, 400).tolist()
    rate = np.array(rates, float)
    figures = np.where((rate > 1e-6) & (rate < 1e-5), 0.0, 1.0) + 0.01 * np.array(others, float)
    by_log = importance([rates, others], figures, kinds=("log", "linear"))
    as_it_is = importance([rates, others], figures, kinds=("linear", "linear"))
    assert by_log[0] > 0.9
    assert as_it_is[0] < by_log[0] - 0.02
