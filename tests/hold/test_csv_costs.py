"""Proof: no CSV file and no table of a link costs more than a second and 100 MB."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from nnlab.config import Csv
from nnlab.config.own_data import MAX_CLASSES, MAX_INPUTS, MAX_TEXT
from nnlab.data.csv_files import MAX_BYTES, SEPARATORS, Form, read_csv
from nnlab.data.tables import choose, examples
from nnlab.errors import NnlabError
from tests.hold.bounds import Given, cost_of, fuzzed, must_hold

CELLS = (
    "1", "12", "1.5", "1,5", "-3e10", "1e999", "", " ", "x", "nan", '"', '""', '"a\nb"', "'", "\0",
    "é", "😀", "\u200b", "\u202e", "\r", "\t", "=1+1", "<b>", "0" * 30, "\ufeff", "sep=;", "#",
)  # fmt: skip
LENGTHS = (1, 1, 1, 2, 80, 500, 4_000, 131_073)
"""Times that a cell's text stands in it."""
WIDTHS = (1, 2, 2, 5, 17, 99, 100, 101, 5_000, 1_000_000)
SIZES = (40, 1_000, 50_000, 400_000, 1_500_000, MAX_BYTES, MAX_BYTES + 1)
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "latin-1", "utf-32")
ENDS = ("\n", "\n", "\r\n", "\r", "\n\n", "\0\n", ";\n", '"')


def file_of(
    cells: list[tuple[str, int]],
    width: int,
    size: int,
    separator: str,
    end: str,
    encoding: str,
    header: str,
) -> Given:
    """Rows of so many cells, taken in turn, up to so many bytes."""
    parts = [(text * count)[:size] for text, count in cells]
    row = ""
    for place in range(width):
        row += parts[place % len(parts)] + separator
        if len(row) >= size:
            break
    row = row[:size] + end
    text = (header + row * (size // len(row) + 1))[:size]
    return Given(text.encode(encoding, errors="replace")[:size])


FILES = st.builds(
    file_of,
    st.lists(st.tuples(st.sampled_from(CELLS), st.sampled_from(LENGTHS)), min_size=1, max_size=4),
    st.sampled_from(WIDTHS),
    st.sampled_from(SIZES),
    st.sampled_from(SEPARATORS),
    st.sampled_from(ENDS),
    st.sampled_from(ENCODINGS),
    st.sampled_from(("", "a,b\n", "sep=|\n", "a;a;a\n", '"', "\n" * 1000)),
)
FORMS = st.sampled_from((Form(), Form(decimal_comma=True), Form(separator="\t", header=False)))


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Warm: what is loaded at the first use is no cost of a file."""
    folder = tmp_path_factory.mktemp("tables")
    learn(b"a,b,c\n1,2,u\n2,3,v\n", Form(), folder)
    return folder


def learn(content: bytes, form: Form, data_dir: Path) -> None:
    """As the form does: read, take columns, choose them, and make the examples."""
    table = read_csv(content, form).table
    numbers = [name for name in table.names if table.is_number(name)]
    target = table.names[-1]
    inputs = tuple(name for name in numbers if name != target)[:MAX_INPUTS]
    task = "classification" if len(set(table.columns[target])) <= MAX_CLASSES else "regression"
    examples(choose(table, inputs, target, task, data_dir=data_dir), data_dir)


@pytest.mark.proof
@fuzzed(0.1)
@given(FILES, FORMS)
@example(Given(b"1," * (MAX_BYTES // 2)), Form())
@example(Given(b"12," * (MAX_BYTES // 3)), Form())
@example(Given((b"12," * 99 + b"1\n") * (MAX_BYTES // 300)), Form())
@example(Given((b"1" * 2_000 + b"x," + b"2" * 2_000 + b"\n") * 1_300), Form())
@example(Given(b'a,b\n"' + b"x\n" * (MAX_BYTES // 2 - 5)), Form())
@example(Given(b",\n" * (MAX_BYTES // 2)), Form())
def test_no_file_is_dear(data_dir: Path, content: bytes, form: Form) -> None:
    must_hold(cost_of(lambda: learn(content, form, data_dir), NnlabError), len(content))


TEXTS = st.builds(
    lambda names, cells, size: (
        names + "\n" + (cells[:size] + "\n") * (size // (len(cells[:size]) + 1))
    )[:MAX_TEXT],
    st.sampled_from(("a,b", "a,a,b", "b," * 9_000 + "a", "a;b", "", "a,b," + "c," * 97)),
    st.lists(
        st.builds(lambda text, count: text * count, st.sampled_from(CELLS), st.integers(1, 70_000)),
        max_size=4,
    ).map(",".join),
    st.sampled_from((10, 5_000, MAX_TEXT)),
)


@pytest.mark.proof
@fuzzed(0.05)
@given(TEXTS, st.sampled_from(((), ("u", "v"), ("1", "2"))), st.sampled_from((1, 2, 5_000)))
@example("a,b\n" + "1" * 60_000 + "x,2\n", (), 1)
@example("b," * 9_000 + "a\n" + "\n1" * 20_000, (), 1)
def test_no_table_of_a_link_is_dear(
    data_dir: Path, text: str, classes: tuple[str, ...], points: int
) -> None:
    try:
        data = Csv(text=text, inputs=("a",), target="b", classes=classes, points=points)
    except ValidationError:  # `nnlab.config` says so in words
        return
    must_hold(cost_of(lambda: examples(data, data_dir), NnlabError), len(text))
