"""The drawing of a network: its sprite, its numbers, its words, its bytes."""

import base64
import io
import json
import zlib

import numpy as np
import pytest
from PIL import Image

from nnlab.figures import theme
from nnlab.figures.network import (
    COLUMNS,
    Layer,
    describe_network,
    feature_label,
    network_drawing,
    neuron_palette,
    sprite,
)


def opened(address: str) -> np.ndarray:
    content = base64.b64decode(address.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def small() -> list[Layer]:
    """x₁, x₂ -> 2 hidden -> 1."""
    maps = np.zeros((2, 4, 4), np.float32)
    return [
        Layer("inputs", ("x₁", "x₂"), maps),
        Layer(
            "layer 1",
            ("", ""),
            maps,
            np.array([[0.12345, -2.0], [0.5, 1.0]], np.float32),
            np.array([0.1, -0.2], np.float32),
        ),
        Layer("output", ("ŷ",), maps[:1], np.array([[0.25, -0.75]], np.float32), None),
    ]


@pytest.mark.parametrize("dark", [False, True])
def test_each_tile_shows_its_own_map_orange_below_0_and_blue_above(dark):
    maps = np.zeros((COLUMNS + 1, 4, 4), np.float32)
    maps[0, :, :2], maps[0, :, 2:] = -8, 8  # its own scale: full colour at 8
    maps[1] = 0.5  # half of the least scale, 1
    maps[COLUMNS, 0] = 1  # in the second row of the sprite
    picture = opened(sprite([maps], dark=dark))
    palette = neuron_palette(dark)
    assert picture.shape == (8, 4 * COLUMNS, 3)
    assert tuple(picture[0, 0]) == tuple(palette[0])
    assert tuple(picture[3, 3]) == tuple(palette[20])
    assert tuple(picture[0, 4]) == tuple(palette[15])
    assert tuple(picture[0, 8]) == tuple(palette[10])
    assert tuple(picture[4, 0]) == tuple(palette[20])
    assert tuple(picture[5, 0]) == tuple(palette[10])
    assert tuple(palette[10]) == tuple(theme.rgb(theme.neutral(dark)).astype(int))


def test_what_is_no_number_is_grey_and_spoils_no_other_tile():
    maps = np.zeros((2, 2, 2), np.float32)
    maps[0, 0, 0], maps[1] = np.nan, np.inf
    picture = opened(sprite([maps], dark=False))
    assert tuple(picture[0, 0]) == (128, 128, 128)
    assert tuple(picture[0, 1]) == tuple(neuron_palette(False)[10])
    assert tuple(picture[0, 2]) == (128, 128, 128)


def test_a_curve_is_the_area_between_it_and_0():
    picture = opened(sprite([np.array([[-1.0, 0.0, 0.3, 1.0]], np.float32)], dark=False))
    low, middle, high = (tuple(neuron_palette(False)[i]) for i in (0, 10, 20))
    columns = [[tuple(pixel) for pixel in picture[:, column]] for column in range(4)]
    assert columns[0] == [middle, middle, low, low]
    assert columns[1] == [middle] * 4
    assert columns[2] == [middle, high, middle, middle]
    assert columns[3] == [high, high, middle, middle]


def test_weights_and_biases_come_row_by_row_in_three_digits():
    drawing = network_drawing(small(), picked=(1, 0, 1), dark=False)
    assert drawing["weights"] == [[0.123, -2.0, 0.5, 1.0], [0.25, -0.75]]
    assert drawing["biases"] == [[0.1, -0.2], None]
    assert drawing["picked"] == [1, 0, 1]
    assert [layer["title"] for layer in drawing["layers"]] == ["inputs", "layer 1", "output"]
    json.loads(json.dumps(drawing, allow_nan=False))


def test_a_weight_that_is_no_number_is_sent_as_none():
    layers = small()
    assert layers[2].weights is not None
    layers[2].weights[0, 0] = np.nan
    drawing = network_drawing(layers, dark=False)
    assert drawing["weights"][1] == [None, -0.75]
    json.dumps(drawing, allow_nan=False)


def test_the_words_name_the_layers_and_the_largest_weight():
    words = describe_network(small())
    assert "inputs 2, layer 1 2, output 1" in words
    assert "largest weight is −2 from input x₂ to layer 1 neuron 1" in words


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("x1", "x₁"),
        ("x2^2", "x₂²"),
        ("x1*x2", "x₁x₂"),
        ("sin(x1)", "sin x₁"),
        ("cos(x2)", "cos x₂"),
    ],
)
def test_a_feature_is_written_as_one_reads_it(name, label):
    assert feature_label(name) == label


def test_six_layers_of_eight_take_at_most_nine_kilobytes_a_frame():
    rng = np.random.default_rng(0)
    x1, x2 = np.meshgrid(np.linspace(-6, 6, 20), np.linspace(6, -6, 20))
    sizes, layers = (2, *[8] * 6, 2), []
    grids = np.stack([x1, x2])
    for depth, size in enumerate(sizes):
        labels = tuple(str(unit) for unit in range(size))
        if depth == 0:
            layers.append(Layer("inputs", labels, grids.astype(np.float32)))
            continue
        weights, bias = rng.normal(0, 0.9, (size, len(grids))), rng.normal(0, 0.5, size)
        grids = np.tanh(np.einsum("us,shw->uhw", weights, grids) + bias[:, None, None])
        maps, w, b = (values.astype(np.float32) for values in (grids, weights, bias))
        layers.append(Layer(f"layer {depth}", labels, maps, w, b))
    drawing = network_drawing(layers, dark=False)
    packed = zlib.compress(json.dumps(drawing, separators=(",", ":")).encode())
    assert sum(len(layer["labels"]) for layer in drawing["layers"]) == 52
    assert 4_000 < len(packed) <= 9_000
