"""Parsing of a CSV file into a table: encoding, separator, decimal comma, header."""

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnlab.data.tables import MAX_COLUMNS, NUMBER, Table, too_wide
from nnlab.errors import NnlabError
from nnlab.texts import _

MAX_BYTES = 5 * 2**20
MAX_ROWS = 5000
"""Rows of a table. Of larger tables so many rows are drawn at random, with seed 0."""
MAX_READ_ROWS = 100_000
MAX_LINES = 2 * MAX_READ_ROWS
"""Rows and blank lines."""
MAX_LINE = 200_000
"""Characters of a row."""
LOOKED_AT = 200
"""Rows by which it is found out how a file is written."""
MAX_CELL = 80
"""Characters of a cell; the rest is cut off."""

SEPARATORS = (",", ";", "\t", "|")
MISSING = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "?"})
DECIMAL_COMMA = re.compile(r"[+-]?(\d++,\d*+|,\d++)([eE][+-]?\d{1,3})?", re.ASCII)
BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
PLAIN = re.compile(rf"([0-9.+-]{{1,{MAX_CELL}}}+\0)++", re.ASCII)
"""Cells of a row, each with a zero byte (which is in no text) behind it: numbers as they stay."""
NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f]")


@dataclass(frozen=True)
class Form:
    """The format of a file: separator, decimal sign, encoding. None: to be found out."""

    separator: str | None = None
    """Separator: a key of `SEPARATORS`."""
    decimal_comma: bool | None = None
    header: bool | None = None
    """Whether the first row names the columns."""


@dataclass(frozen=True)
class Reading:
    """A table, how its file was found to be written, and what of it is not in the table."""

    table: Table
    form: Form
    rows: int
    """Rows of the table's width in the file, without the header."""
    ragged: int
    """Rows of another width, which are left out."""


