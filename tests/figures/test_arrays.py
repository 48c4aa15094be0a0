import numpy as np
import pytest

from nnlab.figures.arrays import shortened, typed
from tests.figures.shipped import values


@pytest.mark.parametrize(
    ("numbers", "kind"),
    [
        ([0, 1, 255], "u1"),
        ([0, 256], "u2"),
        ([0.0, 65_535.0], "u2"),
        ([-1, 5], "i4"),
        ([0, 65_536], "i4"),
        ([0, 2**40], "f8"),
        ([0.5, 1.0], "f4"),
        ([1.0, np.nan, np.inf], "f4"),
        ([], "u1"),
    ],
)
def test_numbers_travel_in_the_narrowest_kind_that_holds_them(numbers, kind):
    array = typed(np.array(numbers))
    assert array["dtype"] == kind
    np.testing.assert_array_equal(values(array), numbers)


def test_shortened_coordinates_stay_within_a_four_thousandth():
    numbers = np.random.default_rng(0).normal(0, 5, 10_000)
    short = shortened(numbers)
    assert np.abs(short / numbers - 1).max() < 1 / 4000
    assert not (short.view(np.uint32) & 0x7FF).any()
    np.testing.assert_array_equal(shortened(np.array([0.0, -6.0, 6.0])), [0, -6, 6])
