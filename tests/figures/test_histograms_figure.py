import base64

import numpy as np
import pytest

from nnlab.figures import theme
from nnlab.figures.histograms.ridges import HEIGHT, histograms_figure
from nnlab.figures.histograms.words import describe_histograms, plain
from tests.figures.colour import contrast
from tests.figures.shipped import checked, shipped

STEPS = [0, 40, 1200]
EDGES = np.linspace(-1, 2, 7)
SHARES = np.array(
    [[0, 0.5, 0.5, 0, 0, 0], [0, 0.25, 0.5, 0.25, 0, 0], [0.1, 0.2, 0.3, 0.2, 0.1, 0.1]]
)


def figure(dark: bool = False, marked: int | None = None) -> dict:
    made = histograms_figure(STEPS, SHARES, EDGES, values="Weights", marked=marked, dark=dark)
    return checked(made).to_plotly_json()


def heights(trace: dict) -> np.ndarray:
    return np.frombuffer(base64.b64decode(trace["y"]["bdata"]), "<" + trace["y"]["dtype"])


@pytest.mark.parametrize("dark", [False, True])
def test_each_ridge_stands_on_its_own_line_with_the_newest_in_front(dark: bool) -> None:
    spec = figure(dark)
    assert [trace["name"] for trace in spec["data"]] == ["step 0", "step 40", "step 1,200"]
    for base, trace, shares in zip((2, 1, 0), spec["data"], SHARES, strict=True):
        y = heights(trace)
        assert y[[0, -1]] == pytest.approx(base)
        assert (y[1:-1] - base) / (heights(spec["data"][0])[2] - 2) == pytest.approx(
            shares / 0.5, abs=1e-2
        )
        middles = trace["x0"] + trace["dx"] * np.arange(len(y))
        assert middles[1:-1] == pytest.approx((EDGES[:-1] + EDGES[1:]) / 2)
        assert trace["customdata"][1:-1] == pytest.approx(shares)
    labels = dict(zip(spec["layout"]["yaxis"]["ticktext"], (2, 1, 0), strict=True))
    assert list(labels.values()) == list(spec["layout"]["yaxis"]["tickvals"])


def test_the_older_is_paler_and_the_moment_looked_at_has_a_colour_of_its_own() -> None:
    for dark in (False, True):
        behind = theme.paper(dark)
        fills = [contrast(trace["fillcolor"], behind) for trace in figure(dark)["data"]]
        assert fills == sorted(fills)
        assert fills[-1] > 3
        lines = [trace["line"]["color"] for trace in figure(dark, marked=40)["data"]]
        assert lines[1] == theme.accent(dark)
        assert theme.accent(dark) not in (lines[0], lines[2])


def test_no_ridge_leaves_the_chart_and_it_is_compact() -> None:
    spec = figure()
    low, high = spec["layout"]["yaxis"]["range"]
    assert all((low < heights(t)).all() and (heights(t) < high).all() for t in spec["data"])
    assert spec["layout"]["height"] == HEIGHT <= 420


def test_thirty_moments_are_labelled_at_a_few_and_travel_light() -> None:
    rng = np.random.default_rng(0)
    shares = rng.dirichlet(np.ones(40), size=30)
    made = histograms_figure(
        list(range(0, 3000, 100)), shares, np.linspace(-1, 1, 41), values="Weights", dark=False
    )
    assert len(made.to_plotly_json()["layout"]["yaxis"]["ticktext"]) == 7
    assert len(shipped(made)) < 30_000


@pytest.mark.parametrize("moments", [1, 2])
def test_few_moments_and_empty_bins_make_a_chart(moments: int) -> None:
    shares = np.zeros((moments, 4))
    checked(
        histograms_figure(range(moments), shares, np.linspace(0, 1, 5), values="Biases", dark=False)
    )


def test_the_words_say_where_the_values_lie_and_how_their_spread_went() -> None:
    said = describe_histograms(STEPS, [0.41, 0.5, 0.872], 1, "Weights", -1.25, 2e-7)
    assert said == (
        "Weights of layer 1 at 3 moments from step 0 to 1,200, the newest in front, between −1.25"
        " and 2.0×10⁻⁷. Their spread (standard deviation) went from 0.41 to 0.872."
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "0"),
        (0.03125, "0.0312"),
        (-1.5, "−1.5"),
        (1234.5, "1,234"),
        (3.21e-7, "3.2×10⁻⁷"),
        (-5e12, "−5.0×10¹²"),
        (0.0001, "0.0001"),
    ],
)
def test_numbers_are_written_as_people_write_them(value: float, said: str) -> None:
    assert plain(value) == said
