import base64

import numpy as np
import plotly.graph_objects as go

from nnlab.figures.bent import bent_figure, describe_bent
from nnlab.figures.boundary import points_traces
from tests.figures.shipped import shipped

RNG = np.random.default_rng(0)
NAMES = ("unit 1 of layer 1", "unit 2 of layer 1")


def values(packed: dict) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed["bdata"]), "<" + packed["dtype"])


def test_each_family_is_one_trace_with_gaps_between_its_lines():
    lines = RNG.normal(size=(4, 3, 2))
    spec = bent_figure(lines, [], names=NAMES, dark=False).to_plotly_json()
    across, up = spec["data"][:2]
    x = values(across["x"])
    assert len(x) == 2 * (3 + 1)
    assert np.isnan(x[[3, 7]]).all()
    assert np.allclose(x[:3], lines[0, :, 0], rtol=1e-3)
    assert np.allclose(values(up["y"])[:3], lines[2, :, 1], rtol=1e-3)
    go.Figure(spec)  # plotly's own check


def test_axes_of_a_bounded_activation_stay_still():
    for size in (0.1, 1.0):
        figure = bent_figure(
            size * RNG.uniform(-1, 1, (4, 3, 2)), [], names=NAMES, activation="Tanh", dark=True
        )
        low, high = figure.to_plotly_json()["layout"]["xaxis"]["range"]
        assert (round(low, 2), round(high, 2)) == (-1.12, 1.12)


def test_the_separator_is_where_its_formula_is_zero():
    figure = bent_figure(
        RNG.normal(size=(4, 3, 2)), [], names=NAMES, separator=(1.0, 2.0, -0.5), dark=False
    )
    cut = figure.to_plotly_json()["data"][2]
    assert np.allclose(values(cut["x"]) + 2 * values(cut["y"]) - 0.5, 0, atol=1e-5)


def test_a_frame_of_it_is_small():
    lines = np.tanh(RNG.normal(size=(26, 31, 2)).cumsum(axis=1))
    points = np.tanh(RNG.normal(size=(400, 2))).astype(np.float32)
    traces = points_traces(points, RNG.integers(0, 2, 400), RNG.random(400) < 0.5, dark=False)
    assert len(shipped(bent_figure(lines, traces, names=NAMES, dark=False))) < 20_000


def test_the_words_say_how_far_the_neurons_reach():
    lines = np.array([[[0.0, -1.0], [0.5, 2.0]]])
    said = describe_bent(lines, NAMES, cut=True)
    assert "unit 1 of layer 1 from 0 to 0.5 and unit 2 of layer 1 from −1 to 2" in said
    assert "straight line" in said


def test_the_picture_is_square_and_a_unit_as_long_both_ways():
    lines = np.stack(np.meshgrid(np.linspace(0, 9, 5), np.linspace(-1, 1, 5)), axis=-1)
    figure = bent_figure(np.concatenate([lines, lines]), [], names=NAMES, dark=False)
    layout = go.Figure(figure).layout
    (left, right), (low, high) = layout.xaxis.range, layout.yaxis.range
    assert right - left == high - low
    assert left < 0 < 9 < right
    assert low < -1 < 1 < high
    assert (layout.yaxis.scaleanchor, layout.yaxis.scaleratio) == ("x", 1)
    assert {layout.xaxis.constrain, layout.yaxis.constrain} == {"domain"}
