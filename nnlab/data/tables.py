"""Tables that people bring: which rows of which columns a network learns from.

In an experiment a small table is text; a larger one is a file of the data directory, named by
its content. Both are comma-separated, with decimal points, and their first line names the columns.
"""

import csv
import hashlib
import io
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnlab.config import Csv, Task
from nnlab.config.own_data import MAX_CLASSES, MAX_TEXT
from nnlab.data.kept import LOCAL, TABLES, Room, keep_once, no_limit
from nnlab.errors import DataUnavailableError, NnlabError
from nnlab.texts import _

Names = tuple[str, ...]
Rows = tuple[NDArray[np.float64], NDArray[np.generic]]

LARGEST = 1e18
"""The largest magnitude of a number: beyond, squares leave the range of float32."""
MAX_COLUMNS = 100
LARGEST_PACKED = 4500
"""Bytes of a deflated table in an experiment: in a link they become 6,000 characters."""
NUMBER = re.compile(r"[+-]?(\d++\.?\d*+|\.\d++)([eE][+-]?\d{1,3})?", re.ASCII)
"""Gives no digit back once it has it: else a thousand digits and a letter take a second."""

NUMBERS = re.compile(rf"({NUMBER.pattern}\0)*+", re.ASCII)
"""Numeric cells, each followed by a zero byte: matching them together takes half the time."""


def are_numbers(cells: Sequence[str]) -> bool:
    """Whether each is a number."""
    text = "\0".join([*cells, ""])
    return text.count("\0") == len(cells) and bool(NUMBERS.fullmatch(text))


@dataclass(frozen=True)
class Table:
    """Cells as text, numbers with a decimal point; an empty cell is a missing value."""

    names: Names
    """Names of the columns, all different."""
    rows: tuple[Names, ...]

    @cached_property
    def columns(self) -> dict[str, Names]:
        """The cells of each, one a row."""
        cells = zip(*self.rows, strict=True) if self.rows else [()] * len(self.names)
        return dict(zip(self.names, cells, strict=True))

    def is_number(self, name: str) -> bool:
        """Whether at least half of what the column says are numbers."""
        said = [*filter(None, self.columns[name])]
        count = len(said) if are_numbers(said) else sum(map(bool, map(NUMBER.fullmatch, said)))
        return 2 * count >= max(1, len(said))

    @cached_property
    def numbers(self) -> Names:
        """The columns of numbers. Looked for once, as `values`."""
        return tuple(name for name in self.names if self.is_number(name))

    @cached_property
    def values(self) -> dict[str, int]:
        """Number of different values in each column, without empty cells."""
        return {name: len({*cells} - {""}) for name, cells in self.columns.items()}

    @property
    def bytes_held(self) -> int:
        """Bytes that it takes in Python, about: 70 for a cell, and its text."""
        return sum(70 * len(row) + sum(map(len, row)) for row in self.rows)

    def text(self) -> str:
        """The table's text, as an experiment and the data directory store it."""
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerows([self.names, *self.rows])
        return written.getvalue()


def parse(text: str) -> Table:
    """The table that `Table.text` wrote. A row of another length than the first is left out.

    Raises:
        NnlabError: it has more than `MAX_COLUMNS` columns, or a cell is longer than `csv` reads.
    """
    try:
        names, *rows = list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    except csv.Error as error:
        raise NnlabError(_("The table cannot be read ({error}).", error=error)) from error
    if len(names) > MAX_COLUMNS:
        raise too_wide(len(names))
    return Table(tuple(names), tuple(tuple(row) for row in rows if len(row) == len(names)))


def too_wide(width: int) -> NnlabError:
    """The words for a table of more than `MAX_COLUMNS` columns."""
    return NnlabError(
        _(
            "A table may have {max_columns} columns, this one has {width:,}: leave some out.",
            max_columns=MAX_COLUMNS,
            width=width,
        )
    )


# Exported scripts hold this function and what it names outside its comprehensions.
def complete_rows(text: str, inputs: Names, target: str, classes: Names) -> Rows:
    """Rows of the table with a number in every input, and a class or a number as target.

    Returns x float64 [n, inputs] and y: int64 [n], the place in `classes`, or, without classes,
    float64 [n]. The text has all the columns that are named.
    """
    is_number = NUMBER.fullmatch
    names, *lines = csv.reader(io.StringIO(text, newline=""))
    place = {name: index for index, name in enumerate(names)}
    at, said = [place[name] for name in inputs], place[target]
    numbers = [*at] if classes else [*at, said]
    kept = [
        line
        for line in lines
        if len(line) == len(names)
        and all(is_number(line[index]) for index in numbers)
        and (not classes or line[said] in classes)
    ]
    x = np.array([[float(line[index]) for index in at] for line in kept]).reshape(-1, len(inputs))
    if classes:
        return x, np.array([classes.index(line[said]) for line in kept], np.int64)
    return x, np.array([float(line[said]) for line in kept])


def scaled(y: NDArray[np.generic]) -> NDArray[np.float32]:
    """Numbers moved and scaled so that the lowest is -1 and the highest 1: float32 [n, 1]."""
    low, high = y.min(), y.max()
    return ((y - low) / (high - low) * 2 - 1).astype(np.float32)[:, None]


