"""Drawn digits as pictures: the strokes inked by a pen and prepared as every drawing is."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from nnlab.data.strokes.editions import EDITIONS, Edition
from nnlab.data.strokes.forms import Form
from nnlab.data.strokes.inks import on_paper, pressed
from nnlab.data.strokes.stroke_synthesis import Strokes, write
from nnlab.drawing.preprocess import from_ink

DRAWN = 110
"""Pixels of the longer side when inked: five and a half to one of the network's, hence smooth."""


def draw_digits(
    count: int, seed: int, edition: int = 1
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Pictures uint8 [count, 28, 28] and their labels, as many of each digit, in random order.

    The same seed and edition give the same pictures.
    """
    chosen = EDITIONS[edition]
    pictures = np.empty((count, 28, 28), np.uint8)
    labels = np.empty(count, np.int64)
    places = np.random.default_rng([seed, 0]).permutation(count)
    done = 0
    for number, (form, many) in enumerate(_shares(count, chosen), start=1):
        rng = np.random.default_rng([seed, number])
        pens = _pens(chosen, many, rng)
        strokes = write(form, many, rng, chosen.habits)
        for picture in inked(strokes, pens, rng if chosen.inks else None):
            pictures[places[done]] = np.round(255 * picture)
            labels[places[done]] = form.digit
            done += 1
    return pictures, labels


def _shares(count: int, edition: Edition) -> Iterator[tuple[Form, int]]:
    """How many of each form: digits alike, forms of a digit by their share."""
    for digit in range(10):
        forms = [form for form in edition.forms if form.digit == digit]
        whole = count * (digit + 1) // 10 - count * digit // 10
        bounds = np.cumsum([0.0, *(form.share for form in forms)])
        ends = np.round(whole * bounds / bounds[-1]).astype(int)
        yield from zip(forms, (int(n) for n in np.diff(ends)), strict=True)


def _pens(edition: Edition, count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Widths as shares of the longer side; those with inks are as often half as twice as wide."""
    low, high = edition.pens
    if edition.inks:
        return np.exp(rng.uniform(np.log(low), np.log(high), count))
    return rng.uniform(low, high, count)


def inked(
    strokes: Strokes, pens: NDArray[np.float64], rng: np.random.Generator | None
) -> Iterator[NDArray[np.float32]]:
    """float32 [28, 28] in [0, 1] for each drawing; with `rng` by pens and on paper of all sorts."""
    everything = np.concatenate(strokes, axis=1)
    low, high = everything.min(axis=1), everything.max(axis=1)
    scale = DRAWN / np.maximum((high - low).max(axis=1), 1)
    for one, pen in enumerate(pens * DRAWN):
        side = DRAWN + int(pen) + 6
        sheet = Image.new("L", (side, side))
        pencil = ImageDraw.Draw(sheet)
        for stroke in strokes:
            points = (stroke[one] - low[one]) * scale[one] + (pen / 2 + 2)
            if rng is not None:
                pressed(pencil, points, pen, rng)
                continue
            pencil.line(points.ravel().tolist(), fill=255, width=round(pen))
            for x, y in points.tolist():
                pencil.ellipse((x - pen / 2, y - pen / 2, x + pen / 2, y + pen / 2), fill=255)
        ink = np.divide(np.asarray(sheet), 255, dtype=np.float32)
        if rng is not None:
            ink = on_paper(ink, rng)
        yield from_ink(ink, ink, dark_on_light=False).result
