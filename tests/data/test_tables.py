"""Tables that people bring: read as other libraries read them, or refused with a sentence."""

import csv
import hashlib
import io
import sys
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nnlab.config import Csv, Experiment, Model, Training, from_link, mlp, to_link
from nnlab.data import csv_files, registry, tables
from nnlab.data.csv_files import Form, read_csv
from nnlab.data.tables import Table, choose
from nnlab.errors import DataUnavailableError, InvalidExperimentError, NnlabError

quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def rows_of(content: bytes, form: Form | None = None) -> list[tuple[str, ...]]:
    table = read_csv(content, form).table
    return [table.names, *table.rows]


def table_of(columns: dict[str, list[object]]) -> Table:
    rows = zip(*columns.values(), strict=True)
    return Table(tuple(columns), tuple(tuple(str(cell) for cell in row) for row in rows))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a,b\n1,2\n3,4\n", ("a b", "1 2", "3 4")),
        (b"\xef\xbb\xbfa;b\r\n1,5;2\r\n,3;4\r\n", ("a b", "1.5 2", ".3 4")),
        (b"a\tb\n1.5\t-2e3\n", ("a b", "1.5 -2e3")),
        ("ä|b\n1|2\n".encode("cp1252"), ("ä b", "1 2")),
        ("a,b\n1,2\n".encode("utf-16"), ("a b", "1 2")),
        (b"1,2\n3,4\n", ("column_1 column_2", "1 2", "3 4")),
        (b"x,x,\n1,2,3\n", ("x x_(2) column_3", "1 2 3")),
        (b"sep=;\r\na;b\r\n1;2\r\n", ("a b", "1 2")),
        (b"x,y\n1,NA\n?,2\n\n,\n", ("x y", "1 -", "- 2")),
        (b"a,b,\n1,2,\n3,4,\n", ("a b", "1 2", "3 4")),
    ],
)
def test_encodings_separators_and_decimal_commas_are_found_out(
    content: bytes, expected: tuple[str, ...]
) -> None:
    found = rows_of(content)
    written = [" ".join(cell.replace(" ", "_") or "-" for cell in row) for row in found]
    assert tuple(written) == expected


def test_what_was_found_out_can_be_told_otherwise():
    content = b"1,5;2\n3,5;4\n"
    assert rows_of(content)[1:] == [("1.5", "2"), ("3.5", "4")]
    assert rows_of(content, Form(decimal_comma=False))[1:] == [("1,5", "2"), ("3,5", "4")]
    assert rows_of(content, Form(header=True)) == [("1,5", "2"), ("3.5", "4")]
    assert rows_of(content, Form(separator=","))[1] == ("1", "5;2")


def test_rows_of_another_width_and_a_title_above_the_header_are_counted_and_left_out():
    reading = read_csv(b"My table\nx,y\n1,2\n3\n4,5\n6,7,8\n")
    assert reading.ragged == 3
    assert reading.table == Table(("x", "y"), (("1", "2"), ("4", "5")))


cells = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=12)
numbers = st.floats(-1e6, 1e6).map(repr) | st.integers(-99, 99).map(str)


@quick
@given(
    st.lists(st.tuples(numbers, numbers, cells), min_size=2, max_size=8),
    st.sampled_from(csv_files.SEPARATORS),
    st.sampled_from(["\n", "\r\n"]),
)
def test_well_formed_files_read_as_pandas_reads_them(rows, separator, newline):
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator=newline)
    writer.writerows([("x1", "x2", "label"), *rows])
    content = text.getvalue().encode()
    ours = read_csv(content, Form(separator, decimal_comma=False, header=True)).table
    theirs = pandas.read_csv(io.BytesIO(content), sep=separator, dtype=str, keep_default_na=False)
    assert list(ours.names) == list(theirs.columns)
    labels = [cell if cell.casefold() not in csv_files.MISSING else "" for cell in theirs["label"]]
    assert ours.columns["label"] == tuple(labels)
    for name in ("x1", "x2"):
        assert [float(cell) for cell in ours.columns[name]] == theirs[name].astype(float).tolist()


structured = st.lists(
    st.lists(cells | numbers | st.sampled_from(["", "NA", '"', '""', "1,5", "x"]), max_size=5).map(
        ",".join
    ),
    max_size=8,
).map(lambda lines: "\n".join(lines).encode())


