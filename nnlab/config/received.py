"""JSON from outside, bounded before anything reads it: what it holds, how deep, how long.

The bounds are those of the largest experiment there is: 2,000 own points of 33 numbers, or a table
of 64 kB. What is within them is cheap to validate, and cheap to refuse.
"""

import json
from typing import Any

from nnlab.config.own_data import MAX_INPUTS, MAX_POINTS, MAX_TEXT
from nnlab.errors import InvalidExperimentError, shortened, shown
from nnlab.texts import N_, _

MAX_BYTES = 2 * 2**20
MAX_DEPTH = 12
"""Lists and objects within each other; an experiment has six."""
MAX_NODES = 2 * MAX_POINTS * (MAX_INPUTS + 2)
"""Values of all kinds; the largest experiment has half as many."""
MAX_NAMES = 48
"""Limit for the names of one object; the largest part of an experiment has 19."""
MAX_UNITS = 256
"""Items that are objects or texts in one list; a network has 64 layers."""
MAX_BITS = 64
"""Limit for a whole number."""
MAX_NAME = 200
"""Characters of a name."""

_Place = tuple["_Place", Any] | None
"""The path to a value: the path to its parent, then a name or an index. None: the root."""
_Node = tuple[Any, int, _Place]
"""A value, how deep it lies, and where."""


def read_json(text: str | bytes) -> Any:
    """The value that a JSON text of an experiment says.

    Raises:
        InvalidExperimentError: no JSON, a name twice in one object, or longer than an experiment
            can be.
    """
    if len(text) > MAX_BYTES:
        raise InvalidExperimentError(
            _(
                "An experiment may have {most:,} kB, this one has {size:,} kB: a larger table is"
                " kept as a file.",
                most=MAX_BYTES // 1024,
                size=len(text) // 1024,
            )
        )
    try:
        return json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise InvalidExperimentError(
            _(
                "This is not JSON ({error}). An experiment is an object with data, model and"
                " training.",
                error=shortened(error),
            )
        ) from error


def must_be_small(value: Any) -> None:
    """Refuse a parsed value that holds more than any experiment, before it is validated.

    Raises:
        InvalidExperimentError: the place, the bound, what was received.
    """
    waiting: list[_Node] = [(value, 0, None)]
    count = 0
    while waiting:
        node = waiting.pop()
        inner = _inner(node)
        count += len(inner)
        if count > MAX_NODES:
            raise InvalidExperimentError(
                _(
                    "An experiment holds at most {most:,} values, this one holds more: take fewer"
                    " points.",
                    most=MAX_NODES,
                )
            )
        waiting += [
            (one, node[1] + 1, (node[2], key))
            for key, one in inner
            if not _is_plain(one, node[1] + 1)
        ]


def _is_plain(value: Any, depth: int) -> bool:
    """Whether it is a number that needs no further look, as most values are."""
    if type(value) is int:
        return depth <= MAX_DEPTH and value.bit_length() <= MAX_BITS
    return type(value) is float


def _inner(node: _Node) -> list[tuple[Any, Any]]:
    """Return a value's items, by name or index; refuse a value that is too large by itself."""
    value, depth, place = node
    if depth > MAX_DEPTH:
        raise _refused(place, _("it is nested deeper than {most} levels", most=MAX_DEPTH))
    if isinstance(value, dict):
        _must_be_at_most(MAX_NAMES, len(value), place, N_("names"))
        for name in value:
            _must_be_text(str(name), MAX_NAME, place)
        return list(value.items())
    if isinstance(value, list | tuple):
        numbers = all(type(one) in (int, float, list, tuple) for one in value)
        _must_be_at_most(MAX_POINTS if numbers else MAX_UNITS, len(value), place, N_("items"))
        return list(enumerate(value))
    if isinstance(value, str):
        _must_be_text(value, MAX_TEXT, place)
    elif isinstance(value, int):
        _must_be_at_most(MAX_BITS, value.bit_length(), place, N_("bits of a whole number"))
    return []


def _must_be_text(text: str, most: int, place: _Place) -> None:
    _must_be_at_most(most, len(text), place, N_("characters"))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _refused(place, _("{text} is no text", text=shown(text))) from error


def _must_be_at_most(most: int, received: int, place: _Place, what: str) -> None:
    """`what` is marked: it is asked for each value, and put into words for one that is refused."""
    if received > most:
        raise _refused(
            place,
            _(
                "at most {most:,} {what} belong here, got {received:,}",
                most=most,
                what=_(what),
                received=received,
            ),
        )


def _refused(place: _Place, reason: str) -> InvalidExperimentError:
    names: list[str] = []
    while place is not None:
        place, name = place
        names.append(shortened(name))
    where = ".".join(reversed(names)) or _("experiment")
    return InvalidExperimentError(f"{shortened(where)}: {reason}.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(_("'{name}' is given twice in one object", name=shortened(name)))
        found[name] = value
    return found
