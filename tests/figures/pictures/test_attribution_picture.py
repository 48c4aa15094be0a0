import base64
import io

import numpy as np
from PIL import Image

from nnlab.figures.pictures.attribution import AGAINST, DIMMED, FOR, attribution_picture
from nnlab.figures.pictures.feature_maps import maps_sheet
from nnlab.figures.theme import rgb


def pixels(png: bytes | str) -> np.ndarray:
    content = png if isinstance(png, bytes) else base64.b64decode(png.partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(content)))


def test_what_speaks_for_is_blue_what_speaks_against_orange_and_the_rest_the_dim_digit() -> None:
    shares = np.array([[2.0, -2.0], [0.0, 0.0]])
    picture = np.array([[0.0, 1.0], [1.0, 0.0]])
    drawn = pixels(attribution_picture(shares, picture, scale=3))
    assert drawn.shape == (6, 6, 3)
    assert drawn[0, 0].tolist() == rgb(FOR).tolist()
    assert drawn[0, 5].tolist() == rgb(AGAINST).tolist()
    assert drawn[5, 0].tolist() == [round(DIMMED * 255)] * 3
    assert drawn[5, 5].tolist() == [0, 0, 0]


def test_no_attribution_at_all_leaves_the_dim_digit() -> None:
    picture = np.array([[0.0, 1.0]])
    for nothing in (np.zeros((1, 2)), np.full((1, 2), np.nan)):
        drawn = pixels(attribution_picture(nothing, picture, scale=1))
        assert drawn[0, :, 0].tolist() == [0, round(DIMMED * 255)]


def test_each_map_stands_at_its_place_in_the_sheet() -> None:
    values = np.zeros((3, 2, 2))
    values[0, 0, 1], values[1, 1, 0], values[2, 0, 0] = 1.0, -0.5, np.nan
    sheet = pixels(maps_sheet(values, columns=2, zoom=2))
    assert sheet.shape == (4 + 1 + 4, 4 + 1 + 4, 4)
    assert sheet[1, 3].tolist() == [*rgb(FOR), 255]
    assert sheet[2, 5].tolist() == [*np.rint(rgb(AGAINST) / 2), 255]
    assert sheet[5, 0].tolist() == [128, 128, 128, 255]
    assert sheet[0, 0].tolist() == [0, 0, 0, 255]
    assert (sheet[:, 4, 3] == 0).all()
    assert (sheet[5:, 5:, 3] == 0).all()


def test_greys_go_from_black_to_white() -> None:
    sheet = pixels(maps_sheet(np.array([[[0.0, 0.5, 1.0]]]), columns=1, grey=True))
    assert sheet[0, :, 0].tolist() == [0, 128, 255]
