"""Pictures of what is no digit, of every kind, as a network receives them."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from nnlab.data.no_digits import letters, signs
from nnlab.data.no_digits.ink import Picture, inked
from nnlab.data.no_digits.printed import LEARNED, printed
from nnlab.data.no_digits.scribbles import scribble
from nnlab.data.no_digits.several import several
from nnlab.data.strokes.forms import Form
from nnlab.data.strokes.stroke_synthesis import write

PENS = (0.07, 0.25)
"""The width of the pen as a share of the longer side."""
SHARES: Mapping[str, float] = {
    "letters": 0.44,
    "signs": 0.16,
    "scribbles": 0.14,
    "printed": 0.12,
    "several": 0.14,
}
"""The kinds of pictures that are no digits, and the share of each."""


def draw_no_digits(
    count: int, seed: int, digits: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], list[str]]:
    """Pictures uint8 [count, 28, 28] and the kind of each, kind after kind.

    The same seed and digits give the same pictures.

    Args:
        count: how many.
        seed: of all that is random.
        digits: uint8 [n, 28, 28], one digit each, for those that hold several.
    """
    pictures: list[Picture] = []
    kinds: list[str] = []
    bounds = np.round(count * np.cumsum([0.0, *SHARES.values()])).astype(int)
    for number, (kind, many) in enumerate(zip(SHARES, np.diff(bounds).tolist(), strict=True)):
        rng = np.random.default_rng([seed, number])
        pictures += _draw(kind, many, rng, digits)
        kinds += [kind] * many
    return np.stack(pictures), kinds


def _draw(
    kind: str, count: int, rng: np.random.Generator, digits: NDArray[np.uint8]
) -> list[Picture]:
    if kind == "letters":
        return of_forms(letters.CAPITALS + letters.SMALL, count, rng)
    if kind == "signs":
        return of_forms(signs.SCRIPTS + signs.MARKS + signs.PICTURES, count, rng)
    one: dict[str, Callable[[], Picture]] = {
        "scribbles": lambda: inked(*scribble(rng)),
        "printed": lambda: printed(LEARNED, rng),
        "several": lambda: several(digits, rng),
    }
    return [one[kind]() for _ in range(count)]


def of_forms(
    forms: tuple[tuple[str, Form], ...], count: int, rng: np.random.Generator
) -> list[Picture]:
    """`count` drawings of forms, each as often as its share says."""
    bounds = np.cumsum([0.0, *(form.share for _, form in forms)])
    ends = np.round(count * bounds / bounds[-1]).astype(int)
    pictures = []
    for (_, form), many in zip(forms, np.diff(ends).tolist(), strict=True):
        if not many:
            continue
        strokes = write(form, many, rng)
        pens = rng.uniform(*PENS, many).tolist()
        pictures += [inked([each[i] for each in strokes], pen) for i, pen in enumerate(pens)]
    return pictures
