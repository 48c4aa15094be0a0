"""All texts that a person reads pass here, so that a catalogue can translate them later.

English for now. `_` gives the text itself, its placeholders filled; `number` writes a number.
"""

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from string import Formatter
from typing import Any

DASH = "–"
"""Shown where there is no value."""
SMALLEST, LARGEST = 1e-6, 1e6
"""Numbers between them are written without a power of ten."""
DIGITS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
GENERAL = re.compile(r"\.?(\d*)g")
"""The formats in whose place `number` writes: `.3g`, and `g` for `.6g`."""
HAS_GENERAL = re.compile(r":\.?\d*g\}")


def _(text: str, many: str | None = None, /, **values: object) -> str:
    """A text for a person, with its named placeholders filled as `str.format` fills them.

    But `{loss:.3g}` is written by `number`, with three digits.

    >>> _("step {step:,} of {total:,}", step=1200, total=5000)
    'step 1,200 of 5,000'
    >>> _("{n:,} run", "{n:,} runs", n=2)
    '2 runs'

    Args:
        text: a literal, so that it can be collected into a catalogue. Without values it is returned
            as it stands, braces included.
        many: the plural form; with it, `text` is the singular one and the value `n` decides.
        values: of the placeholders, by name.
    """
    # The catalogues of gettext keep their own head under the empty text.
    if not text:
        return text
    chosen = text if many is None or values["n"] == 1 else many
    if HAS_GENERAL.search(chosen):
        return _PEOPLE.vformat(chosen, (), values)
    return chosen.format(**values) if values else chosen


class _ForPeople(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        is_number = isinstance(value, int | float) or hasattr(value, "__float__")
        if is_number and GENERAL.fullmatch(format_spec):
            return formatted(float(value), format_spec)
        return super().format_field(value, format_spec)


_PEOPLE = _ForPeople()


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a text that is kept now (in a table, a recipe) and goes through `_` when it is shown."""
    return text


def number(value: float, digits: int | None = 3) -> str:
    """A number as people write it, rounded to some digits; the browser's format.js does the same.

    `digits` None: as many as tell this very number from all others.

    >>> number(1e-5), number(0.46346640538784767), number(-12345.678), number(1.2e-7)
    ('0.00001', '0.463', '−12,346', '1.2 × 10⁻⁷')
    """
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    sign = "−" if value < 0 else ""
    if digits is None:
        exact = rounded = Decimal(repr(abs(float(value))))
    else:
        exact = Decimal(abs(value))
        rounded = _rounded(exact, exact.adjusted() - digits + 1)
    # A whole number keeps its digits.
    if digits is not None and rounded >= Decimal(10) ** digits and exact < LARGEST:
        return f"{sign}{_rounded(exact, 0):,}"
    if SMALLEST <= rounded < LARGEST:
        return f"{sign}{_trimmed(f'{rounded:,f}')}"
    power = rounded.adjusted()
    mantissa = _trimmed(f"{rounded.scaleb(-power):f}")
    return f"{sign}{mantissa} × 10{str(power).translate(DIGITS)}"


def formatted(value: float, form: str) -> str:
    """Format like Python's `.1%` and `.4f`; `.4g` and very large values as `number` does."""
    general = GENERAL.fullmatch(form)
    if form.endswith("f") and abs(value) >= LARGEST:
        return number(value, 4)
    return number(value, int(general[1] or 6)) if general else f"{value:{form}}"


def _rounded(exact: Decimal, power: int) -> Decimal:
    """Round to a multiple of a power of ten, halves up as JavaScript does."""
    return exact.quantize(Decimal((0, (1,), power)), rounding=ROUND_HALF_UP)


def _trimmed(written: str) -> str:
    return written.rstrip("0").rstrip(".") if "." in written else written
