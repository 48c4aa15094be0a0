"""Evidence for and against a class, and changed pixels, drawn over the digit."""

import numpy as np
from PIL import Image

from nnlab.figures import theme
from nnlab.figures.picture import encode

FOR, AGAINST = "#56B4E9", theme.ORANGE
"""Blue and orange as everywhere; the lighter blue, since a digit's ground is black."""
DIMMED = 0.42
"""The digit beneath, so that the colours upon it are seen."""
GAMMA = 0.6
"""Small shares are seen, too."""


def attribution_picture(shares: np.ndarray, picture: np.ndarray, *, scale: int = 10) -> bytes:
    """The digit, dim, and over it what speaks for (blue) and against (orange): PNG.

    Args:
        shares: float [h, w]; the largest, by its size, gets full colour. Not finite: no colour.
        picture: float [h, w] in 0..1.
        scale: pixels of the PNG for each pixel.
    """
    known = np.nan_to_num(shares.astype(np.float64), posinf=0, neginf=0)
    largest = float(np.abs(known).max())
    strength = (np.abs(known) / largest) ** GAMMA if largest > 0 else np.zeros_like(known)
    ground = (DIMMED * 255 * np.nan_to_num(picture).clip(0, 1))[..., None]
    colour = np.where((known > 0)[..., None], theme.rgb(FOR), theme.rgb(AGAINST))
    mixed = ground + strength[..., None] * (colour - ground)
    pixels = np.rint(mixed).astype(np.uint8).repeat(scale, axis=0).repeat(scale, axis=1)
    return encode(Image.fromarray(pixels))
