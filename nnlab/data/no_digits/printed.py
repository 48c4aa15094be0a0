"""Letters and signs of printed fonts, bent a little: those that matplotlib brings along."""

import string
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from nnlab.data.no_digits.ink import Picture, prepared

LEARNED = (
    "DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono", "DejaVuSansMono-Bold",
    "DejaVuSansMono-Oblique", "cmr10", "cmss10", "cmtt10", "cmmi10",
)  # fmt: skip
"""The fonts that train the detector."""
KEPT_APART = (
    "STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "DejaVuSerif", "DejaVuSerif-Bold",
    "DejaVuSerif-Italic", "cmti10", "cmb10",
)  # fmt: skip
"""The fonts that it is measured with."""

AS_DIGITS = "OoIl"
"""Letters that nothing tells from 0 and 1."""
NEARLY = "SsZzBbGgqDQy"
"""Letters that people write nearly as 5, 2, 8, 6, 9, 0 and 4."""
LETTERS = "".join(letter for letter in string.ascii_letters if letter not in AS_DIGITS + NEARLY)
OTHERS = "αβγδεζηλμξπστφχψωΓΔΛΞΠΣΦΨΩДЖИЙЛФЦШЩЪЫЭЮЯ?!@#&%$*+=<>^{}[]"
"""Letters of other alphabets, and signs; only DejaVu has them all."""
NEARLY_SHARE, OTHERS_SHARE = 0.1, 0.25

EM = 96
"""Pixels of a font's size."""
ROOM = 40
"""Pixels of paper around a glyph."""


def printed(fonts: Sequence[str], rng: np.random.Generator) -> Picture:
    """A letter or sign of one of the fonts."""
    name = str(rng.choice(np.array(fonts)))
    chance = rng.random()
    signs = LETTERS
    if chance < NEARLY_SHARE:
        signs = NEARLY
    elif chance < NEARLY_SHARE + OTHERS_SHARE and name.startswith("DejaVu"):
        signs = OTHERS
    return glyph(font_file(name), str(rng.choice(list(signs))), rng)


def glyph(font: str, sign: str, rng: np.random.Generator) -> Picture:
    """One sign of a font (its file), leant, turned, stretched, thicker or thinner."""
    sheet = _set(font, sign)
    across, down = np.exp(rng.normal(0, 0.15, 2))
    lean, angle = rng.normal(0, 0.12), np.deg2rad(rng.normal(0, 5))
    matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    matrix = matrix @ np.array([[across, lean], [0, down]])
    middle = np.array(sheet.size) / 2
    shift = middle - matrix @ middle
    rows = (*matrix[0], shift[0], *matrix[1], shift[1])
    bent = sheet.transform(sheet.size, Image.Transform.AFFINE, rows, Image.Resampling.BILINEAR)
    reach = int(rng.choice([0, 0, 3, 5, 7]))
    if reach:
        bent = bent.filter(ImageFilter.MaxFilter(reach))
    return prepared(np.asarray(bent))


def font_file(name: str) -> str:
    """Return the path of a font of matplotlib, which captum requires."""
    import matplotlib  # half a second, and no page sets type

    return str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf")


@lru_cache(maxsize=4096)
def _set(font: str, sign: str) -> Image.Image:
    opened = _open(font)
    left, top, right, bottom = (round(edge) for edge in opened.getbbox(sign))
    size = (right - left + 2 * ROOM, bottom - top + 2 * ROOM)
    sheet = Image.new("L", size)
    ImageDraw.Draw(sheet).text((ROOM - left, ROOM - top), sign, fill=255, font=opened)
    return sheet


@lru_cache(maxsize=64)
def _open(font: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font, EM)


def printed_digits(
    fonts: Sequence[str], count: int, seed: int
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Digits of the fonts, uint8 [count, 28, 28], and their labels: print is a hand, too."""
    rng = np.random.default_rng([seed, count])
    labels = rng.integers(0, 10, count)
    chosen = rng.choice(np.array(fonts), count)
    pictures = [
        glyph(font_file(str(font)), str(digit), rng)
        for font, digit in zip(chosen, labels, strict=True)
    ]
    return np.stack(pictures), labels
