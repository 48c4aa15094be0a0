"""The chart of one metric, whatever it is called: of one run, or of several."""

import numpy as np
import pytest

from nnlab.figures import theme
from nnlab.figures.metrics import describe_metric, fits_log, gaps, metric_figure
from nnlab.figures.overlay import Curve, run_colour
from tests.figures.shipped import checked, values

STEPS = np.arange(1.0, 6.0)


def curve(*y: float, name: str = "mine") -> Curve:
    return Curve(name, STEPS[: len(y)], np.array(y))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_one_run_is_drawn_in_ink_and_several_each_in_its_own_colour(dark: bool) -> None:
    alone = checked(metric_figure("f1", [curve(1, 2)], dark=dark))
    assert alone.data[0].line.color == theme.ink(dark)
    two = checked(metric_figure("f1", [curve(1, 2), curve(3, 4, name="b")], dark=dark))
    assert [trace.line.color for trace in two.data] == [run_colour(i, dark) for i in (0, 1)]
    assert len({trace.line.dash for trace in two.data}) == 2


def test_the_axis_is_logarithmic_where_values_above_0_span_two_decades() -> None:
    assert fits_log([curve(1.0, 0.001)])
    assert not fits_log([curve(1.0, 0.5)])
    assert not fits_log([curve(1.0, 0.001, 0.0)])
    assert not fits_log([curve(1.0, 0.001, -1.0)])
    assert not fits_log([curve(np.nan, np.inf), curve()])
    figure = checked(metric_figure("loss", [curve(1.0, 0.001)], dark=False))
    assert figure.layout.yaxis.type == "log"
    assert "logarithmic" in figure.layout.annotations[0].text
    plain = checked(metric_figure("loss", [curve(1.0, 0.001)], log_y=False, dark=False))
    assert plain.layout.yaxis.type is None


def test_values_that_are_no_numbers_are_gaps_and_are_said() -> None:
    wild = curve(1.0, np.nan, 0.5, np.inf, 0.25)
    assert gaps(wild) == 2
    figure = metric_figure("loss", [wild], dark=False)
    drawn = values(figure.to_dict()["data"][0]["y"])
    np.testing.assert_array_equal(drawn, [1.0, np.nan, 0.5, np.nan, 0.25])
    assert figure.layout.annotations[0].text == "2 gaps"
    said = describe_metric("loss", [wild])
    assert said == ("loss: from 1 to 0.25, between 0.25 and 1; 2 values were NaN or infinite.")


def test_points_between_gaps_are_seen() -> None:
    modes = [
        metric_figure("m", [one], dark=False).to_dict()["data"][0]["mode"]
        for one in (curve(1.0), curve(1.0, np.nan, 2.0), curve(1.0, 2.0))
    ]
    assert modes == ["markers", "markers", "lines"]


def test_of_nothing_and_of_nan_alone_the_chart_says_so() -> None:
    empty = checked(metric_figure("loss", [curve()], dark=True))
    assert [note.text for note in empty.layout.annotations] == ["nothing recorded"]
    nothing = checked(metric_figure("loss", [curve(np.nan, np.nan)], dark=True))
    assert [note.text for note in nothing.layout.annotations] == ["2 gaps", "no finite value"]
    assert describe_metric("loss", [curve(np.nan)]) == "loss: 1 value was NaN or infinite."
    assert describe_metric("loss", [curve()]) == "loss: nothing recorded."


def test_several_runs_are_described_each_by_its_name() -> None:
    said = describe_metric("f1", [curve(0.1, 0.9, name="a"), curve(0.5, name="b")])
    assert said == "f1: a: from 0.1 to 0.9, between 0.1 and 0.9; b: 0.5."


def test_a_name_from_outside_is_shown_as_it_stands_and_a_long_one_is_cut() -> None:
    figure = checked(metric_figure("<b>x</b>" + "y" * 80, [curve(1, 2)], dark=False))
    title = figure.layout.title.text
    assert "<b>x" not in title.removeprefix("<b>")
    assert "…" in title
    assert len(title) < 80
