"""Ink that is no digit, as the lab makes it: repeatable, of every kind, bent as digits are."""

import numpy as np
import pytest

from nnlab.data.no_digits import SHARES, draw_no_digits
from nnlab.data.no_digits.letters import CAPITALS, SMALL
from nnlab.data.no_digits.pictures import of_forms
from nnlab.data.no_digits.printed import KEPT_APART, LEARNED
from nnlab.data.no_digits.several import several
from nnlab.data.no_digits.signs import MARKS, PICTURES, SCRIPTS
from nnlab.data.no_digits.template import forms
from nnlab.data.strokes import draw_digits

EVERY = CAPITALS + SMALL + SCRIPTS + MARKS + PICTURES


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return draw_digits(50, seed=3)[0]


def test_the_same_seed_draws_the_same_and_another_seed_others(digits):
    pictures, kinds = draw_no_digits(60, 0, digits)
    again, _ = draw_no_digits(60, 0, digits)
    others, _ = draw_no_digits(60, 1, digits)
    assert np.array_equal(pictures, again)
    assert np.mean(np.any(others != pictures, axis=(1, 2))) > 0.9
    assert pictures.shape == (60, 28, 28)
    assert {kind: kinds.count(kind) for kind in SHARES} == pytest.approx(
        {kind: 60 * share for kind, share in SHARES.items()}, abs=1
    )


def test_every_form_leaves_ink_of_twenty_pixels_in_the_middle():
    rng = np.random.default_rng(0)
    for name, form in EVERY:
        (picture,) = of_forms(((name, form),), 1, rng)
        rows, columns = np.nonzero(picture > 40)
        longer = max(np.ptp(rows), np.ptp(columns)) + 1
        assert 16 <= longer <= 20, name


def test_all_letters_are_there_but_those_that_are_drawn_as_digits():
    written = {name for name, _ in CAPITALS + SMALL if len(name) == 1}
    assert written == set("ABCDEFGHIJKLMNPQRSTUVWXYZabcdefghijklmnpqrstuvwxyz")


def test_fonts_that_measure_do_not_train():
    assert not set(LEARNED) & set(KEPT_APART)


def test_several_digits_are_wider_than_one(digits):
    rng = np.random.default_rng(2)

    def width(picture: np.ndarray) -> float:
        rows, columns = np.nonzero(picture > 40)
        return (np.ptp(columns) + 1) / (np.ptp(rows) + 1)

    alone = np.median([width(digit) for digit in digits])
    together = np.median([width(several(digits, rng)) for _ in range(40)])
    assert together > 1.5 * alone


def test_a_line_goes_on_where_the_next_begins_with_a_bar():
    ((name, form),) = forms("plus 2 0,50 60,50\n| 30,20 30,80")
    assert (name, form.share, form.strokes) == ("plus", 2.0, ("0,50 60,50", "30,20 30,80"))
