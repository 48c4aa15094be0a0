"""What the browser draws of a network, against what nnlab's Python makes of the same numbers."""

import io
from base64 import b64decode
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page

from nnlab.figures.boundary import boundary_picture, class_palette, diverging_palette
from nnlab.figures.network import neuron_palette, sprite
from nnlab.insight.plane.boundary import plane_points
from nnlab.insight.plane.input_slice import InputSlice

SIDE = 100
PIXELS = """async ({kind, outputs, style}) => {
    const colours = await import("/web/colours.js");
    const arrays = outputs.map((values) => Float32Array.from(values, (v) => v ?? NaN));
    const palette = colours.palette(style.colours);
    const pixels = new Uint32Array(style.pixels);
    if (kind === "plane") colours.paintPlane(pixels, arrays, {...style, colours: palette});
    else {
        const place = {left: 0, top: 0, width: 20, side: 20, every: 1};
        colours[kind](pixels, arrays[0], place, palette);
    }
    return [...new Uint8Array(pixels.buffer)];
}"""


def painted(page: Page, kind: str, outputs: NDArray[np.float32], **style: Any) -> NDArray[np.uint8]:
    """[n, 3]: red, green and blue of each pixel."""
    values = [[None if np.isnan(v) else float(v) for v in row] for row in outputs]
    found = page.evaluate(PIXELS, {"kind": kind, "outputs": values, "style": style})
    return np.array(found, np.uint8).reshape(-1, 4)[:, :3]


def sent(picture: str) -> NDArray[np.uint8]:
    """[n, 3], of a PNG that the server would send."""
    image = Image.open(io.BytesIO(b64decode(picture.partition(",")[2]))).convert("RGB")
    return np.asarray(image).reshape(-1, 3)


def logits(classes: int, seed: int) -> NDArray[np.float32]:
    random = np.random.default_rng(seed)
    found = random.normal(0, 3, (classes, SIDE * SIDE)).astype(np.float32)
    found[0, 5] = np.nan
    return found


@pytest.mark.parametrize("discretize", [False, True])
@pytest.mark.parametrize("classes", [2, 3, 10])
def test_a_plane_of_classes_has_the_colours_that_the_server_would_send(
    page: Page, classes: int, discretize: bool
) -> None:
    given = logits(classes, seed=classes)
    grid = torch.from_numpy(given).softmax(dim=0).numpy().reshape(classes, SIDE, SIDE)
    expected = sent(boundary_picture(grid, discretize=discretize, dark=False))
    palette = class_palette(classes, False) if classes > 2 else diverging_palette(False)
    got = painted(
        page,
        "plane",
        given,
        task="classification",
        limit=1,
        discretize=discretize,
        colours=palette.tobytes().hex(),
        pixels=SIDE * SIDE,
    )
    # A share that lies on the edge between two steps may fall to either.
    assert (got != expected).any(axis=1).mean() < 0.001
    assert len(np.unique(got, axis=0)) >= (3 if discretize else 10)


@pytest.mark.parametrize("discretize", [False, True])
def test_a_plane_of_values_has_the_colours_that_the_server_would_send(
    page: Page, discretize: bool
) -> None:
    given = logits(1, seed=1)
    grid = given.reshape(1, SIDE, SIDE)
    expected = sent(
        boundary_picture(grid, task="regression", limit=2.5, discretize=discretize, dark=True)
    )
    colours = diverging_palette(True).tobytes().hex()
    style = {"task": "regression", "limit": 2.5, "discretize": discretize, "colours": colours}
    got = painted(page, "plane", given, pixels=SIDE * SIDE, **style)
    assert (got != expected).any(axis=1).mean() < 0.001


@pytest.mark.parametrize(("kind", "shape"), [("paintNeuron", (20, 20)), ("paintCurve", (20,))])
def test_a_neuron_has_the_colours_that_the_server_would_send(
    page: Page, kind: str, shape: tuple[int, ...]
) -> None:
    values = np.random.default_rng(3).normal(0, 2, shape).astype(np.float32)
    sheet = sent(sprite([values[None]], dark=False)).reshape(20, -1, 3)
    colours = neuron_palette(False).tobytes().hex()
    got = painted(page, kind, values.reshape(1, -1), colours=colours, pixels=400)
    assert (got.reshape(20, 20, 3) == sheet[:, :20]).all(axis=2).mean() > 0.995


PLACES = """async (space) => {
    const { placesOf } = await import("/web/grid.js");
    return Array.from(placesOf(space).x);
}"""


def test_the_places_of_the_plane_are_those_that_pytorch_is_asked_for(page: Page) -> None:
    got = page.evaluate(PLACES, {"inputs": 2, "extent": [-6, 6], "cut": None})
    expected = plane_points((-6.0, 6.0), SIDE, torch.device("cpu"), torch.float32)
    assert np.abs(np.array(got).reshape(-1, 2) - expected.numpy()).max() < 1e-6


def test_the_places_of_a_tables_plane_are_its_columns_in_their_own_units(page: Page) -> None:
    cut = InputSlice(
        middle=(3.0, 40.0, -1.0), unit=(0.5, 8.0, 0.1), mean=(2.0, 41.0, -1.1), across=2, up=0
    )
    told = {
        "middle": cut.middle,
        "unit": cut.unit,
        "mean": cut.mean,
        "across": cut.across,
        "up": cut.up,
    }
    got = page.evaluate(PLACES, {"inputs": 3, "extent": [-6, 6], "cut": told})
    plane = plane_points((-6.0, 6.0), SIDE, torch.device("cpu"), torch.float32)
    expected = cut.inputs(plane).numpy()
    assert np.abs(np.array(got).reshape(-1, 3) - expected).max() < 1e-4
