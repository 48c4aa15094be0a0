"""Photographs of digits on paper as a phone takes them, made by code: the ink is known."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage


def photograph(
    ink: NDArray[np.uint8], paper: str, light: str, seed: int = 0, pen_darkness: float = 0.65
) -> NDArray[np.uint8]:
    """The ink (uint8 [h, w], 255 where it is) on paper under a light: uint8 [h, w, 3].

    Paper: plain, lined, squared. Light: even, falling off, corner dark, shadow. A little out of
    focus, with the grain of paper and sensor.
    """
    rng = np.random.default_rng(seed)
    height, width = ink.shape
    row, column = np.mgrid[0:height, 0:width] / max(height, width)
    lamp = {
        "even": np.full(ink.shape, 0.82),
        "falling off": 0.9 - 0.4 * (0.7 * column + 0.3 * row),
        "corner dark": 0.9 - 0.45 * ((row - 0.35) ** 2 + (column - 0.45) ** 2),
        "shadow": _shadow(ink.shape),
    }[light]
    reflected = lamp * (1 - 0.25 * _ruling(ink.shape, paper)) * (1 - pen_darkness * _soft(ink))
    fibres = _blurred(rng.normal(0, 1, ink.shape), 2.0)
    grey = reflected * (1 + 0.02 * fibres / fibres.std()) + rng.normal(0, 0.012, ink.shape)
    tinted = grey[..., None] * np.array([1.0, 0.98, 0.93])
    return np.round(255 * np.clip(tinted, 0, 1)).astype(np.uint8)


def _ruling(shape: tuple[int, int], paper: str) -> NDArray[np.float64]:
    """The lines of the paper, 1 where one is: eleven to a page, a little askew."""
    height, width = shape
    sheet = Image.new("L", (width, height))
    pencil = ImageDraw.Draw(sheet)
    pitch, thick, lean = max(shape) // 11, max(1, max(shape) // 250), height // 60
    for y in range(pitch // 2, height + lean, pitch) if paper != "plain" else ():
        pencil.line([(0, y), (width, y - lean)], fill=255, width=thick)
    for x in range(pitch // 2, width + lean, pitch) if paper == "squared" else ():
        pencil.line([(x, 0), (x + lean, height)], fill=255, width=thick)
    return _soft(np.asarray(sheet))


def _shadow(shape: tuple[int, int]) -> NDArray[np.float64]:
    """The photographer's hand darkens a corner; its edge is soft."""
    height, width = shape
    sheet = Image.new("L", (width, height))
    ImageDraw.Draw(sheet).polygon(
        [(width, height * 0.35), (width, height), (width * 0.2, height)], fill=255
    )
    return 0.88 - 0.3 * _blurred(np.asarray(sheet) / 255, max(shape) / 40)


def _soft(ink: NDArray[np.uint8]) -> NDArray[np.float64]:
    return _blurred(ink / 255, max(ink.shape) / 500)


def _blurred(values: NDArray[np.float64], radius: float) -> NDArray[np.float64]:
    return ndimage.gaussian_filter(values, radius)
