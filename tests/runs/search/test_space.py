from typing import Any

import pytest

from nnlab.config.axis import Axis
from nnlab.config.axis_values import Value
from nnlab.errors import InvalidExperimentError
from nnlab.runs.search.asker import Asker
from nnlab.runs.search.check import must_be_searchable
from nnlab.runs.search.space import Space
from nnlab.runs.sweeps.quiet_optuna import quiet_optuna
from tests.runs.search.bench import LR, search_sweep

RATES = Axis(path=LR, values=(0.1, 0.01, 0.001))
WIDTHS = Axis(path="width", values="4..5")


def space(*axes: Axis, **search: Any) -> Space:
    sweep = search_sweep(*axes, **search)
    assert sweep.search is not None
    return Space(sweep, sweep.search)


def asked(*axes: Axis, **search: Any) -> list[tuple[Value, ...]]:
    """All that is asked for, each trial told a loss as soon as it is asked."""
    sweep = search_sweep(*axes, **search)
    assert sweep.search is not None
    asker = Asker(sweep, sweep.search)
    found = []
    while (values := asker.ask()) is not None:
        found.append(values)
        asker.tell(asker.count - 1, "complete", 0.5)
    return found


def test_a_grid_goes_through_all_combinations_and_its_last_axis_runs_fastest():
    assert asked(RATES, WIDTHS, method="grid", trials=20) == [
        (rate, width) for rate in (0.1, 0.01, 0.001) for width in (4, 5)
    ]
    assert asked(RATES, WIDTHS, method="grid", trials=3) == [(0.1, 4), (0.1, 5), (0.01, 4)]


def test_a_random_search_draws_values_of_the_axes_and_none_twice():
    first = asked(RATES, WIDTHS, method="random", trials=5, seed=1)
    assert len(set(first)) == 5
    assert all(rate in (0.1, 0.01, 0.001) and width in (4, 5) for rate, width in first)
    assert first == asked(RATES, WIDTHS, method="random", trials=5, seed=1)
    assert first != asked(RATES, WIDTHS, method="random", trials=5, seed=2)
    assert space(RATES, WIDTHS, method="random", trials=20).count == 6


def test_a_search_through_more_combinations_than_memory_holds_lists_its_own_trials_alone():
    wide = [Axis(path=f"model.layers.{i}.slope", values="lin:0..1:1024") for i in range(6)]
    assert len(set(space(*wide, method="random", trials=10)._listed)) == 10


def test_tpe_takes_any_number_of_a_range_and_words_and_seeds_as_they_are():
    kinds = quiet_optuna().distributions
    axes = (
        Axis(path=LR, values="log:0.001..0.1:3"),
        Axis(path="training.optimizer.weight_decay", values="lin:0..1:2"),
        Axis(path="width", values="log:4..64:3"),
        Axis(path="model.seed", values="0..3"),
        Axis(path="activation", values="relu,tanh"),
        Axis(path="training.batch_size", values=(50, 100)),
    )
    assert list(space(*axes, method="tpe").distributions.values()) == [
        kinds.FloatDistribution(0.001, 0.1, log=True),
        kinds.FloatDistribution(0, 1),
        kinds.IntDistribution(4, 64, log=True),
        kinds.CategoricalDistribution((0, 1, 2, 3)),
        kinds.CategoricalDistribution(("relu", "tanh")),
        kinds.CategoricalDistribution((50, 100)),
    ]
    assert space(*axes, method="tpe", trials=7).count == 7


def test_tpe_finds_the_better_end_of_a_range():
    sweep = search_sweep(
        Axis(path=LR, values="log:0.0001..1:5"), method="tpe", trials=40, pruning="none"
    )
    assert sweep.search is not None
    asker = Asker(sweep, sweep.search)
    rates = []
    for number in range(40):
        values = asker.ask()
        assert values is not None
        rates.append(float(values[0] or 0))
        asker.tell(number, "complete", abs(rates[-1] - 0.5))
    assert sum(rate > 0.1 for rate in rates[20:]) > 2 * sum(rate > 0.1 for rate in rates[:10])


def test_a_study_that_is_told_the_same_again_goes_on_as_the_first():
    sweep = search_sweep(method="tpe", trials=16, pruning="median")
    assert sweep.search is not None

    def told(asker: Asker, number: int, loss: float) -> None:
        asker.report(number, 1, loss)
        asker.tell(number, "pruned" if number % 3 == 2 else "complete", loss)

    first, values = Asker(sweep, sweep.search), []
    for number in range(16):
        values.append(first.ask())
        told(first, number, number / 7 % 1)
    again = Asker(sweep, sweep.search)
    for number in range(11):
        given = values[number]
        assert given is not None
        assert again.repeat(given) == given
        told(again, number, number / 7 % 1)
    assert [again.ask() for _ in range(1)] == [values[11]]


@pytest.mark.parametrize("pruning", ["median", "hyperband"])
def test_a_trial_that_is_far_behind_is_given_up_and_without_pruning_none_is(pruning: str):
    for chosen, expected in ((pruning, True), ("none", False)):
        sweep = search_sweep(method="random", trials=12, pruning=chosen, epochs=9)
        wide = sweep.model_copy(update={"axes": (Axis(path=LR, values="log:0.001..0.1:50"),)})
        assert wide.search is not None
        asker = Asker(wide, wide.search)
        given_up = False
        for number in range(12):
            asker.ask()
            for epoch in range(1, 10):
                given_up |= asker.report(number, epoch, 0.1 if number < 9 else 9.0)
            asker.tell(number, "complete", 0.1)
        assert given_up is expected


def test_an_epoch_that_is_told_again_or_has_no_loss_is_passed_over():
    sweep = search_sweep(method="random")
    assert sweep.search is not None
    asker = Asker(sweep, sweep.search)
    asker.ask()
    for epoch, loss in ((1, 0.5), (1, 0.4), (2, None), (2, float("nan"))):
        assert asker.report(0, epoch, loss) is False
    asker.tell(0, "complete", None)  # no loss: it has failed, and the study goes on
    assert asker.ask() is not None


def test_a_value_that_is_not_valid_is_named_before_anything_starts():
    for axis, words in (
        (Axis(path=LR, values=(0.1, -1)), "training.optimizer.lr"),
        (Axis(path="training.nothing", values=(1,)), "training.nothing"),
        (Axis(path="activation", values=("relu", "rellu")), "relu"),
    ):
        with pytest.raises(InvalidExperimentError, match=words):
            must_be_searchable(search_sweep(axis))
    assert must_be_searchable(search_sweep(WIDTHS)).trials == 4
