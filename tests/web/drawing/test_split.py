"""Pixels made ready in the browser are what nnlab/drawing makes of them, to 1/255 of each pixel."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from sklearn.datasets import load_digits

from benchmarks._pen_strokes import PenDigit
from nnlab.config import Images
from nnlab.data.images import load_test
from nnlab.drawing import EmptyDrawingError, split
from tests.web.drawing.pictures import Picture, lab_digits, pictures
from tests.web.modules import Modules

CLOSE = 1 / 255
SPLIT = """async (pictures) => {
  const { splitAll } = await import("/tests/drawing/made_ready.js");
  return splitAll(pictures);
}"""


@dataclass
class Comparison:
    """What came out of all pictures."""

    read: int = 0
    """Digits, of pictures that both took."""
    empty: int = 0
    """Pictures on which both find nothing."""
    left: int = 0
    """Pictures that the browser leaves to the server."""
    largest: float = 0.0
    """Difference of a pixel, in [0, 1]."""
    wrong: list[str] = field(default_factory=list)


def compare(page: Modules, several: Iterable[Picture]) -> Comparison:
    """Each picture by both."""
    found = Comparison()
    for number, picture in enumerate(several):
        (ours,) = page.evaluate(SPLIT, [to_json(picture.pixels)])
        try:
            theirs = split(picture.pixels)
        except EmptyDrawingError:
            theirs = []
        if "left" in ours:
            found.left += 1
            continue
        pieces = ours.get("pieces", [])
        found.empty += not pieces and not theirs
        boxes = [tuple(piece["box"]) for piece in pieces]
        if boxes != [piece.box for piece in theirs]:
            found.wrong.append(f"{picture.kind} {number}: boxes {boxes}")
            continue
        for ours_made, piece in zip(pieces, theirs, strict=True):
            apart = float(np.abs(result_of(ours_made) - piece.made.result).max())
            found.largest = max(found.largest, apart)
            found.read += 1
            if not apart <= CLOSE:
                found.wrong.append(f"{picture.kind} {number}: {apart:.3g} apart")
    return found


def to_json(pixels: NDArray[np.uint8]) -> dict[str, object]:
    height, width, _channels = pixels.shape
    return {
        "width": width,
        "height": height,
        "data": base64.b64encode(np.ascontiguousarray(pixels).tobytes()).decode(),
    }


def result_of(piece: dict[str, str]) -> NDArray[np.float32]:
    return np.frombuffer(base64.b64decode(piece["result"]), "<f4").reshape(28, 28)


def test_drawings_and_photographs_are_made_ready_as_python_makes_them(page: Modules) -> None:
    small = np.round(load_digits().images * (255 / 16)).astype(np.uint8)
    found = compare(page, pictures(40, lab_digits(100), small))
    assert found.wrong == []
    assert found.read >= 40
    assert found.left == 0


@pytest.mark.proof
def test_a_thousand_of_real_hands_are_made_ready_as_python_makes_them(
    page: Modules, pen_digits: list[PenDigit], datasets_dir: Path
) -> None:
    mnist = load_test(Images(kind="mnist"), datasets_dir)
    assert mnist is not None
    small = np.round(255 * mnist.x[:, 0].numpy()).astype(np.uint8)
    found = compare(page, pictures(1000, pen_digits, small, seed=1))
    print(f"{found.read:,} digits, the largest difference {found.largest:.3g}")
    print(f"empty: {found.empty}, left to the server: {found.left}")
    assert found.wrong == []
    assert found.read >= 1000
    assert found.left <= 10


@pytest.mark.parametrize(
    ("width", "height"), [(1, 1), (1, 40), (3, 3), (57, 57), (1700, 20), (800, 801)]
)
def test_pictures_of_odd_sizes_are_made_ready_or_left_to_the_server(
    page: Modules, width: int, height: int
) -> None:
    sheet = Image.new("RGB", (width, height), "white")
    line = [(width * 0.3, height * 0.3), (width * 0.6, height * 0.7)]
    ImageDraw.Draw(sheet).line(line, fill="black", width=max(1, width // 20))
    noise = np.random.default_rng(width).integers(0, 256, (height, width, 3), np.uint8)
    for pixels in (np.asarray(sheet), noise):
        opaque = np.dstack([pixels, np.full((height, width), 255, np.uint8)])
        assert compare(page, [Picture("odd", opaque)]).wrong == []


def test_what_shows_nothing_is_empty_in_both(page: Modules) -> None:
    blank = np.full((280, 280, 4), 255, np.uint8)
    nothing = np.zeros((40, 50, 4), np.uint8)
    faint = blank.copy()
    faint[100:150, 100:120, :3] = 245
    found = compare(page, [Picture("empty", each) for each in (blank, nothing, faint)])
    assert (found.empty, found.wrong) == (3, [])
