import numpy as np
import pytest

from nnlab.figures.boundary import boundary_figure, boundary_picture, points_traces
from nnlab.figures.curves import accuracy_figure, loss_figure
from tests.figures.shipped import shipped

ACROSS = np.linspace(-6, 6, 100)
X1, X2 = np.meshgrid(ACROSS, -ACROSS)
RADIUS = np.hypot(X1, X2)
BOUNDARIES = {
    "circle": 6 - 2 * RADIUS,
    "spiral": 6 * np.sin(RADIUS * 1.6 + np.arctan2(X2, X1)),
}


@pytest.mark.parametrize(("kind", "most"), [("circle", 16_500), ("spiral", 18_500)])
def test_a_playground_frame_of_a_long_run_stays_small(kind, most):
    """500 points, the picture of the solved boundary, two charts of 20,000 evaluations."""
    rng = np.random.default_rng(0)
    ones = (1 / (1 + np.exp(-BOUNDARIES[kind]))).astype(np.float32)
    picture = boundary_picture(np.stack([1 - ones, ones]), dark=False)
    assert len(picture) <= 4096

    points = rng.uniform(-6, 6, (500, 2)).astype(np.float32)
    traces = points_traces(points, np.arange(500) // 250, rng.random(500) < 0.5, dark=False)
    epochs = np.arange(20_000)
    noise = rng.random((4, 20_000))
    charts = [
        boundary_figure(picture, traces, dark=False),
        loss_figure(epochs, noise[0], epochs, noise[1], dark=False),
        accuracy_figure(epochs, noise[2], epochs, noise[3], dark=False),
    ]
    sizes = [len(shipped(chart)) for chart in charts]
    assert min(sizes) > 2_000
    assert sum(sizes) <= most, sizes


def test_no_chart_carries_plotlys_template():
    empty = np.zeros(0)
    spec = loss_figure(empty, empty, empty, empty, dark=False).to_dict()
    assert spec["layout"]["template"] == {}
    assert len(shipped(loss_figure(empty, empty, empty, empty, dark=False))) < 2_500
