"""Strokes and glyphs inked, and prepared as every drawing is."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from nnlab.drawing.preprocess import from_ink

DRAWN = 110
"""Pixels of the longer side when inked: five and a half to one of the network's, hence smooth."""

Picture = NDArray[np.uint8]
"""[28, 28], 0 paper, 255 full ink."""


def inked(strokes: Sequence[NDArray[np.float64]], pen: float) -> Picture:
    """Return the network's input for strokes [n, 2] and a pen (a share of the longer side)."""
    points = np.concatenate(strokes)
    low = points.min(axis=0)
    longer = float((points.max(axis=0) - low).max())
    width = pen * DRAWN
    scale = DRAWN / longer if longer > 0.02 else 0.0
    side = DRAWN + int(width) + 6
    sheet = Image.new("L", (side, side))
    pencil = ImageDraw.Draw(sheet)
    for stroke in strokes:
        placed = ((stroke - low) * scale + (width / 2 + 2)).tolist()
        pencil.line([value for point in placed for value in point], fill=255, width=round(width))
        for x, y in placed:  # round where it turns, and at its ends
            pencil.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
    return prepared(np.asarray(sheet))


def prepared(sheet: NDArray[np.uint8]) -> Picture:
    """Return the network's input for a sheet [h, w], 255 full ink; the sheet holds ink."""
    ink = np.divide(sheet, 255, dtype=np.float32)
    return np.round(255 * from_ink(ink, ink, dark_on_light=False).result).astype(np.uint8)
