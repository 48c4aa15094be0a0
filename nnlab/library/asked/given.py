"""Checks of the arguments that a person's script gives."""

import operator
import os
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from nnlab.config.received import MAX_NODES
from nnlab.errors import InvalidExperimentError, NnlabError, shown
from nnlab.texts import _

Changes = Mapping[str, object]
"""New values by the dotted path of a field: `{"training.epochs": 50}`."""
Place = str | os.PathLike[str]


def read_changes(*given: Changes | None) -> list[tuple[str, object]]:
    """Paths and new values, in their order.

    Raises:
        InvalidExperimentError: no mapping, or a path that is no text.
    """
    found: list[tuple[str, object]] = []
    for changes in given:
        found += [] if changes is None else the_changes(changes)
    return found


def the_changes(changes: Changes) -> list[tuple[str, object]]:
    """Return the changes as `read_changes` does, for a value that has to be there."""
    if not isinstance(changes, Mapping):
        raise InvalidExperimentError(
            _(
                "Changes are a dict of paths and values, as in {example}, got {received}.",
                example="{'training.epochs': 50}",
                received=shown(changes),
            )
        )
    odd = next((path for path in changes if not isinstance(path, str) or not path), None)
    if odd is not None:
        raise InvalidExperimentError(
            _(
                "A path of an experiment is a text, as 'training.epochs', got {received}.",
                received=shown(odd),
            )
        )
    return [(path, plain(value)) for path, value in changes.items()]


def plain(value: object) -> object:
    """A value of NumPy or PyTorch as Python has it; ranges, arrays and other rows as a list."""
    if isinstance(value, str | bytes | Mapping):
        return value
    if isinstance(value, Iterable) and getattr(value, "ndim", 1) != 0:
        # One more than an experiment may hold: what is endless ends, and is refused as too much.
        return [plain(one) for one in islice(value, MAX_NODES + 1)]
    item = getattr(value, "item", None)
    return item() if callable(item) and getattr(value, "ndim", 1) == 0 else value


def whole_number(value: object, what: str) -> int:
    """`value` as an int.

    Raises:
        NnlabError: it is none; `what` says of what.
    """
    try:
        if isinstance(value, bool):
            raise TypeError
        return operator.index(value)  # ty: ignore[invalid-argument-type]
    except TypeError:
        raise NnlabError(
            _(
                "{what} is a whole number, as 100, got {received}.",
                what=what,
                received=shown(value),
            )
        ) from None


def run_name(value: object) -> str | None:
    """Return the name of a run; None: its default name.

    Raises:
        NnlabError: it is no text.
    """
    if value is None or isinstance(value, str):
        return value
    raise NnlabError(
        _(
            "A run's name is a text, as name='my spiral', got {received}.",
            received=shown(value),
        )
    )


def place(value: Any, what: str) -> Path:
    """The path of a folder or a file.

    Raises:
        NnlabError: it is none.
    """
    try:
        path = Path(value)
        path.exists()
    except TypeError:
        raise NnlabError(
            _(
                "{what} is a path, as 'mine/one', got {received}.",
                what=what,
                received=shown(value),
            )
        ) from None
    except OSError as error:  # too long, or in a folder that may not be looked into
        raise NnlabError(
            _(
                "{what} is a path that this system takes, got {received} ({error}).",
                what=what,
                received=shown(value),
                error=error.strerror,
            )
        ) from error
    if "\0" in str(path):
        raise NnlabError(
            _("{what} holds the character 0, which no path has: take another.", what=what)
        )
    return path


def folder_of_runs(value: Any) -> Path | None:
    """The runs directory that was named; None: that of the settings. Raises as `place`."""
    return None if value is None else place(value, _("A runs directory"))
