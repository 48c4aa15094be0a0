import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlab.figures.curves import thin

values = st.floats(-1e6, 1e6) | st.just(float("nan")) | st.just(float("inf"))


@given(st.lists(values, min_size=1, max_size=400), st.integers(4, 150))
def test_thinning_keeps_first_last_and_extremes(losses, points):
    y = np.array(losses)
    x = np.arange(len(y))
    kept_x, kept_y = thin(x, y, points)

    assert len(kept_x) <= points
    assert (np.diff(kept_x) > 0).all()
    assert kept_x[0] == 0
    assert kept_x[-1] == len(y) - 1
    np.testing.assert_array_equal(kept_y, y[kept_x])
    finite = y[np.isfinite(y)]
    if len(finite):
        kept = kept_y[np.isfinite(kept_y)]
        assert kept.min() == finite.min()
        assert kept.max() == finite.max()


def test_one_spike_in_a_hundred_thousand_steps_stays():
    y = np.full(100_000, 0.1)
    y[54_321] = 9
    x, kept = thin(np.arange(100_000), y)
    assert len(x) <= 120
    assert x[kept == 9].tolist() == [54_321]


@pytest.mark.parametrize("n", [0, 1, 2, 120])
def test_short_curves_stay_whole(n):
    y = np.arange(n) ** 0.5
    np.testing.assert_array_equal(thin(np.arange(n), y)[1], y)


def test_a_long_gap_stays_a_gap():
    y = np.ones(10_000)
    y[3000:6000] = np.nan
    x, kept = thin(np.arange(10_000), y)
    inside = (x > 3200) & (x < 5800)
    assert inside.any()
    assert np.isnan(kept[inside]).all()
