"""The values of an axis, as they are written: one by one, or as a range."""

import json
import math
import re
from collections.abc import Sequence

from nnlab.errors import InvalidExperimentError, shortened, shown
from nnlab.texts import _

Value = bool | int | float | str | None
"""A value of an axis: a number, a word, true, false, or null."""

MOST_VALUES = 1024
"""Limit for the values of one axis."""
DIGITS = 4
"""Significant digits of the values of a range between its ends."""

_RANGE = re.compile(r"(?:(lin|log):)?([^:,]+?)\.\.([^:,]+?)(?::(\d{1,9}))?")


def read_values(values: Sequence[Value] | str) -> tuple[Value, ...]:
    """The values that an axis says, in their order.

    Raises:
        InvalidExperimentError: none, more than MOST_VALUES, one twice, or a range that cannot be
            read or runs backwards.
    """
    found = _from_text(values.strip()) if isinstance(values, str) else tuple(values)
    if not found:
        raise InvalidExperimentError(
            _("An axis needs at least one value: write them as 0.01,0.1 or as a range, 0..7.")
        )
    if len(found) > MOST_VALUES:
        raise _too_many(len(found))
    for value in found:
        if isinstance(value, float) and not math.isfinite(value):
            raise InvalidExperimentError(
                _("{value} is no value of an axis: take finite numbers.", value=value)
            )
    written = [_written(value) for value in found]
    for place, value in enumerate(written):
        if value in written[:place]:
            raise InvalidExperimentError(
                _("The value {value} is given twice in an axis: give it once.", value=value)
            )
    return found


def _written(value: Value) -> str:
    """Equal values alike: 1 is 1.0, and true is neither."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value:.17g}" if is_number else json.dumps(value)


def _from_text(text: str) -> tuple[Value, ...]:
    if not text:
        return ()
    if (form := _RANGE.fullmatch(text)) is not None:
        return _range(text, *form.groups())
    if ".." in text or text.startswith(("lin:", "log:")):
        raise InvalidExperimentError(
            _(
                "'{text}' is no range: write 0..7 for whole numbers, lin:0..0.5:6 or"
                " log:0.001..1:8 for so many numbers between two.",
                text=shortened(text),
            )
        )
    items = text.split(",", MOST_VALUES)
    if len(items) > MOST_VALUES:
        raise _too_many(text.count(",") + 1)
    return tuple(_one(item.strip()) for item in items)


def _one(text: str) -> Value:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = text
    if isinstance(value, dict | list) or value == "":
        raise InvalidExperimentError(
            _(
                "{text} is no value of an axis: numbers and words are, separated by commas.",
                text=shown(text),
            )
        )
    return value


def _range(
    text: str, kind: str | None, low: str, high: str, count: str | None
) -> tuple[Value, ...]:
    first, last = _number(low, text), _number(high, text)
    if not first < last and not (first == last and count in (None, "1")):
        raise InvalidExperimentError(
            _("The range {text} is empty: its first number is the smaller one.", text=text)
        )
    if kind is None:
        if count is not None or not (first % 1 == last % 1 == 0):
            raise InvalidExperimentError(_no_whole_range(text, first, last, count))
        if last - first >= MOST_VALUES:
            raise _too_many(int(last - first) + 1)
        return tuple(range(int(first), int(last) + 1))
    if count is None:
        raise InvalidExperimentError(
            _("{text} does not say how many: write {text}:8, say.", text=text)
        )
    if int(count) < 2 and first != last:
        raise InvalidExperimentError(
            _("{text}: a range has at least 2 numbers, got {count}.", text=text, count=count)
        )
    if int(count) > MOST_VALUES:
        raise _too_many(int(count))
    if kind == "log" and first <= 0:
        raise InvalidExperimentError(
            _("{text}: a logarithmic range begins above 0, got {low}.", text=text, low=low)
        )
    return _between(first, last, int(count), is_log=kind == "log")


def _no_whole_range(text: str, first: float, last: float, count: str | None) -> str:
    said = f"lin:{text}" if count is not None else f"lin:{text}:5"
    return _(
        "{text} is no range of whole numbers. Write {range}, or {values}.",
        text=shortened(text),
        range=shortened(said),
        values=", ".join(f"{value:.4g}" for value in (first, (first + last) / 2, last)),
    )


def _between(first: float, last: float, count: int, *, is_log: bool) -> tuple[Value, ...]:
    shares = [place / max(1, count - 1) for place in range(count)]
    if is_log:
        ratio = math.log(last) - math.log(first)
        numbers = [math.exp(math.log(first) + ratio * share) for share in shares]
    else:
        numbers = [first + (last - first) * share for share in shares]
    for digits in (DIGITS, 8, 12, 17):
        values = [float(f"{number:.{digits}g}") for number in numbers]
        values[0], values[-1] = first, last
        if len(set(values)) == count:
            break
    return tuple(int(value) if value % 1 == 0 else value for value in values)


def _number(text: str, whole: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > 1e18:
        raise InvalidExperimentError(
            _(
                "{whole}: '{text}' is no number that a range may have.",
                whole=shortened(whole),
                text=shortened(text),
            )
        )
    return value


def _too_many(count: int) -> InvalidExperimentError:
    return InvalidExperimentError(
        _(
            "An axis has at most {most:,} values, got {count:,}: take fewer.",
            most=MOST_VALUES,
            count=count,
        )
    )
