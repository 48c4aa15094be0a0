"""Real pen strokes, replayed on a canvas as the page of drawing has one.

UCI *Pen-Based Recognition of Handwritten Digits*, original version (E. Alpaydin and F. Alimoglu,
1998): 7,494 digits by 30 writers, as trajectories of a pen on a tablet. Nothing in the lab learns
from them: they are what it is measured with.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnlab.errors import DataUnavailableError

FILE = "pen-strokes/pendigits-orig.tra"
SIDE = 280
"""Pixels: height and width of the canvas."""
SMALLEST, LARGEST = 120, 220
"""Pixels: the longer side of a digit on the canvas, from pen centre to pen centre."""
PENS = (8, 18, 28)
"""Pixels: how wide a pen is; the page's own is 18 wide."""

Stroke = NDArray[np.float64]
"""[n, 2]: x to the right and y down, in pixels of the canvas or in units of the tablet."""


@dataclass(frozen=True)
class PenDigit:
    """One digit as it was written."""

    label: int
    writer: int
    """1 to 30."""
    number: int
    """Its place in the file, from 0."""
    strokes: tuple[Stroke, ...]
    """In units of the tablet, y down."""


def find(*homes: Path) -> Path:
    """The file in the first of the data directories that has it.

    Raises:
        DataUnavailableError: none has.
    """
    for home in homes:
        if (home / FILE).is_file():
            return home / FILE
    raise DataUnavailableError(
        f"The pen strokes are in none of {', '.join(str(home / FILE) for home in homes)}: get"
        " pendigits-orig.tra.Z of UCI's 'Pen-Based Recognition of Handwritten Digits', unpack it"
        " there, or set NNLAB_DATA_DIR."
    )


def read(path: Path) -> list[PenDigit]:
    """All digits of a UNIPEN file, in its order."""
    return list(_digits(path.read_text(encoding="latin-1").splitlines()))


def _digits(lines: list[str]) -> Iterator[PenDigit]:
    label, writer, number = -1, -1, -1
    strokes: list[Stroke] = []
    points: list[tuple[float, float]] = []
    for line in [*lines, ".SEGMENT"]:
        words = line.split()
        if not words:
            continue
        match words[0]:
            case ".SEGMENT":
                if strokes:
                    yield PenDigit(label, writer, number, tuple(strokes))
                if len(words) > 1:
                    label, number, strokes = int(words[-1].strip('"')), number + 1, []
            case ".COMMENT":  # the digit, the writer, how many points
                writer = int(words[2])
            case ".PEN_DOWN":
                points = []
            case ".PEN_UP":
                if points:
                    strokes.append(np.array(points))
            case word if not word.startswith("."):
                points.append((float(words[0]), -float(words[1])))


def on_canvas(digit: PenDigit, pen: float, seed: int = 0) -> list[Stroke]:
    """Its strokes in pixels of the canvas, as large and where somebody might draw it.

    The longer side is `SMALLEST` to `LARGEST`, the place anywhere that keeps the pen on the
    canvas; both are drawn by the seed and the digit's number, the size alike for every pen.
    """
    rng = np.random.default_rng([seed, digit.number])
    points = np.concatenate(digit.strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    scale = rng.uniform(SMALLEST, LARGEST) / max(1.0, float((high - low).max()))
    free = SIDE - pen - 2 - scale * (high - low)
    corner = pen / 2 + 1 + rng.random(2) * free
    return [corner + scale * (stroke - low) for stroke in digit.strokes]


def render(strokes: list[Stroke], pen: float, side: int = SIDE) -> NDArray[np.uint8]:
    """White on black as a browser's canvas draws it: round caps and joins, antialiased.

    Coverage is taken from the distance to the nearest segment, 1 inside the pen and falling to 0
    over the pixel on its edge. uint8 [side, side].
    """
    nearest = np.full((side, side), np.inf)
    reach = pen / 2 + 1
    for stroke in strokes:
        starts, ends = (stroke[:-1], stroke[1:]) if len(stroke) > 1 else (stroke, stroke)
        for start, end in zip(starts, ends, strict=True):
            left, top = np.floor(np.clip(np.minimum(start, end) - reach, 0, side)).astype(int)
            right, bottom = np.ceil(np.clip(np.maximum(start, end) + reach, 0, side)).astype(int)
            x = np.arange(left, right) + 0.5 - start[0]
            y = np.arange(top, bottom)[:, None] + 0.5 - start[1]
            along = end - start
            length = float(along @ along)
            share = np.clip((x * along[0] + y * along[1]) / length, 0, 1) if length else 0.0
            distance = np.hypot(x - share * along[0], y - share * along[1])
            window = nearest[top:bottom, left:right]
            np.minimum(window, distance, out=window)
    return np.round(255 * np.clip(pen / 2 + 0.5 - nearest, 0, 1)).astype(np.uint8)
