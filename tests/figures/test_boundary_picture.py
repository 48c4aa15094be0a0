import base64
import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nnlab.figures import theme
from nnlab.figures.boundary import STRENGTH, boundary_figure, boundary_picture, points_traces
from tests.figures.shipped import checked, values

both_themes = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])


def pixels(uri: str) -> np.ndarray:
    head, data = uri.split(",")
    assert head == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")).astype(int)


def tint(colour: str, share: float, dark: bool) -> np.ndarray:
    """`share` of the way from neutral to the picture's strongest form of the colour."""
    start, end = (
        np.array([int(c[i : i + 2], 16) for i in (1, 3, 5)]) for c in (theme.neutral(dark), colour)
    )
    return np.rint(start + share * STRENGTH * (end - start))


@both_themes
def test_class_0_is_orange_class_1_blue_and_undecided_neutral(dark):
    ones = np.zeros((20, 30), dtype=np.float32)
    ones[:, 10:20] = 0.5
    ones[:, 20:] = 1
    picture = pixels(boundary_picture(np.stack([1 - ones, ones]), dark=dark))
    assert picture.shape == (20, 30, 3)
    np.testing.assert_allclose(picture[7, 3], tint(theme.ORANGE, 1, dark), atol=1)
    np.testing.assert_allclose(picture[7, 15], tint(theme.BLUE, 0, dark), atol=1)
    np.testing.assert_allclose(picture[7, 25], tint(theme.BLUE, 1, dark), atol=1)


def test_row_0_of_the_grid_is_the_top_of_the_picture():
    grid = np.zeros((10, 10))
    grid[0] = 1
    picture = pixels(boundary_picture(grid, dark=False))
    np.testing.assert_allclose(picture[0, 5], tint(theme.BLUE, 1, False), atol=1)
    np.testing.assert_allclose(picture[9, 5], tint(theme.ORANGE, 1, False), atol=1)


def test_the_picture_fills_the_plane_from_its_upper_left_corner():
    figure = boundary_figure("data:,", [{}, {}], extent=(-6, 6), dark=False)
    image = figure.to_dict()["layout"]["images"][0]
    assert (image["x"], image["y"], image["sizex"], image["sizey"]) == (-6, 6, 12, 12)
    # Plotly's defaults, that the corner above is the left and the upper one.
    assert image.get("xanchor", "left") == "left"
    assert image.get("yanchor", "top") == "top"
    assert image["layer"] == "below"
    assert (image["xref"], image["yref"]) == ("x", "y")


@both_themes
def test_many_classes_are_drawn_by_the_likeliest_and_the_surer_the_stronger(dark):
    grid = np.zeros((10, 2, 10), dtype=np.float32)
    grid[np.arange(10), 0, np.arange(10)] = 1
    grid[:, 1] = 0.1
    grid[3, 1, 0], grid[:3, 1, 0], grid[4:, 1, 0] = 0.55, 0.05, 0.05
    picture = pixels(boundary_picture(grid, dark=dark))
    for i, colour in enumerate(theme.CLASS_COLOURS):
        np.testing.assert_allclose(picture[0, i], tint(colour, 1, dark), atol=1)
    np.testing.assert_allclose(picture[1, 0], tint(theme.CLASS_COLOURS[3], 0.5, dark), atol=1)
    np.testing.assert_allclose(picture[1, 9], tint(theme.ORANGE, 0, dark), atol=1)


def test_values_go_from_orange_at_minus_1_to_blue_at_1_and_are_cut_beyond():
    values = np.array([[[-3, -1, 0, 1, 3]]], dtype=np.float32)
    picture = pixels(boundary_picture(values, task="regression", dark=False))[0]
    strong = tint(theme.ORANGE, 1, False), tint(theme.BLUE, 1, False)
    expected = [strong[0], strong[0], tint(theme.BLUE, 0, False), strong[1], strong[1]]
    np.testing.assert_allclose(picture, expected, atol=1)


@pytest.mark.parametrize("classes", [2, 3])
def test_what_is_not_a_number_is_grey(classes):
    picture = pixels(boundary_picture(np.full((classes, 4, 4), np.nan), dark=False))
    assert (picture == 128).all()


def traces_of(n: int, **changes) -> list[dict]:
    rng = np.random.default_rng(0)
    points = rng.uniform(-6, 6, (n, 2)).astype(np.float32)
    said: dict[str, Any] = {
        "points_y": np.arange(n) % 2,
        "is_val": np.arange(n) % 5 == 0,
        "dark": False,
    }
    return points_traces(points, **(said | changes))


def test_training_points_and_validation_points_differ_in_shape():
    train, val = traces_of(100)
    assert (train["name"], val["name"]) == ("train", "validation")
    assert len(values(train["x"])) == 80
    assert len(values(val["x"])) == 20
    assert train["marker"]["symbol"] != val["marker"]["symbol"]


def test_points_lie_where_they_are_and_wear_the_colour_of_their_class():
    rng = np.random.default_rng(0)
    points = rng.uniform(-6, 6, (100, 2))
    labels = rng.integers(0, 4, 100)
    nobody = np.zeros(100, dtype=bool)
    train, val = points_traces(points, labels, nobody, classes=4, dark=True)
    np.testing.assert_allclose(values(train["x"]), points[:, 0], atol=0.006)
    np.testing.assert_allclose(values(train["y"]), points[:, 1], atol=0.006)
    marker = train["marker"]
    shares = (values(marker["color"]) - marker["cmin"]) / (marker["cmax"] - marker["cmin"])
    stops = {round(stop, 6): colour for stop, colour in marker["colorscale"]}
    drawn = [stops[round(share, 6)] for share in shares]
    assert drawn == [theme.CLASS_COLOURS[label] for label in labels]
    assert len(values(val["x"])) == 0


@both_themes
@pytest.mark.parametrize("task", ["classification", "regression"])
def test_figures_with_and_without_a_picture_are_valid_square_and_of_one_size(task, dark):
    traces = traces_of(50, task=task, dark=dark)
    names = ("0", "1") if task == "classification" else None
    grid = np.zeros((1, 8, 8)) if task == "regression" else np.full((2, 8, 8), 0.5)
    uri = boundary_picture(grid, task=task, dark=dark)
    empty = checked(boundary_figure(None, traces, class_names=names, dark=dark))
    full = checked(boundary_figure(uri, traces, class_names=names, dark=dark))
    for figure, images in ((empty, 0), (full, 1)):
        assert len(figure.data) == 2
        assert len(figure.layout.images) == images
        assert figure.layout.yaxis.scaleanchor == "x"
        assert figure.layout.height == full.layout.height
        assert figure.layout.margin == full.layout.margin


def test_validation_points_can_be_left_out_without_losing_their_trace():
    train, val = traces_of(100, show_validation=False)
    assert len(values(train["x"])) == 80
    assert len(values(val["x"])) == 0


def test_drawing_a_figure_leaves_the_cached_points_as_they_were():
    traces = traces_of(20)
    before = str(traces)
    boundary_figure(None, traces, dark=False).update_traces(opacity=0.1)
    assert str(traces) == before
