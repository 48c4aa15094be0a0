"""The detector's errors on digits, and its hits on letters, scribbles and several digits.

    python -m benchmarks.doubt [--sealed] [--fonts FOLDER]

None of these pictures was learned from. Digits: MNIST's test part, some of it as EMNIST would hold
it, the test part of the embedded digits (8 by 8 pixels), fonts kept apart, real pen strokes
(`benchmarks/drawn.py` says which writers are sealed). No digits: fonts kept apart, scribbles and
dots of another maker, two or three of MNIST's test digits that touch. `--fonts` adds letters and
digits of the font files in a folder, fonts in the style of handwriting, say. Of letters, O, o, I
and l are left out: they are drawn as 0 and 1 are.
"""

import argparse
import string
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks._other_ink import Pictures, as_emnist, dot, drawn, lissajous, mouse, zigzag
from benchmarks._pen_strokes import FILE, PENS, read
from benchmarks._report import goal, print_machine, print_table
from benchmarks.drawn import SHARED, chosen, prepared_all
from nnlab.data.archives import is_available
from nnlab.data.images import READERS
from nnlab.data.no_digits.printed import AS_DIGITS, KEPT_APART, glyph, printed, printed_digits
from nnlab.data.no_digits.several import several
from nnlab.errors import NnlabError
from nnlab.insight.pictures.doubt import DOUBTED, detector, doubts
from nnlab.settings import read_settings

MOST_DIGITS, LEAST_OTHERS = 0.02, 0.90
LETTERS = "".join(letter for letter in string.ascii_letters if letter not in AS_DIGITS)
DIGITS = "digits: "
"""Begins the names of collections that should not be flagged."""
PER_WRITER = 60


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sealed", action="store_true", help="the sealed writers, too")
    parser.add_argument("--fonts", type=Path, help="a folder of font files")
    options = parser.parse_args()
    print_machine()
    data_dir = read_settings().data_dir
    every = collections(data_dir) | pen_strokes(data_dir, sealed=False)
    if options.sealed:
        every |= pen_strokes(data_dir, sealed=True)
    if options.fonts:
        every |= of_fonts(sorted(options.fonts.rglob("*.[otw][tfo]*")))
    network = detector().network
    rows = [_row(name, doubts(network, pictures)) for name, pictures in every.items()]
    print_table(["collection", "pictures", "flagged", "share", "goal"], rows)


def collections(data_dir: Path) -> dict[str, Pictures]:
    """Return the pictures that need no pen strokes: float32 [n, 28, 28] each, by name."""
    found: dict[str, Pictures] = {}
    if is_available("mnist", data_dir):
        test = np.asarray(READERS["mnist"](data_dir, "t10k")[0], np.uint8)
        rng = np.random.default_rng(0)
        found[f"{DIGITS}MNIST test"] = _floats(test)
        found[f"{DIGITS}MNIST test as EMNIST"] = np.stack([as_emnist(each) for each in test[:500]])
        found["several digits"] = _floats(np.stack([several(test, rng) for _ in range(200)]))
    return found | without_mnist()


def without_mnist() -> dict[str, Pictures]:
    """Those that need no file: in every clone the same pictures."""
    rng = np.random.default_rng(1)
    return {
        "coarse digits: embedded test": np.asarray(
            READERS["digits"](Path(), "t10k")[0], np.float32
        ),
        f"{DIGITS}fonts kept apart": _floats(printed_digits(KEPT_APART, 200, 0)[0]),
        "letters and signs of fonts kept apart": _floats(
            np.stack([printed(KEPT_APART, rng) for _ in range(300)])
        ),
        "scribbles: mouse": drawn(mouse, 100, 2),
        "scribbles: swings": drawn(lissajous, 50, 3),
        "scribbles: zigzags": drawn(zigzag, 50, 4),
        "dots": drawn(dot, 30, 5),
    }


def pen_strokes(data_dir: Path, *, sealed: bool) -> dict[str, Pictures]:
    """Real digits with each pen; none where the file is not on this machine."""
    path = next((home / FILE for home in (data_dir, SHARED) if (home / FILE).is_file()), None)
    if path is None:
        print(f"Without pen strokes: {FILE} is not in {data_dir}.")
        return {}
    pictures = prepared_all(chosen(read(path), PER_WRITER, sealed), PENS, shrink=False)
    whose = "sealed" if sealed else "tuning"
    return {
        f"{DIGITS}pen of {pen}, {whose} writers": of_pen
        for pen, of_pen in zip(PENS, pictures, strict=True)
    }


def of_fonts(files: list[Path]) -> dict[str, Pictures]:
    """Letters and digits of font files, bent a little; O, o, I and l apart."""
    rng = np.random.default_rng(6)
    signs = {
        "letters of a folder's fonts": LETTERS,
        "O, o, I, l of a folder's fonts (drawn as digits)": AS_DIGITS,
        f"{DIGITS}a folder's fonts": string.digits,
    }
    return {
        name: _floats(
            np.stack([glyph(str(file), sign, rng) for file in files for sign in which * 4])
        )
        for name, which in signs.items()
    }


def _floats(pictures: NDArray[np.uint8]) -> Pictures:
    return pictures.astype(np.float32) / 255


def _row(name: str, found: NDArray[np.float64]) -> list[str]:
    share = float((found >= DOUBTED).mean())
    met = share <= MOST_DIGITS if DIGITS in name else share >= LEAST_OTHERS
    wanted = f"≤ {MOST_DIGITS:g}" if DIGITS in name else f"≥ {LEAST_OTHERS:g}"
    flagged = f"{(found >= DOUBTED).sum():,}"
    return [name, f"{len(found):,}", flagged, f"{share:.4f}", goal(met, wanted)]


if __name__ == "__main__":
    try:
        main()
    except NnlabError as error:
        raise SystemExit(str(error)) from error
