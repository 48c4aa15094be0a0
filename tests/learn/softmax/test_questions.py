"""The answers of the two questions, by hand."""

import math

import pytest

from nnlab.learn.softmax.questions import QUESTIONS


def test_a_sure_mistake_is_told_a_million_times_louder() -> None:
    assert QUESTIONS[0].answer() == 4
    p = 1 / (1 + math.exp(16))  # of the right class
    by_cross_entropy, by_squared_error = p - 1, 2 * 2 * (p - 1) * p * (1 - p)
    assert by_cross_entropy / by_squared_error == pytest.approx(2.2e6, rel=0.02)


def test_the_smoothed_loss_is_lowest_where_p_is_y() -> None:
    assert QUESTIONS[1].answer() == pytest.approx(0.9 + 0.1 / 3, abs=1e-4)
