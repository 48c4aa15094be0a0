"""Data that a person brings: points placed by hand, tables, and pictures."""

import re
from typing import Annotated, Literal

from pydantic import Field, model_validator

from nnlab.config.base import Config, Seed, Task
from nnlab.texts import _
from nnlab.visible import visible

MAX_CLASSES = 10
MAX_POINTS = 2000
MAX_TEXT = 64 * 1024
"""Characters of a table within an experiment; a longer one is kept as a file."""
MAX_INPUTS = 32
MAX_PICTURES = 5000
MAX_PICTURE_CLASSES = 30
MAX_CLASS_NAME = 40
"""Characters of the name of a class of pictures."""

Row = Annotated[tuple[float, ...], Field(max_length=MAX_INPUTS + 1)]
ColumnName = Annotated[str, Field(min_length=1, max_length=80)]


class _Own(Config):
    train_share: float = Field(0.5, ge=0.1, le=1)
    """1 trains on every point and validates on none."""
    seed: Seed = 0
    """Which of them train."""


class Points(_Own):
    """A person's own points, as rows of numbers: inputs first, the target last.

    A set may still be unfinished: without rows, or of one class. `nnlab.data.load` says then what
    is missing.
    """

    kind: Literal["points"] = "points"
    rows: tuple[Row, ...] = Field((), max_length=MAX_POINTS)
    task: Task = "classification"
    inputs: int | None = Field(None, ge=1, le=MAX_INPUTS)
    """Numbers before the target of each row. None: as the rows have it, 2 without rows."""

    @property
    def width(self) -> int:
        """Inputs of a point."""
        return self.inputs or (len(self.rows[0]) - 1 if self.rows else 2)

    @model_validator(mode="after")
    def _rows_agree(self) -> "Points":
        widths = {len(row) for row in self.rows}
        if len(widths) > 1 or (widths and min(widths) < 2):
            raise ValueError(
                _(
                    "every row needs the same numbers: one or more inputs, then the target;"
                    " got rows of {widths} numbers",
                    widths=sorted(widths),
                )
            )
        if widths and widths != {self.width + 1}:
            raise ValueError(
                _(
                    "inputs is {width}, so a row is {numbers} numbers (the target is the"
                    " last), got rows of {received}",
                    width=self.width,
                    numbers=self.width + 1,
                    received=widths.pop(),
                )
            )
        if self.task == "classification":
            labels = {row[-1] for row in self.rows}
            if any(label < 0 or label != int(label) or label >= MAX_CLASSES for label in labels):
                raise ValueError(
                    _(
                        "classes are whole numbers from 0 to 9, got {labels}:"
                        " number the classes or choose regression",
                        labels=sorted(labels)[:5],
                    )
                )
        return self


class Csv(_Own):
    """Columns of a table by name: rows in which all of them are there, in the table's order.

    The table is comma-separated, with a decimal point, and its first line names the columns.
    """

    kind: Literal["csv"] = "csv"
    text: str = Field("", max_length=MAX_TEXT)
    """The table itself where it is small."""
    sha256: str = ""
    """Else the hash of its content: it lies in the data directory as `tables/<sha256>.csv`."""
    inputs: tuple[ColumnName, ...] = Field(min_length=1, max_length=MAX_INPUTS)
    """Columns of numbers, taken as they are: scaling them is a layer of the network."""
    target: ColumnName
    classes: tuple[ColumnName, ...] = Field((), max_length=MAX_CLASSES)
    """Possible values of the target column, in the order of the classes. Empty: the target is a
    number, scaled so that its lowest value becomes -1 and its highest 1."""
    points: int = Field(ge=1, le=5000)
    """Rows in which every input is a number and the target one of the classes, or a number."""

    @property
    def task(self) -> Task:
        """A class or a number."""
        return "classification" if self.classes else "regression"

    @model_validator(mode="after")
    def _is_one_table(self) -> "Csv":
        if bool(self.text) == bool(self.sha256):
            raise ValueError(
                _(
                    "a table is given as text or by its sha256: give one of the two, got"
                    " {received}",
                    received=_("both") if self.text else _("neither"),
                )
            )
        if self.sha256 and not re.fullmatch("[0-9a-f]{64}", self.sha256):
            raise ValueError(
                _(
                    "sha256 is 64 digits of 0-9 and a-f, got {sha256!r}: copy it whole",
                    sha256=self.sha256[:70],
                )
            )
        return self

    @model_validator(mode="after")
    def _names_are_apart(self) -> "Csv":
        columns = (*self.inputs, self.target)
        for what, names in ((_("columns"), columns), (_("classes"), self.classes)):
            twice = {name for name in names if names.count(name) > 1}
            if twice:
                raise ValueError(
                    _(
                        "{what} must differ, got {twice!r} twice: name it once",
                        what=what,
                        twice=sorted(twice)[0],
                    )
                )
        if len(self.classes) == 1:
            raise ValueError(
                _(
                    "one class alone ({classes!r}) teaches nothing: name two to ten, or none"
                    " where the target is a number",
                    classes=self.classes[0],
                )
            )
        return self


ClassName = Annotated[str, Field(min_length=1, max_length=MAX_CLASS_NAME)]


class PictureSet(Config):
    """A person's own pictures, as a file of the data directory holds them.

    The experiment says what can be said without them: the classes, their size, how many there are.
    """

    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    """Digest of the pictures and all other fields: the file is `pictures/<sha256>.npz`."""
    classes: tuple[ClassName, ...] = Field(min_length=2, max_length=MAX_PICTURE_CLASSES)
    """Class names, in the order of the network's outputs."""
    size: Literal[28, 32] = 32
    """Pixels of each side."""
    colour: bool = False
    made: Literal["cut", "whole", "drawn"] = "cut"
    """How a picture became so small: its middle, cut square; the whole, between black borders; or
    as a drawing is made ready (28 pixels, grey, light on dark, centred)."""
    train: int = Field(ge=2, le=MAX_PICTURES)
    """Pictures to train on; where none validate by themselves, some of these are held out."""
    val: int = Field(0, ge=0, le=MAX_PICTURES)
    """Pictures that validate, where who brought them has said which."""
    test: int = Field(0, ge=0, le=MAX_PICTURES)
    """Pictures of the sealed test part; 0: there is none."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Channels, height, width."""
        return 3 if self.colour else 1, self.size, self.size

    @model_validator(mode="after")
    def _names_are_names(self) -> "PictureSet":
        for name in self.classes:
            if name != " ".join(visible(name).split()):
                raise ValueError(
                    _(
                        "the name of a class is one line of characters that can be seen, got"
                        " {name!r}: change it",
                        name=name,
                    )
                )
        folded = [name.casefold() for name in self.classes]
        twice = next((name for name in self.classes if folded.count(name.casefold()) > 1), None)
        if twice is not None:
            raise ValueError(
                _("the classes must differ, got {name!r} twice: name it once", name=twice)
            )
        return self