def choose(  # noqa: PLR0913 - the fields of a table in an experiment
    table: Table,
    inputs: Names,
    target: str,
    task: Task,
    *,
    data_dir: Path,
    train_share: float = 0.5,
    seed: int = 0,
    owner: str = LOCAL,
    room: Room = no_limit,
) -> Csv:
    """Return the part of an experiment that describes a table. A large table is kept as a file.

    Raises:
        NnlabError: no complete rows, no class or too many, a target that does not vary; or the
            file cannot be written, or has no room.
    """
    if not inputs:
        raise NnlabError(_("Choose at least one column of numbers as an input."))
    if target in inputs:
        raise NnlabError(
            _("'{target}' is the target: it cannot be an input, too. Take it out.", target=target)
        )
    text = table.text()
    classes = _classes(table, inputs, target) if task == "classification" else ()
    _x, y = complete_rows(text, inputs, target, classes)
    if not len(y):
        raise NnlabError(
            _(
                "No row has a number in each of {inputs} and a value in {target}:"
                " choose other columns.",
                inputs=", ".join(inputs),
                target=target,
            )
        )
    small = len(text) <= MAX_TEXT and len(zlib.compress(text.encode(), 9)) <= LARGEST_PACKED
    return Csv(
        text=text if small else "",
        sha256="" if small else keep(text, data_dir, owner=owner, room=room),
        inputs=inputs,
        target=target,
        classes=classes,
        points=len(y),
        train_share=train_share,
        seed=seed,
    )


def examples(data: Csv, data_dir: Path) -> tuple[NDArray[np.float32], NDArray[np.generic]]:
    """Inputs float32 [n, inputs] in the table's units; int64 [n] classes, or float32 [n, 1] -1..1.

    Raises:
        DataUnavailableError: the table's file is not here.
        NnlabError: the table has no such columns, other rows than `points`, or numbers that are
            too large.
    """
    text = table_text(data, data_dir)
    names = parse(text).names
    for name in (*data.inputs, data.target):
        if name not in names:
            raise NnlabError(
                _(
                    "The table has no column '{name}': it has {names}. Choose one of these.",
                    name=name,
                    names=", ".join(names)[:300],
                )
            )
    x, y = complete_rows(text, data.inputs, data.target, data.classes)
    if len(y) != data.points:
        raise NnlabError(
            _(
                "data.points says {points:,}, and the table has {count:,} complete rows in these"
                " columns: set it to {count}.",
                points=data.points,
                count=len(y),
            )
        )
    for what, values in ((_("The inputs"), x), (f"'{data.target}'", y)):
        largest = np.abs(values).max()
        if not largest <= LARGEST:
            raise NnlabError(
                _(
                    "{what} must stay within ±{largest:g}, got up to {received:g}: scale the"
                    " column.",
                    what=what,
                    largest=LARGEST,
                    received=largest,
                )
            )
    if data.classes:
        return x.astype(np.float32), y
    if y.min() == y.max():
        raise NnlabError(
            _(
                "'{target}' is {value:g} in every row, which leaves nothing to learn: choose"
                " another target.",
                target=data.target,
                value=y[0],
            )
        )
    return x.astype(np.float32), scaled(y)


def table_text(data: Csv, data_dir: Path) -> str:
    """The table of an experiment.

    Raises:
        DataUnavailableError: its file is not here, or is not what it was.
    """
    if data.text:
        return data.text
    path = _path(data.sha256, data_dir)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataUnavailableError(
            _(
                "The table of this experiment is not on this server ({path}: {reason})."
                " Upload the CSV file again, or copy that file from the server that has it.",
                path=path,
                reason=error.strerror,
            )
        ) from error
    if hashlib.sha256(content).hexdigest() != data.sha256:
        raise DataUnavailableError(
            _(
                "{path} was changed: its content no longer has the hash that is its name. Delete"
                " it, and upload the CSV file again.",
                path=path,
            )
        )
    return content.decode()


def keep(text: str, data_dir: Path, *, owner: str = LOCAL, room: Room = no_limit) -> str:
    """Write a table into the data directory. Returns its sha256, which is its name there.

    Args:
        text: as `Table.text` makes it.
        data_dir: `Settings.data_dir`.
        owner: who brings it.
        room: asked before a new one is written.

    Raises:
        NnlabError: it cannot be written, or has no room.
    """
    content = text.encode()
    digest = hashlib.sha256(content).hexdigest()
    path = _path(digest, data_dir)
    try:
        keep_once(path, lambda: content, owner, room)
    except OSError as error:
        raise NnlabError(
            _(
                "The table cannot be kept as {path} ({reason}): make room or give the"
                " right to write, or set NNLAB_DATA_DIR to another place.",
                path=path,
                reason=error.strerror,
            )
        ) from error
    return digest


def _path(sha256: str, data_dir: Path) -> Path:
    return data_dir / TABLES / f"{sha256}.csv"


def _classes(table: Table, inputs: Names, target: str) -> Names:
    """Return the target's values in complete rows, in numeric or alphabetical order."""
    rows = zip(*(table.columns[name] for name in inputs), strict=True)
    said = {
        name
        for row, name in zip(rows, table.columns[target], strict=True)
        if name and are_numbers(row)
    }
    if len(said) > MAX_CLASSES:
        mend = (
            _("take it as a number, or choose another column as target")
            if table.is_number(target)
            else _("choose another column as target")
        )
        raise NnlabError(
            _(
                "'{target}' has {count:,} different values, and a network here can have at most"
                " {max_classes} classes: {mend}.",
                target=target,
                count=len(said),
                max_classes=MAX_CLASSES,
                mend=mend,
            )
        )
    if len(said) == 1:
        raise NnlabError(
            _(
                "'{target}' is '{said}' in every row, and one class alone teaches nothing:"
                " choose another column as target.",
                target=target,
                said=said.pop(),
            )
        )
    if all(NUMBER.fullmatch(name) for name in said):
        return tuple(sorted(said, key=lambda name: (float(name), name)))
    return tuple(sorted(said, key=lambda name: (name.casefold(), name)))