@settings(max_examples=250, deadline=None)
@given(st.binary(max_size=120) | structured)
@example(b'a,b\n"1,2\n')
@example(b"\xff\xfe\x00")
@example(b"a,b\n1e999,1\n2,2\n")
def test_any_file_gives_data_or_a_sentence(content):
    nowhere = Path("/nonexistent")
    with suppress(NnlabError):
        table = read_csv(content).table
        assert len(table.rows) <= csv_files.MAX_ROWS
        assert len(set(table.names)) == len(table.names) >= 2
        *inputs, target = table.names
        task = "regression" if table.is_number(target) else "classification"
        data = choose(table, tuple(inputs[:32]), target, task, data_dir=nowhere)
        splits = registry.load(data, nowhere)
        assert len(splits.train) + len(splits.val) == data.points
        assert bool(splits.train.x.isfinite().all())


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
@example("a,b\r1,2\n\n\x00")
def test_any_text_within_an_experiment_gives_data_or_a_sentence(text):
    data = Csv(text=text or "a", inputs=("a",), target="b", points=1)
    with suppress(NnlabError):
        registry.load(data, Path("/nonexistent"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "empty"),
        (b"PK\x03\x04", "save it as CSV"),
        (b"a,b\n1,\x01\n", "no text file: character 7 has the code 1"),
        (b"only\n1\n2\n", "two columns at least.*'only'"),
        (b"a,b\n", "no rows below its header"),
        (b"a,b\n" + b'1,"' + b"x" * 200_000, "opened.* and never closed"),
        (b",".join([b"1"] * 101), "may have 100 columns, this one has 101"),
        (b"a,b\n" + b"1,2\n" * 2**21, r"may have 5 MB, it has 8\.0 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_table_is_refused_with_its_reason(content: bytes, sentence: str) -> None:
    with pytest.raises(NnlabError, match=sentence):
        read_csv(content)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"1," * 200_000, r"Line 1 cannot be read: a row may have 200,000 characters"),
        (b'a,b\n"' + b"1\n" * 150_000, "never closed"),
        (b",\n" * 200_001 + b"a,b\n1,2\n", "may have 200,000 lines, it has more"),
        (b"1,2\n" * 100_001, "may have 100,000 rows, it has more"),
    ],
    ids=["one line", "an open quote", "blank lines", "rows"],
)
def test_a_file_is_refused_before_all_of_it_is_in_memory(content: bytes, sentence: str) -> None:
    with pytest.raises(NnlabError, match=sentence):
        read_csv(content)


@pytest.mark.parametrize(
    "text",
    [f"a,b\n{'1' * 60_000}x,2\n", "b," * 9_000 + "a\n" + "\n1" * 20_000],
    ids=["digits that are no number", "columns"],
)
def test_a_table_of_a_link_is_read_or_refused_in_a_second(text: str, tmp_path: Path) -> None:
    """The digits took a minute, the columns four seconds."""
    begun = time.process_time()
    with pytest.raises(NnlabError):
        registry.load(Csv(text=text, inputs=("a",), target="b", points=1), tmp_path)
    assert time.process_time() - begun < 1


def test_of_a_long_file_the_same_5000_rows_are_drawn_each_time():
    content = ("n,m\n" + "".join(f"{i},{i}\n" for i in range(6000))).encode()
    reading = read_csv(content)
    found = [int(cell) for cell in reading.table.columns["n"]]
    assert reading.rows == 6000
    assert len(set(found)) == 5000
    assert found == sorted(found)
    assert read_csv(content) == reading


def test_rows_without_a_number_or_a_class_are_left_out_and_classes_keep_their_names(tmp_path):
    table = table_of({"x": [1, "", 3, 4, "5"], "kind": ["b", "b", "10", "", "a"]})
    data = choose(table, ("x",), "kind", "classification", data_dir=tmp_path, train_share=1)
    assert (data.points, data.classes) == (3, ("10", "a", "b"))
    splits = registry.load(data, tmp_path)
    assert splits.info.class_names == ("10", "a", "b")
    pairs = zip(splits.train.x[:, 0].tolist(), splits.train.y.tolist(), strict=True)
    assert sorted(pairs) == [(1, 2), (3, 0), (5, 1)]


def test_numbers_to_predict_lie_between_minus_1_and_1(tmp_path):
    table = table_of({"x": [0, 1, 2], "price": [100, 250, 300]})
    data = choose(table, ("x",), "price", "regression", data_dir=tmp_path, train_share=1)
    part = registry.load(data, tmp_path).train
    assert part.y.shape == (3, 1)
    assert dict(zip(part.x[:, 0].tolist(), part.y[:, 0].tolist(), strict=True)) == {
        0: -1,
        1: 0.5,
        2: 1,
    }


