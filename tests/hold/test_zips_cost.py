"""Proof: no archive of handwriting costs more than a second and 100 MB."""

import io
import zipfile
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nnlab.data.handwriting import as_png, drawings, remove
from nnlab.data.handwriting_zip import LABELS, MOST_BYTES, take
from nnlab.errors import NnlabError
from tests.hold.bounds import Given, cost_of, fuzzed, must_hold

RNG = np.random.default_rng(0)
PICTURES = ("digit", "noise", "sparse", "large", "wide", "blank", "cut", "zeros", "nothing")
NAMES = ("{}.png", "a/{}.png", "../{}", "d{}/", "same", "{}" + "x" * 200, "\u202e{}", "/{}", "C:{}")
COUNTS = (1, 2, 30, 99, 101, 1_499, 1_500, 1_501, 5_000)
ROWS = ("{name},1\n", "{name},12\n", "{name}\n", "", '"{name}",1\n', "{name},1\n\n\n", "{name},é\n")
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


@lru_cache
def picture(kind: str) -> bytes:
    digit = np.zeros((28, 28), np.uint8)
    digit[5:22, 12:16] = 255
    sparse = np.where(RNG.random((100, 100)) < 0.1, 255, 0).astype(np.uint8)
    large = np.where(RNG.random((998, 998)) < 0.1, 255, 0).astype(np.uint8)
    match kind:
        case "noise":
            return as_png(RNG.integers(0, 256, (28, 28), np.uint8))
        case "sparse":
            return as_png(sparse)
        case "large":
            return as_png(large)
        case "wide":
            return as_png(np.kron(digit, np.ones((1, 500), np.uint8)))
        case "blank":
            return as_png(np.zeros((28, 28), np.uint8))
        case "cut":
            return as_png(digit)[:60]
        case "zeros":
            return bytes(MOST_BYTES - 2_000)
        case "nothing":
            return b""
    return as_png(digit)


@lru_cache(maxsize=4)
def archive(
    kinds: tuple[str, ...], count: int, name: str, row: str, method: int, more: int
) -> Given:
    """So many pictures in turn, their labels, and `more` bytes of blank lines in these."""
    buffer, rows = io.BytesIO(), ["file,label\n"]
    with zipfile.ZipFile(buffer, "w", method) as made:
        for number in range(count):
            kind = kinds[number % len(kinds)]
            if kind == "zeros" and number > 1:
                kind = "digit"
            called = name.format(number)
            made.writestr(called, b"" if called.endswith("/") else picture(kind))
            rows.append(row.format(name=called))
        made.writestr(LABELS, "".join(rows) + "\n" * more)
    return Given(buffer.getvalue())


def damaged(content: bytes, places: list[tuple[int, int]], cut: int) -> Given:
    """With some bytes of the archive's table set, counted from the end."""
    changed = bytearray(content[: len(content) - cut])
    for place, byte in places:
        changed[-1 - place % len(changed)] = byte
    return Given(changed)


ARCHIVES = st.builds(
    archive,
    st.lists(st.sampled_from(PICTURES), min_size=1, max_size=3).map(tuple),
    st.sampled_from(COUNTS),
    st.sampled_from(NAMES),
    st.sampled_from(ROWS),
    st.sampled_from(METHODS[:2]) | st.sampled_from(METHODS),
    st.sampled_from((0, 0, 0, 100_000, MOST_BYTES)),
)
DAMAGED = st.builds(
    damaged,
    st.builds(archive, st.just(("digit",)), st.just(3), st.just("{}.png"), st.just(ROWS[0]),
              st.just(8), st.just(0)),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=6),
    st.integers(0, 3),
)  # fmt: skip


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Warm: what is loaded at the first use is no cost of an archive."""
    folder = tmp_path_factory.mktemp("drawings")
    take(archive(("sparse",), 1, "{}.png", ROWS[0], 8, 0), folder)
    return folder


@pytest.mark.proof
@pytest.mark.filterwarnings("ignore:Duplicate name")
@fuzzed(0.1)
@given(ARCHIVES | DAMAGED)
@example(archive(("digit",), 1_500, "{}.png", ROWS[0], 8, 0))
@example(archive(("sparse",), 100, "{}.png", ROWS[0], 8, 0))
@example(archive(("large",), 1, "{}.png", ROWS[0], 8, 0))
@example(archive(("digit",), 1, "{}.png", ROWS[0], 8, MOST_BYTES))
@example(archive(("digit",), 20_000, "d{}/", "", 0, 0))
@example(Given(b"PK\x05\x06" + bytes(18) + b"PK\x01\x02" * 100_000))
def test_no_archive_is_dear(data_dir: Path, content: bytes) -> None:
    must_hold(cost_of(lambda: take(content, data_dir), NnlabError), len(content))
    remove(drawings(data_dir))