def read_csv(content: bytes, form: Form | None = None) -> Reading:
    """The table in a file.

    Raises:
        NnlabError: the file is too large, no text, or no table of two columns; says which, and
            what to do.
    """
    asked = form or Form()
    text = _text(content)
    declared = re.match(r"sep=([,;\t|])\r?\n", text)  # what some spreadsheets write first
    text = text[declared.end() :] if declared else text
    separator = asked.separator or (declared[1] if declared else _separator(text))
    width = _width(list(itertools.islice(_lines(text, separator), LOOKED_AT // 2)), separator)
    total, places = 0, []
    for place, row in _places(text, separator):
        total += 1
        if len(_trimmed(row, width)) == width:
            places.append(place)

    def read(kept: list[slice]) -> Iterator[list[str]]:
        # Once more in place of being kept: as Python's texts the cells take 20 times the file.
        for row in _lines("".join([text[place] for place in kept]), separator):
            yield _trimmed(row, width)

    head = list(read(places[:LOOKED_AT]))
    comma = asked.decimal_comma
    if comma is None:
        comma = _has_decimal_comma(head)
    first = [_cell(cell, comma) for cell in head[0]]
    header = asked.header if asked.header is not None else _is_header(first)
    names = _names(head[0] if header else [""] * width)
    rows = places[header:]
    if not rows:
        raise NnlabError(_("The file has no rows below its header: nothing to learn from."))
    cells = [_cells(row, comma) for row in read(list(itertools.compress(rows, _drawn(len(rows)))))]
    table = _without_nothing(Table(names, tuple(cells)), head[0] if header else [])
    found = Form(separator, comma, header)
    return Reading(table, found, rows=len(rows), ragged=total - len(places))


def _text(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise NnlabError(
            _(
                "The file may have {most} MB, it has {size:.1f} MB: leave out rows or columns.",
                most=MAX_BYTES // 2**20,
                size=len(content) / 2**20,
            )
        )
    if content[:2] in (b"PK", b"\xd0\xcf"):
        raise NnlabError(_("This is a spreadsheet or an archive, no text: save it as CSV first."))
    text = _decoded(content)
    found = NOT_TEXT.search(text)
    if found:
        raise NnlabError(
            _(
                "This is no text file: character {position:,} has the code"
                " {code}. Save the table as CSV (UTF-8).",
                position=found.start() + 1,
                code=ord(found[0]),
            )
        )
    if not text.strip():
        raise NnlabError(_("The file is empty: give one with a header and rows of numbers."))
    return text


def _decoded(content: bytes) -> str:
    encodings = [name for mark, name in BYTE_ORDER_MARKS if content.startswith(mark)]
    for encoding in (*encodings, "utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")  # gives a character for every byte


def _lines(text: str, separator: str) -> Iterator[list[str]]:
    """The rows that are not blank."""
    return (row for _place, row in _places(text, separator))


def _places(text: str, separator: str) -> Iterator[tuple[slice, list[str]]]:
    """The rows that are not blank, each with its place in the text."""
    begun = ended = 0

    def physical() -> Iterator[str]:
        nonlocal ended
        for line in io.StringIO(text, newline=""):
            ended += len(line)
            if ended - begun > MAX_LINE:
                raise NnlabError(
                    _(
                        "Line {line:,} cannot be read: a row may have {most:,} characters. Or a"
                        ' quote (") is opened there or before, and never closed.',
                        line=reader.line_num + 1,
                        most=MAX_LINE,
                    )
                )
            yield line

    reader = csv.reader(physical(), delimiter=separator, skipinitialspace=True)
    read = 0
    try:
        for row in reader:
            place, begun = slice(begun, ended), ended
            if reader.line_num > MAX_LINES:
                raise _too_many(_("lines"), MAX_LINES)
            if not "".join(row).strip():
                continue
            read += 1
            if read > MAX_READ_ROWS:
                raise _too_many(_("rows"), MAX_READ_ROWS)
            yield place, row
    except csv.Error as error:
        raise NnlabError(
            _(
                'Line {line:,} cannot be read ({error}): probably a quote (") is opened'
                " there or before, and never closed.",
                line=reader.line_num,
                error=error,
            )
        ) from error


def _too_many(what: str, most: int) -> NnlabError:
    return NnlabError(
        _("The file may have {most:,} {what}, it has more: leave some out.", most=most, what=what)
    )


def _separator(text: str) -> str:
    """Return the separator that splits most rows alike, and into numbers where two do so."""
    head = text[:20_000].rpartition("\n")[0] or text[:20_000]

    def parted(separator: str) -> tuple[int, float]:
        try:
            rows = list(_lines(head, separator))
        except NnlabError:
            return 0, 0
        width, fitting = Counter(len(row) for row in rows).most_common(1)[0] if rows else (1, 0)
        cells = [cell.strip() for row in rows for cell in row]
        said = [cell for cell in cells if cell]
        numbers = sum(bool(NUMBER.fullmatch(c) or DECIMAL_COMMA.fullmatch(c)) for c in said)
        return fitting * (width > 1), numbers / max(1, len(said))

    return max(SEPARATORS, key=parted)


def _width(lines: list[list[str]], separator: str) -> int:
    """The number of cells that most of the first rows have."""
    if not lines:
        raise NnlabError(_("The file has no rows: give one with a header and rows of numbers."))
    width = Counter(len(row) for row in lines).most_common(1)[0][0]
    if width < 2:
        first = " ".join("".join(lines[0]).split())[:60]
        raise NnlabError(
            _(
                "A table has two columns at least, an input and a target; separated by"
                " {separator} this one has a single one. Its first line reads '{first}':"
                " choose its separator.",
                separator=_called(separator),
                first=first,
            )
        )
    if width > MAX_COLUMNS:
        raise too_wide(width)
    return width


def _called(separator: str) -> str:
    return {"\t": _("tabs")}.get(separator, f"'{separator}'")


def _trimmed(row: list[str], width: int) -> list[str]:
    """Return the row without the empty cells that a separator at the end of the line adds."""
    return row if len(row) == width or "".join(row[width:]).strip() else row[:width]


def _has_decimal_comma(rows: list[list[str]]) -> bool:
    cells = [cell.strip() for row in rows for cell in row]
    commas = sum(bool(DECIMAL_COMMA.fullmatch(cell)) for cell in cells)
    points = sum("." in cell and bool(NUMBER.fullmatch(cell)) for cell in cells)
    return commas > points


def _cells(row: list[str], comma: bool) -> tuple[str, ...]:
    """Each as `_cell` has it. A row of plain numbers, as most are, is looked at as a whole."""
    if PLAIN.fullmatch("\0".join([*row, ""])):
        return tuple(row)
    return tuple(_cell(cell, comma) for cell in row)


def _cell(cell: str, comma: bool) -> str:
    """One line, printable, not too long; a number with a decimal point; empty if missing."""
    text = cell.strip()[: 4 * MAX_CELL]
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    if " " in text:
        text = " ".join(text.split())
    if text.casefold() in MISSING:
        return ""
    if comma and DECIMAL_COMMA.fullmatch(text):
        return text.replace(",", ".")
    return text[:MAX_CELL].rstrip()


def _is_header(first: list[str]) -> bool:
    """Names are no numbers."""
    return any(first) and not any(NUMBER.fullmatch(cell) for cell in first)


def _names(first: list[str]) -> tuple[str, ...]:
    """Each its own: `column 3` where it has none, `x (2)` where one was there before."""
    names: list[str] = []
    for place, cell in enumerate(first, 1):
        wanted = _cell(cell, comma=False)[: MAX_CELL - 6] or f"column {place}"
        name, turn = wanted, 1
        while name in names:
            turn += 1
            name = f"{wanted} ({turn})"
        names.append(name)
    return tuple(names)


def _without_nothing(table: Table, header: list[str]) -> Table:
    """Return the table without columns that have neither a name nor a value."""
    said = [any(cells) for cells in zip(*table.rows, strict=True)]
    named = [bool(cell.strip()) for cell in header] or [False] * len(said)
    kept = [place for place, both in enumerate(zip(said, named, strict=True)) if any(both)]
    if len(kept) in (len(said), 0, 1):
        return table
    return Table(
        tuple(table.names[place] for place in kept),
        tuple(tuple(row[place] for place in kept) for row in table.rows),
    )


def _drawn(count: int) -> NDArray[np.bool_]:
    """Which of so many rows are in the table."""
    drawn = np.ones(count, bool)
    drawn[np.random.default_rng(0).permutation(count)[MAX_ROWS:]] = False
    return drawn
