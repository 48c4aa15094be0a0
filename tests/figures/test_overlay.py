from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from nnlab.figures import theme
from nnlab.figures.overlay import (
    DASHES,
    MOST,
    Curve,
    describe_overlay,
    overlay_figure,
    run_colour,
    smooth,
)
from tests.figures.colour import VISIONS, contrast, difference
from tests.figures.shipped import checked, shipped, values

STEPS = np.arange(1.0, 6.0)
RUNS = [
    Curve("slow", STEPS, np.array([1.0, 0.8, np.nan, 0.5, 0.4])),
    Curve("fast", STEPS[:3], np.array([0.9, 0.3, 0.35])),
    Curve("none", np.empty(0), np.empty(0)),
]
both_themes = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


@both_themes
@pytest.mark.parametrize("quantity", ["loss", "accuracy"])
def test_each_run_has_two_traces_of_its_name_whatever_it_recorded(quantity, dark) -> None:
    for smoothing in (0.0, 0.9):
        figure = checked(overlay_figure(RUNS, quantity=quantity, smoothing=smoothing, dark=dark))
        names = [trace.name for trace in figure.data]
        assert names == ["slow", "slow", "fast", "fast", "none", "none"]


def test_without_smoothing_what_is_drawn_are_the_numbers_themselves() -> None:
    raw, shown = overlay_figure(RUNS[:1], quantity="loss", dark=False).to_dict()["data"]
    assert len(values(raw["y"])) == 0
    np.testing.assert_array_equal(values(shown["x"]), STEPS)
    np.testing.assert_array_equal(values(shown["y"]), RUNS[0].y.astype(np.float32))


def test_with_smoothing_what_was_recorded_stays_faint_beneath() -> None:
    figure = overlay_figure(RUNS[1:2], quantity="loss", smoothing=0.5, dark=False)
    raw, shown = figure.to_dict()["data"]
    np.testing.assert_array_equal(values(raw["y"]), RUNS[1].y.astype(np.float32))
    assert raw["opacity"] < 0.5
    np.testing.assert_allclose(values(shown["y"]), smooth(RUNS[1].y, 0.5), rtol=1e-6)


def test_smoothing_is_the_average_worked_out_by_hand() -> None:
    # w = 0.5: m = 4, 3, 1.5; corrected by 1 - 1/2, 1 - 1/4, 1 - 1/8.
    expected = [8.0, 4 / 0.75, 2.5 / 0.875]
    np.testing.assert_allclose(smooth(np.array([8.0, 4.0, 1.0]), 0.5), expected)


@pytest.mark.parametrize("weight", [0.1, 0.6, 0.99])
def test_smoothing_is_the_adjusted_average_of_pandas(weight: float) -> None:
    noisy = np.random.default_rng(0).normal(size=400)
    expected = pd.Series(noisy).ewm(alpha=1 - weight, adjust=True).mean()
    np.testing.assert_allclose(smooth(noisy, weight), expected, rtol=1e-9)


def test_what_is_not_finite_counts_for_nothing_in_the_average() -> None:
    gaps = np.array([8.0, np.nan, 4.0, np.inf, 1.0])
    smoothed = smooth(gaps, 0.5)
    np.testing.assert_allclose(smoothed[[0, 2, 4]], smooth(np.array([8.0, 4.0, 1.0]), 0.5))
    assert np.isnan(smoothed[1])
    assert smoothed[3] == np.inf
    assert gaps[2] == 4.0


def test_accuracies_are_drawn_in_percent_from_zero_and_losses_from_zero_or_by_powers() -> None:
    accuracy = overlay_figure(RUNS, quantity="accuracy", dark=False).to_dict()
    assert values(accuracy["data"][3]["y"]).tolist() == pytest.approx([90, 30, 35])
    assert accuracy["layout"]["yaxis"]["range"][0] == 0
    linear, powers = (
        overlay_figure(RUNS, quantity="loss", log_y=log_y, dark=False).to_dict()["layout"]["yaxis"]
        for log_y in (False, True)
    )
    assert linear["rangemode"] == "tozero"
    assert powers["type"] == "log"


def test_the_axis_says_what_it_counts() -> None:
    assert '"seconds"' in shipped(
        overlay_figure(RUNS, quantity="loss", x_title="seconds", dark=False)
    )


def test_only_a_chart_of_nothing_says_so() -> None:
    assert "nothing recorded" in shipped(overlay_figure(RUNS[2:], quantity="loss", dark=False))
    assert "nothing recorded" not in shipped(overlay_figure(RUNS, quantity="loss", dark=False))


@both_themes
def test_six_runs_are_told_apart_in_every_vision_by_colour_and_by_dash(dark) -> None:
    colours = [run_colour(index, dark) for index in range(MOST)]
    assert min(contrast(colour, theme.paper(dark)) for colour in colours) >= 3
    for vision in VISIONS:
        assert min(difference(a, b, vision) for a, b in combinations(colours, 2)) > 15
    assert len(set(DASHES)) == MOST
    six = [Curve(str(i), STEPS, STEPS) for i in range(MOST)]
    traces = overlay_figure(six, quantity="loss", dark=dark).to_dict()["data"][1::2]
    assert [trace["line"]["dash"] for trace in traces] == list(DASHES)
    assert [trace["line"]["color"] for trace in traces] == colours
    assert min(trace["line"]["width"] for trace in traces) >= 2.5


def test_the_sentence_says_where_each_run_ended_and_its_best() -> None:
    said = describe_overlay("loss", RUNS, "validation")
    assert said.startswith("Validation loss of 3 runs.")
    assert "slow: 0.4 at the end, best 0.4" in said
    assert "fast: 0.35 at the end, best 0.3" in said
    assert "none: nothing recorded" in said
    assert "fast: 35.0% at the end, best 90.0%" in describe_overlay("accuracy", RUNS)
