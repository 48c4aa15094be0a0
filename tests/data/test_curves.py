"""Curves and own points."""

import math

import numpy as np
import pytest

from nnlab.config.data import Curve, Points
from nnlab.data import curves
from nnlab.errors import NnlabError


@pytest.mark.parametrize(
    ("kind", "formula"),
    [
        ("quadratic", lambda x: x * x),
        ("parabola", lambda x: x**2 + 3 * x - 2),
        ("xsinx", lambda x: x * math.sin(x)),
        ("stairs", math.floor),
    ],
)
def test_a_clean_curve_is_its_formula_on_evenly_spread_points(kind, formula):
    x, y = curves.curve(Curve(kind=kind, low=-3.3, high=4.1, points=38))
    assert x.shape == y.shape == (38, 1)
    assert x.dtype == y.dtype == np.float32
    assert np.allclose(x[:, 0], [-3.3 + 7.4 * i / 37 for i in range(38)], atol=1e-6)
    assert np.allclose(y[:, 0], [formula(float(value)) for value in x[:, 0]], atol=1e-5)


def test_noise_moves_y_by_a_share_of_its_range():
    clean = curves.curve(Curve(kind="quadratic", low=-2, high=2, points=2000))
    noisy = curves.curve(Curve(kind="quadratic", low=-2, high=2, points=2000, noise=0.25))
    assert np.array_equal(clean[0], noisy[0])
    moved = noisy[1] - clean[1]  # the range of y is 4
    assert 0.98 < moved.max() <= 1
    assert -1 <= moved.min() < -0.98


def test_noise_above_lifts_points_by_up_to_that_much_and_leaves_other_noise_as_it_is():
    clean = curves.curve(Curve(kind="parabola", points=2000))
    lifted = curves.curve(Curve(kind="parabola", points=2000, noise_above=0.5))[1] - clean[1]
    assert 0 <= lifted.min() < 0.01
    assert 0.49 < lifted.max() <= 0.5 + 1e-6
    assert lifted.mean() == pytest.approx(0.25, abs=0.02)  # of U(0, 1), half of 0.5
    without, with_both = (
        curves.curve(Curve(kind="quadratic", noise=0.1, noise_above=above))[1] for above in (0, 0.2)
    )
    assert (with_both >= without).all()


def test_the_seed_decides_the_noise():
    first, again, other = (
        curves.curve(Curve(kind="xsinx", noise=0.1, seed=seed))[1] for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_range_beyond_float32_is_named():
    with pytest.raises(
        NnlabError, match=r"y of 'quadratic' .*1 × 10¹⁸.* got up to 1 × 10²⁴.*smaller"
    ):
        curves.curve(Curve(kind="quadratic", low=0, high=1e12))
    with pytest.raises(NnlabError, match="x from low=−1 × 10³⁰⁸"):
        curves.curve(Curve(kind="xsinx", low=-1e308, high=1e308))


def test_own_points_are_the_rows_as_they_stand():
    x, y = curves.own_points(Points(rows=((1, 2, 0), (3, 4.5, 7))))
    assert x.tolist() == [[1, 2], [3, 4.5]]
    assert y.tolist() == [0, 7]
    assert (x.dtype, y.dtype) == (np.float32, np.int64)


def test_own_numbers_are_a_column():
    x, y = curves.own_points(Points(rows=((1, 0.5), (2, -3.25)), task="regression"))
    assert x.tolist() == [[1], [2]]
    assert y.tolist() == [[0.5], [-3.25]]
    assert y.dtype == np.float32


def test_own_points_beyond_float32_are_named():
    with pytest.raises(NnlabError, match=r"rows must stay within .* got up to 1 × 10³⁰⁰"):
        curves.own_points(Points(rows=((1e300, 0), (2, 1))))
