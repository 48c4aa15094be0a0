import base64
import io

import numpy as np
import pytest
from PIL import Image

from nnlab.figures import theme
from nnlab.figures.difference import describe_difference, difference_picture


def pixels(uri: str) -> np.ndarray:
    content = base64.b64decode(uri.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).astype(int)


def two(of_class_1: list[float]) -> np.ndarray:
    p = np.array([of_class_1])
    return np.stack([1 - p, p])


@pytest.mark.parametrize("dark", [False, True])
def test_two_classes_go_from_orange_over_neutral_to_blue_by_who_is_surer_of_class_1(dark):
    row = pixels(
        difference_picture(
            two([0.0, 0.6, 1.0]), two([1.0, 0.6, 0.0]), task="classification", dark=dark
        )
    )[0]
    neutral = theme.rgb(theme.neutral(dark))
    assert np.abs(row[1] - neutral).max() <= 1
    towards_orange = (row[0] - neutral) @ (theme.rgb(theme.ORANGE) - neutral)
    towards_blue = (row[2] - neutral) @ (theme.rgb(theme.BLUE) - neutral)
    assert towards_orange > 1000
    assert towards_blue > 1000
    assert (row[0] - row[2]) @ (theme.rgb(theme.ORANGE) - theme.rgb(theme.BLUE)) > 0


def test_of_three_classes_only_where_the_class_is_another_there_is_colour_and_it_is_ours():
    ours = np.array([[0.8, 0.1, 0.1], [0.6, 0.3, 0.1]]).T[:, None, :]
    theirs = np.array([[0.1, 0.1, 0.8], [0.4, 0.3, 0.3]]).T[:, None, :]
    disagree, agree = pixels(difference_picture(ours, theirs, task="classification", dark=False))[0]
    neutral = theme.rgb(theme.neutral(False))
    assert np.abs(agree - neutral).max() <= 1, "same class, though other probabilities"
    way = theme.rgb(theme.CLASS_COLOURS[0]) - neutral
    share = (disagree - neutral) / np.where(way == 0, 1, way)
    # total variation ½(0.7 + 0 + 0.7) = 0.7, in twelfths 8/12, of a strength of 0.65
    assert share[np.abs(way) > 50] == pytest.approx(0.65 * 8 / 12, abs=0.02)


def test_values_are_subtracted():
    ours, theirs = np.array([[[0.5, -2.0]]]), np.array([[[0.5, 2.0]]])
    same, less = pixels(difference_picture(ours, theirs, task="regression", limit=4, dark=False))[0]
    assert np.abs(same - theme.rgb(theme.neutral(False))).max() <= 1
    assert less[0] > less[2], "orange: ours is lower"


def test_what_is_no_number_is_grey():
    grid = two([np.nan])
    assert pixels(difference_picture(grid, two([0.5]), task="classification", dark=False))[
        0, 0
    ].tolist() == [128, 128, 128]
    assert "not numbers" in describe_difference(grid, two([0.5]), task="classification")


def test_the_words_count_what_is_named_otherwise():
    said = describe_difference(
        two([0.9, 0.9, 0.1, 0.2]), two([0.9, 0.1, 0.1, 0.2]), task="classification"
    )
    assert said == (
        "They predict different classes on 25.0% of the plane; on average their probabilities"
        " differ by 20.0%."
    )
    values = describe_difference(
        np.array([[[1.0, 3.0]]]), np.array([[[0.0, 0.0]]]), task="regression"
    )
    assert "differ by 2 on average" in values
    assert "3 at most" in values
