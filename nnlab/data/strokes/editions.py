"""The sets of drawn digits that there have been, each reproducible for what was trained on it."""

from dataclasses import dataclass

from nnlab.data.strokes.forms import FORMS, Form
from nnlab.data.strokes.rarer_forms import RARER_FORMS
from nnlab.data.strokes.stroke_synthesis import Habits


@dataclass(frozen=True)
class Edition:
    """Templates, how hands stray from them, and what they write with."""

    number: int
    forms: tuple[Form, ...]
    habits: Habits
    pens: tuple[float, float]
    """The width of the pen as a share of the digit's longer side."""
    inks: bool = False
    """Pens with pressure and a broad nib, ink that fades, paper with grain, small pictures."""


EDITIONS = {
    # Pens from as thin as `drawing` lets any be up to 28 pixels on a digit of 112.
    1: Edition(1, FORMS, Habits(), (0.11, 0.25)),
    2: Edition(
        2,
        (*FORMS, *RARER_FORMS),
        Habits(
            jitter=3.0, ends=4.5, care=0.2, halves=0.12, wave=2.3, width=0.25, lean=0.22,
            most_lean=0.7, turn=6, taper=0.08, tremor=0.7, hooks=0.08,
        ),
        (0.08, 0.25),
        inks=True,
    ),
}  # fmt: skip
