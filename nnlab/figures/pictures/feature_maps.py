"""A layer's output, as one picture of all its maps or units."""

import base64

import numpy as np
from PIL import Image

from nnlab.figures import theme
from nnlab.figures.picture import encode
from nnlab.figures.pictures.attribution import AGAINST, FOR

GAP = 1
"""Pixels between two maps."""


def maps_sheet(values: np.ndarray, *, columns: int, zoom: int = 1, grey: bool = False) -> str:
    """All maps of a layer, as `maps_png` draws them, as a `data:` address."""
    encoded = base64.b64encode(maps_png(values, columns=columns, zoom=zoom, grey=grey))
    return f"data:image/png;base64,{encoded.decode('ascii')}"


def maps_png(values: np.ndarray, *, columns: int, zoom: int = 1, grey: bool = False) -> bytes:
    """All maps of a layer row by row, as a PNG.

    Args:
        values: float [n, h, w]. 0 is black, above 0 blue, below 0 orange; the largest value of the
            layer, by its size, has full colour, so that its maps can be compared.
        columns: maps in a row.
        zoom: pixels of the PNG for each value.
        grey: 0..1 from black to white instead.

    Returns:
        The file; the picture is columns · (w · zoom + GAP) - GAP wide. Between maps, and where
        the last row has none, it is transparent.
    """
    count, high, wide = values.shape
    columns = min(columns, count)
    rows = -(-count // columns)
    tile_high, tile_wide = high * zoom + GAP, wide * zoom + GAP
    sheet = np.zeros((rows * tile_high - GAP, columns * tile_wide - GAP, 4), np.uint8)
    coloured = _coloured(values, grey).repeat(zoom, axis=1).repeat(zoom, axis=2)
    for i, tile in enumerate(coloured):
        top, left = (i // columns) * tile_high, (i % columns) * tile_wide
        sheet[top : top + high * zoom, left : left + wide * zoom, :3] = tile
        sheet[top : top + high * zoom, left : left + wide * zoom, 3] = 255
    return encode(Image.fromarray(sheet))


def _coloured(values: np.ndarray, grey: bool) -> np.ndarray:
    """uint8 [n, h, w, 3]; what is no number is a middle grey."""
    finite = np.isfinite(values)
    known = np.where(finite, values, 0).astype(np.float64)
    if grey:
        shade = np.rint(known.clip(0, 1) * 255)[..., None].repeat(3, axis=3)
    else:
        largest = float(np.abs(known).max(initial=0)) or 1.0
        colour = np.where((known > 0)[..., None], theme.rgb(FOR), theme.rgb(AGAINST))
        shade = np.rint((np.abs(known) / largest)[..., None] * colour)
    return np.where(finite[..., None], shade, 128).astype(np.uint8)
