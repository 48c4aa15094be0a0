"""Digits that touch are cut apart, and one digit is not."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from benchmarks import _pen_strokes as pen_strokes
from nnlab.drawing import split
from nnlab.drawing.touching import cut


@pytest.fixture(scope="module")
def mnist(datasets_dir: Path) -> np.ndarray:
    """The last thousand test pictures, uint8."""
    content = gzip.decompress((datasets_dir / "MNIST/raw/t10k-images-idx3-ubyte.gz").read_bytes())
    return np.frombuffer(content, np.uint8, offset=16).reshape(-1, 28, 28)[-1000:]


def cut_out(picture: np.ndarray) -> np.ndarray:
    rows, columns = np.nonzero(picture > 60)
    return picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def pushed_together(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The right one moved to the left until solid ink of both meets."""
    height = max(len(left), len(right))
    one, other = (np.pad(a, ((height - len(a), 0), (0, 0))) for a in (left, right))
    for place in range(one.shape[1], 0, -1):
        sheet = np.zeros((2, height, place + other.shape[1]), np.uint8)
        sheet = np.pad(sheet, ((0, 0), (0, 0), (0, one.shape[1])))
        sheet[0, :, : one.shape[1]], sheet[1, :, place : place + other.shape[1]] = one, other
        near = (sheet[0, :, :-1] > 120) & (sheet[1, :, 1:] > 120)
        if near.any():
            break
    return cut_out(sheet.max(axis=0))


def test_one_digit_of_mnist_is_hardly_ever_cut(mnist):
    pieces = [len(split(picture)) for picture in mnist]
    assert np.mean(np.array(pieces) > 1) <= 0.01


def test_digits_of_real_hands_are_hardly_ever_cut(pen_digits):
    cuts = [
        len(cut(cut_out(pen_strokes.render(pen_strokes.on_canvas(d, 18), 18)) / np.float32(255)))
        for d in pen_digits[:200]
    ]
    assert np.mean(np.array(cuts) > 1) <= 0.01


def test_many_pairs_that_touch_are_cut_where_they_were_joined(mnist):
    """Both halves are those that were pushed together: 19 of 40 when this was written.

    A cut is made only where it is clear, so that one digit stays whole.
    """
    wide = [picture for picture in map(cut_out, mnist) if picture.shape[1] > 12][:80]
    right = 0
    for left, other in zip(wide[::2], wide[1::2], strict=True):
        pieces = cut(pushed_together(left, other) / np.float32(255))
        if len(pieces) == 2:
            drawn = zip(pieces, (left, other), strict=True)
            share = [piece.sum() * 255 / digit.sum() for piece, digit in drawn]
            right += all(0.85 < each < 1.15 for each in share)
    assert right >= 0.45 * len(wide) / 2


def test_nothing_is_lost_in_a_cut(mnist):
    pair = pushed_together(cut_out(mnist[3]), cut_out(mnist[4])) / np.float32(255)
    assert np.array_equal(np.sum(cut(pair), axis=0, dtype=np.float32), pair)