@pytest.mark.parametrize(
    ("target", "task", "sentence"),
    [
        ("one", "classification", "'one' is 'z' in every row"),
        ("many", "classification", "11 different values.* at most 10"),
        ("one", "regression", "No row has a number"),
        ("same", "regression", "'same' is 7 in every row"),
        ("huge", "regression", r"must stay within ±1 × 10¹⁸"),
        ("x", "regression", "'x' is the target: it cannot be an input"),
    ],
)
def test_a_target_that_cannot_be_learned_is_refused(target, task, sentence, tmp_path):
    table = table_of(
        {
            "x": list(range(11)),
            "one": ["z"] * 11,
            "many": [f"k{i}" for i in range(11)],
            "same": [7] * 11,
            "huge": [f"{i}e30" for i in range(11)],
        }
    )
    with pytest.raises(NnlabError, match=sentence):
        registry.load(choose(table, ("x",), target, task, data_dir=tmp_path), tmp_path)


def large() -> Table:
    rng = np.random.default_rng(0)
    return table_of({"x": rng.standard_normal(2000).tolist(), "y": [0, 1] * 1000})


def test_a_small_table_travels_in_the_link_and_a_large_one_as_its_hash(tmp_path: Path) -> None:
    small = table_of({"x": [1, 2, 3], "y": ["a", "b", "a"]})
    for table, longest in ((small, 800), (large(), 800)):
        data = choose(table, ("x",), "y", "classification", data_dir=tmp_path, train_share=1)
        experiment = Experiment(
            data=data, model=Model(layers=mlp(outputs=2)), training=Training(epochs=1)
        )
        assert len(to_link(experiment)) < longest
        assert from_link(to_link(experiment)) == experiment
        assert len(registry.load(data, tmp_path).train) == data.points
    (kept,) = (tmp_path / "tables").iterdir()
    assert kept.name == f"{hashlib.sha256(kept.read_bytes()).hexdigest()}.csv"


def test_a_table_that_is_not_here_or_was_changed_is_named_with_the_mend(tmp_path: Path) -> None:
    data = choose(large(), ("x",), "y", "classification", data_dir=tmp_path)
    with pytest.raises(DataUnavailableError, match=r"not on this server.*Upload the CSV"):
        registry.load(data, tmp_path / "elsewhere")
    path = tmp_path / "tables" / f"{data.sha256}.csv"
    path.write_text(path.read_text().replace("0.", "1.", 1))
    with pytest.raises(DataUnavailableError, match="was changed"):
        registry.load(data, tmp_path)


def test_a_table_that_cannot_be_kept_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "tables").write_text("a file where a folder has to be")
    with pytest.raises(NnlabError, match="cannot be kept"):
        choose(large(), ("x",), "y", "classification", data_dir=tmp_path)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"points": 9}, "data.points says 9, and the table has 2"),
        ({"inputs": ("z",)}, "no column 'z': it has x, y"),
    ],
)
def test_an_experiment_that_does_not_fit_its_table_says_so(fields, sentence):
    given_by_hand = {"text": "x,y\n1,a\n2,b\n", "inputs": ("x",), "target": "y", "points": 2}
    data = Csv.model_validate({**given_by_hand, "classes": ("a", "b"), **fields})
    with pytest.raises(NnlabError, match=sentence):
        registry.load(data, Path("/nonexistent"))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": ""}, "text or by its sha256.*neither"),
        ({"sha256": "0" * 64}, "got both"),
        ({"text": "", "sha256": "../../etc/passwd"}, "64 digits"),
        ({"inputs": ("x", "x")}, "columns must differ"),
        ({"classes": ("a",)}, "one class alone"),
    ],
)
def test_a_csv_that_is_not_one_table_is_no_experiment(fields, sentence):
    data = {"kind": "csv", "text": "x,y\n1,2\n", "inputs": ["x"], "target": "y", "points": 1}
    whole = {
        "data": {**data, **fields},
        "model": {"layers": [{"kind": "linear", "out_features": 1}]},
        "training": {"epochs": 1, "loss": "mse"},
    }
    with pytest.raises(InvalidExperimentError, match=sentence):
        Experiment.from_dict(whole)


def test_the_text_of_a_table_reads_back_as_the_table():
    table = Table(('a "q"', "b, c", "d"), (("1", "x;y", ""), ("", "", "'")))
    assert tables.parse(table.text()) == table


def test_what_a_table_takes_in_memory_is_about_what_it_says() -> None:
    rows = tuple(tuple(f"{row}.{column}" for column in range(20)) for row in range(500))
    table = Table(tuple("abcdefghijklmnopqrst"), rows)
    held = sum(sys.getsizeof(row) + sum(map(sys.getsizeof, row)) for row in rows)
    assert held <= table.bytes_held <= 1.5 * held


def test_columns_of_numbers_and_their_values_are_counted_without_what_is_missing() -> None:
    table = Table(("a", "b"), (("1", "u"), ("", "v"), ("1", ""), ("2", "v")))
    assert table.numbers == ("a",)
    assert table.values == {"a": 2, "b": 2}
