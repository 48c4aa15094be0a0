"""The fitted curve: what is drawn where, and that nothing but the curve moves."""

import numpy as np
import pytest

from nnlab.figures.curve_fit import curve_fit_figure, describe_fit, ranges
from tests.figures.shipped import checked, shipped, values

X = np.linspace(-2, 2, 50)
SHOWN = ranges(X, X**2)
NONE = (np.empty(0), np.empty(0))
GRID = np.linspace(*SHOWN.x, 161)


def drawn(curve: np.ndarray, **more):
    return curve_fit_figure(curve, (X[::2], X[::2] ** 2), (X[1::2], X[1::2] ** 2), SHOWN, **more)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_figures_with_units_and_a_formula_are_valid_and_of_one_size(dark):
    plain = checked(drawn(GRID, dark=dark))
    units = [np.tanh(GRID[::2]), np.sin(GRID[::2])]
    full = checked(drawn(GRID, formula=GRID**2, units=units, dark=dark))
    assert [t.name for t in plain.data] == ["train", "validation", "network"]
    names = [t.name for t in full.data]
    assert names == ["unit 1", "unit 2", "formula", "train", "validation", "network"]
    for same in ("height", "margin"):
        assert plain.layout[same] == full.layout[same]
    assert list(plain.layout.yaxis.range) == list(full.layout.yaxis.range)


def test_the_curve_runs_over_half_as_much_again_on_either_side_of_the_data():
    curve = drawn(GRID**2, dark=False).to_dict()["data"][-1]
    y = values(curve["y"])
    x = curve["x0"] + curve["dx"] * np.arange(len(y))
    assert (x[0], x[-1]) == (pytest.approx(-4), pytest.approx(4))
    np.testing.assert_allclose(y, x**2, rtol=1e-3)


def test_what_lies_beyond_the_data_is_shaded_and_named():
    layout = drawn(GRID, dark=False).to_dict()["layout"]
    shaded = [(shape["x0"], shape["x1"]) for shape in layout["shapes"]]
    assert shaded == [(-4, -2), (2, 4)]
    texts = [note["text"] for note in layout["annotations"]]
    assert texts.count("extrapolation") == 2
    assert len(texts) == 3, "and the key; figures stand in their table alone, of one step"


def test_a_frame_with_eight_units_stays_small():
    noise = np.random.default_rng(0).normal(size=(8, 81))
    assert len(shipped(drawn(GRID, units=list(noise), formula=GRID**2, dark=False))) < 12_000


def test_one_point_and_equal_targets_have_ranges_too():
    only = ranges(np.array([3.0]), np.array([1.0]))
    assert only.x[0] < 3 < only.x[1]
    assert only.y[0] < 1 < only.y[1]


def test_words_say_what_the_chart_shows():
    assert "values from 0 to 4; beyond the data it goes to 16" in describe_fit(
        GRID**2, SHOWN, "loss 1"
    )
    assert "not numbers" in describe_fit(GRID * np.nan, SHOWN, "")
