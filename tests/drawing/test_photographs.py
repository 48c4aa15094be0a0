"""A digit photographed on any paper under any light is the digit that was written."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from nnlab.drawing import split, steps, to_network_input
from tests.drawing.photographs import photograph

TWO = [(130, 150), (150, 115), (200, 105), (235, 140), (220, 190), (130, 290), (245, 288)]


def written(pen: int, size: tuple[int, int] = (400, 480)) -> np.ndarray:
    """A 2 a little above the middle, uint8 [h, w], 255 ink."""
    picture = Image.new("L", size, 0)
    ImageDraw.Draw(picture).line(TWO, fill=255, width=pen, joint="curve")
    return np.asarray(picture)


@pytest.mark.parametrize(
    ("paper", "light"),
    [
        ("plain", "shadow"),
        ("lined", "even"),
        ("lined", "falling off"),
        ("squared", "corner dark"),
        ("squared", "shadow"),
    ],
)
def test_only_the_ink_is_found_and_where_it_is(paper: str, light: str):
    ink = written(pen=7)
    rows, columns = np.nonzero(ink)
    found = steps(photograph(ink, paper, light))
    assert found.dark_on_light
    expected = (rows.min(), columns.min(), rows.max() + 1, columns.max() + 1)
    assert np.abs(np.array(found.box) - expected).max() <= 4
    solid = found.ink > 0.5
    assert (solid & (ink > 0)).sum() > 0.8 * (ink > 0).sum()
    far = np.asarray(
        Image.fromarray(np.uint8(255 * (ink > 0))).resize((100, 120)).resize((400, 480))
    )
    assert (solid & (far == 0)).sum() <= 0.03 * solid.sum()
    assert len(split(photograph(ink, paper, light))) == 1


@pytest.mark.parametrize("light", ["even", "shadow"])
def test_the_network_receives_what_it_would_of_the_ink_alone(light: str):
    for pen in (7, 20):
        ink = written(pen)
        expected = to_network_input(ink)
        received = to_network_input(photograph(ink, "squared", light))
        assert np.abs(received - expected).sum() < 0.2 * expected.sum()


def test_chalk_on_a_board_is_light_on_dark():
    board = 255 - photograph(written(pen=9), "plain", "corner dark")
    found = steps(board)
    assert not found.dark_on_light
    expected = to_network_input(written(pen=9))
    assert np.abs(found.result - expected).sum() < 0.2 * expected.sum()


def test_two_photographed_digits_are_parted():
    ink = np.hstack([written(pen=7), written(pen=9)])
    pieces = split(photograph(ink, "lined", "falling off"))
    assert len(pieces) == 2
    assert pieces[0].box[3] < 400 < pieces[1].box[1]
