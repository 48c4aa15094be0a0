"""Curves of runs that diverged: cut where they would flatten the others, and the chart says so."""

import numpy as np
import pytest

from nnlab.figures.arrays import ceiling, cut
from nnlab.figures.curve_annotations import Course, Parent, with_course
from nnlab.figures.curves import loss_figure
from nnlab.figures.difference import fits_figure
from nnlab.figures.overlay import Curve, overlay_figure
from tests.figures.shipped import checked, values

STEPS = np.arange(5.0)
CALM = np.array([0.7, 0.5, 0.4, 0.3, 0.25])
WILD = np.array([0.8, 2.0, 40.0, 1e12, 1e33])
NONE = np.empty(0)


@pytest.mark.parametrize(
    ("calm", "diverged", "top"),
    [
        ([CALM], [WILD], 1.6),  # twice the largest that is ordinary: the first of the wild one
        ([CALM], [WILD[3:]], 1.4),  # which began too far away to count
        ([CALM, 3 * CALM], [WILD], 4.2),
        ([NONE], [WILD], 1.6),
        ([], [WILD, WILD[1:]], 4.0),
        ([CALM], [CALM * 1.5], None),  # it diverged, and never went high
        ([CALM, WILD], [], None),
        ([CALM], [NONE], None),
    ],
)
def test_the_edge_is_twice_what_is_ordinary(
    calm: list[np.ndarray], diverged: list[np.ndarray], top: float | None
) -> None:
    assert ceiling(calm, diverged) == pytest.approx(top)


def test_a_line_goes_up_to_the_edge_and_ends_there() -> None:
    nan = np.nan
    np.testing.assert_array_equal(cut(WILD, 10.0), [0.8, 2.0, 10.0, nan, nan])
    np.testing.assert_array_equal(cut(np.array([9.0, 1.0, 8.0]), 5.0), [5.0, 1.0, 5.0])
    assert cut(WILD, None) is WILD


def highest(figure) -> float:
    drawn = [values(trace["y"]) for trace in figure.to_dict()["data"]]
    return max(float(np.nanmax(y)) for y in drawn if len(y))


@pytest.mark.parametrize("smoothing", [0.0, 0.9])
def test_of_several_runs_the_one_that_diverged_leaves_the_others_their_height(
    smoothing: float,
) -> None:
    curves = [Curve("good", STEPS, CALM), Curve("<too fast>", STEPS, WILD, diverged=True)]
    figure = overlay_figure(curves, quantity="loss", smoothing=smoothing, dark=False)
    checked(figure)
    assert highest(figure) == pytest.approx(1.6)
    (note,) = figure.layout.annotations
    assert note.text == "cut at 1.6: &lt;too fast&gt; diverged"


def test_on_a_logarithmic_axis_more_of_it_is_shown() -> None:
    curves = [Curve("good", STEPS, CALM), Curve("too fast", STEPS, WILD, diverged=True)]
    figure = overlay_figure(curves, quantity="loss", log_y=True, dark=False)
    assert highest(figure) == pytest.approx(800)


def test_runs_that_did_not_diverge_are_never_cut() -> None:
    curves = [Curve("small", STEPS, CALM), Curve("large", STEPS, 1e6 * CALM)]
    figure = overlay_figure(curves, quantity="loss", dark=False)
    assert highest(figure) == pytest.approx(7e5)
    assert not figure.layout.annotations


def test_a_parent_that_diverged_is_cut_on_the_charts_of_its_branch() -> None:
    figure = loss_figure(STEPS, CALM, STEPS, CALM, dark=False)
    parent = Parent(STEPS, WILD, STEPS, WILD, top=1.6)
    shown = with_course(figure, Course(), parent, dark=False)
    checked(shown)
    assert highest(shown) == pytest.approx(1.6)
    assert shown.layout.yaxis.range == (0, 1.6)
    assert "cut at 1.6: a run diverged" in [note.text for note in shown.layout.annotations]


def test_fitted_curves_of_which_one_diverged_are_drawn_at_the_height_of_the_other() -> None:
    x = np.linspace(-1, 1, 9)
    figure = fits_figure(x, np.sin(x), 1e9 * x, height=300, dark=False)
    checked(figure)
    low, high = figure.layout.yaxis.range
    assert (low, high) == pytest.approx((-3 * np.sin(1), 3 * np.sin(1)))
    assert any(note.text.startswith("cut:") for note in figure.layout.annotations)
    alike = fits_figure(x, np.sin(x), 2 * x, height=300, dark=False)
    assert alike.layout.yaxis.range is None
    assert len(alike.layout.annotations) == 1


def test_r_squared_of_a_run_that_diverged_stays_a_number_that_can_be_drawn() -> None:
    wild = Curve("too fast", STEPS, -(WILD**1.3), diverged=True)
    assert wild.y.min() < np.finfo(np.float32).min
    figure = overlay_figure([wild], quantity="R²", dark=False)
    (drawn,) = [values(trace["y"]) for trace in figure.to_dict()["data"] if trace["y"]["bdata"]]
    assert np.isfinite(drawn).all()
