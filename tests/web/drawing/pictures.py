"""Drawings and photographs to make ready in the browser and in Python: seeded, of every kind."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmarks._pen_strokes import SIDE, PenDigit, Stroke, on_canvas, render
from nnlab.data.strokes.forms import FORMS
from nnlab.data.strokes.stroke_synthesis import write
from tests.drawing.photographs import photograph

Pixels = NDArray[np.uint8]
PENS = (3, 8, 12, 18, 28, 40)
PAPERS, LIGHTS = (
    ("plain", "lined", "squared"),
    ("even", "falling off", "corner dark", "shadow"),
)


@dataclass(frozen=True)
class Picture:
    """One of them."""

    kind: str
    pixels: Pixels
    """uint8 [h, w, 4]: RGBA."""


def pictures(
    count: int, digits: Sequence[PenDigit], small: NDArray[np.uint8], seed: int = 0
) -> Iterator[Picture]:
    """So many of them, the kinds in turn.

    Args:
        count: how many.
        digits: pen strokes; `lab_digits` where no real ones are there.
        small: digits of few pixels, uint8 [n, h, w], 255 ink: those of MNIST, say.
        seed: another one makes other pictures.
    """
    makers = (
        _canvas, _several, _coloured, _transparent, _pasted,
        _as_it_is, _photograph, _as_jpeg, _touching, _ruled,
    )  # fmt: skip
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        make = makers[number % len(makers)]
        yield Picture(make.__name__.strip("_"), make(rng, digits, small))


def lab_digits(count: int) -> list[PenDigit]:
    """Digits of the lab's own forms as strokes, for where there is no pen's data set."""
    found = []
    for number in range(count):
        form = FORMS[number % len(FORMS)]
        strokes = write(form, 1, np.random.default_rng([7, number]))
        found.append(PenDigit(form.digit, 1, number, tuple(stroke[0] for stroke in strokes)))
    return found


def _one_of(rng: np.random.Generator, digits: Sequence[PenDigit]) -> PenDigit:
    return digits[int(rng.integers(len(digits)))]


def _ink(rng: np.random.Generator, digits: Sequence[PenDigit]) -> Pixels:
    pen = float(rng.choice(PENS))
    return render(on_canvas(_one_of(rng, digits), pen, int(rng.integers(1000))), pen)


def _rgba(grey: NDArray[np.generic], alpha: NDArray[np.generic] | int = 255) -> Pixels:
    values = np.asarray(grey)
    colours = values if values.ndim == 3 else np.stack([values] * 3, axis=-1)
    covers = np.broadcast_to(alpha, values.shape[:2])
    return np.dstack([colours, covers]).astype(np.uint8)


def _canvas(rng: np.random.Generator, digits: Sequence[PenDigit], _small: Pixels) -> Pixels:
    return _rgba(_ink(rng, digits))


def _several(rng: np.random.Generator, digits: Sequence[PenDigit], _small: Pixels) -> Pixels:
    """Two to five in a row, some of them in two rows, in one pen."""
    pen = float(rng.choice(PENS[:4]))
    sheet = np.zeros((SIDE, SIDE) if rng.random() < 0.5 else (500, 700), np.uint8)
    size, x, y = sheet.shape[1] / float(rng.uniform(3, 6)), 4.0, 4.0
    for _digit in range(int(rng.integers(2, 6))):
        strokes = _one_of(rng, digits).strokes
        points = np.concatenate(strokes)
        low = points.min(axis=0)
        scale = size / max(1.0, float((points.max(axis=0) - low).max()))
        moved: list[Stroke] = [np.array([x, y]) + pen + scale * (each - low) for each in strokes]
        side = max(sheet.shape)
        sheet = np.maximum(sheet, render(moved, pen, side)[: sheet.shape[0], : sheet.shape[1]])
        x += size * float(rng.uniform(0.9, 1.4))
        if x + size > sheet.shape[1]:
            x, y = 4.0, y + 1.4 * size
    return _rgba(sheet)


def _coloured(rng: np.random.Generator, digits: Sequence[PenDigit], _small: Pixels) -> Pixels:
    """Ink of one colour on paper of another, enlarged by some."""
    ink = Image.fromarray(_ink(rng, digits))
    ink = ink.resize((int(rng.integers(100, 900)), int(rng.integers(100, 900))))
    share = np.asarray(ink)[..., None] / 255
    dark, light = rng.uniform(0, 90, 3), rng.uniform(160, 255, 3)
    paper, pen = (light, dark) if rng.random() < 0.5 else (dark, light)
    return _rgba(np.round(paper + (pen - paper) * share))


def _transparent(rng: np.random.Generator, digits: Sequence[PenDigit], _small: Pixels) -> Pixels:
    """Strokes on nothing, and sheets with a rim of nothing."""
    ink = _ink(rng, digits)
    if rng.random() < 0.5:
        return _rgba(np.full_like(ink, rng.choice([0, 40, 220, 255])), ink)
    alpha = np.full_like(ink, 255)
    alpha[: int(rng.integers(1, 60))] = rng.choice([0, 128])
    return _rgba(255 - ink, alpha)


def _pasted(rng: np.random.Generator, _digits: Sequence[PenDigit], small: Pixels) -> Pixels:
    """A small digit, large, somewhere on a white or a black sheet."""
    digit = Image.fromarray(small[int(rng.integers(len(small)))])
    side = int(rng.integers(60, 500))
    large = digit.resize(
        (side, side), rng.choice([Image.Resampling.NEAREST, Image.Resampling.BICUBIC])
    )
    sheet = np.zeros((side + int(rng.integers(0, 300)), side + int(rng.integers(0, 300))), np.uint8)
    top, left = (int(rng.integers(0, size - side + 1)) for size in sheet.shape)
    sheet[top : top + side, left : left + side] = np.asarray(large)
    return _rgba(255 - sheet if rng.random() < 0.5 else sheet)


def _as_it_is(rng: np.random.Generator, _digits: Sequence[PenDigit], small: Pixels) -> Pixels:
    """A small digit, or one in lines of a pixel."""
    digit = small[int(rng.integers(len(small)))]
    if rng.random() < 0.3:
        sheet = Image.new("L", (int(rng.integers(20, 41)), int(rng.integers(20, 41))))
        points = rng.uniform(3, min(sheet.size) - 3, (4, 2))
        ImageDraw.Draw(sheet).line(points.ravel().tolist(), fill=255)
        digit = np.asarray(sheet)
    return _rgba(255 - digit if rng.random() < 0.5 else digit)


def _touching(rng: np.random.Generator, digits: Sequence[PenDigit], _small: Pixels) -> Pixels:
    """Two or three in a row, each into the one before."""
    pen, x = float(rng.choice(PENS[1:4])), 10.0
    sheet = np.zeros((SIDE, SIDE), np.uint8)
    for _digit in range(int(rng.integers(2, 4))):
        strokes = _one_of(rng, digits).strokes
        points = np.concatenate(strokes)
        low, high = points.min(axis=0), points.max(axis=0)
        scale = float(rng.uniform(70, 95)) / max(1.0, float((high - low).max()))
        moved: list[Stroke] = [np.array([x, 80.0]) + scale * (each - low) for each in strokes]
        sheet = np.maximum(sheet, render(moved, pen))
        x += scale * float(high[0] - low[0]) + pen * float(rng.uniform(-0.4, 0.9))
    return _rgba(sheet)


def _ruled(rng: np.random.Generator, digits: Sequence[PenDigit], _small: Pixels) -> Pixels:
    """On even paper: ruled or squared, in a frame, in a black plot, or with a dark edge."""
    side = int(rng.integers(250, 700))
    ink = np.asarray(Image.fromarray(_ink(rng, digits)).resize((side, side)))
    sheet = Image.new("L", (side + 60, side + 40), 250)
    pencil, kind = ImageDraw.Draw(sheet), int(rng.integers(4))
    if kind == 0:
        for y in range(20, sheet.height, int(rng.integers(25, 60))):
            pencil.line([(0, y), (sheet.width, y + int(rng.integers(3)))], fill=190, width=2)
        for x in range(15, sheet.width, 50) if rng.random() < 0.5 else ():
            pencil.line([(x, 0), (x, sheet.height)], fill=190)
    elif kind == 1:
        pencil.rectangle([12, 10, side + 45, side + 25], outline=40, width=int(rng.integers(2, 7)))
    elif kind == 2:
        pencil.rectangle([14, 12, side + 44, side + 26], fill=5)
        plot = Image.fromarray(np.full_like(ink, 255))
        sheet.paste(plot, (30, 20), Image.fromarray(ink))
        return _rgba(np.asarray(sheet))
    else:
        pencil.rectangle([0, 0, int(rng.integers(8, 30)), sheet.height], fill=30)
    sheet.paste(Image.fromarray(np.zeros_like(ink)), (30, 20), Image.fromarray(ink))
    return _rgba(np.asarray(sheet))


def _photograph(rng: np.random.Generator, digits: Sequence[PenDigit], _small: Pixels) -> Pixels:
    pen = float(rng.choice(PENS[:4]))
    ink = render(on_canvas(_one_of(rng, digits), pen, int(rng.integers(1000))), pen)
    height, width = int(rng.integers(200, 1000)), int(rng.integers(200, 1000))
    if rng.random() < 0.05:
        height, width = height + 800, width + 700
    large = np.asarray(Image.fromarray(ink).resize((width, height)))
    paper, light = str(rng.choice(PAPERS)), str(rng.choice(LIGHTS))
    return _rgba(photograph(large, paper, light, int(rng.integers(10_000))))


def _as_jpeg(rng: np.random.Generator, digits: Sequence[PenDigit], small: Pixels) -> Pixels:
    """A photograph as a camera keeps it, decoded once."""
    file = io.BytesIO()
    taken = Image.fromarray(_photograph(rng, digits, small)[..., :3])
    taken.save(file, "JPEG", quality=int(rng.integers(60, 95)))
    return _rgba(np.asarray(Image.open(file).convert("RGB")))
