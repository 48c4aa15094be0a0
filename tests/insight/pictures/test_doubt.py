"""What the detector that ships says of ink that it never learned from."""

import shutil
import string
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from benchmarks.doubt import DIGITS, LEAST_OTHERS, MOST_DIGITS, without_mnist
from benchmarks.drawn import SEALED_EVERY, prepared
from nnlab.data.images import READERS
from nnlab.data.no_digits.printed import AS_DIGITS, NEARLY
from nnlab.data.no_digits.several import several
from nnlab.errors import NnlabError
from nnlab.insight.pictures.doubt import DOUBTED, FOLDER, NAME, detector, doubt, doubts

HANDWRITTEN = Path(__file__).with_name("handwritten.png")
"""28 by 28 pixels each: eight fonts in the style of handwriting, a row each, first ten digits, then
the letters from a to z and A to Z without O, o, I and l. None of them trained or tuned it."""


@pytest.fixture(scope="module")
def found() -> dict[str, np.ndarray]:
    network = detector().network
    return {name: doubts(network, pictures) for name, pictures in without_mnist().items()}


LETTERS = [letter for letter in string.ascii_letters if letter not in AS_DIGITS]
"""As they stand on the sheet; `NEARLY` are written nearly as digits are, and are not counted."""


def share(doubted: np.ndarray) -> float:
    return float((doubted >= DOUBTED).mean())


def test_digits_of_print_and_of_eight_by_eight_pixels_are_seldom_flagged(found):
    """Far from any hand: more of them are flagged than of digits that a person draws."""
    assert share(found[f"{DIGITS}fonts kept apart"]) <= 0.05
    assert share(found["coarse digits: embedded test"]) <= 0.1


def test_letters_of_other_fonts_scribbles_and_dots_are_flagged(found):
    assert share(found["letters and signs of fonts kept apart"]) >= LEAST_OTHERS
    scribbles = [doubted for name, doubted in found.items() if name.startswith("scribbles")]
    assert len(scribbles) == 3
    assert share(np.concatenate(scribbles)) >= LEAST_OTHERS
    assert share(found["dots"]) >= 0.85  # of thirty


def test_at_most_two_in_a_hundred_of_mnists_test_digits_are_flagged(datasets_dir):
    digits = np.asarray(READERS["mnist"](datasets_dir, "t10k")[0], np.uint8)
    doubted = doubts(detector().network, digits.astype(np.float32) / 255)
    assert share(doubted) <= MOST_DIGITS
    recorded = detector().record.measured[f"{DIGITS}MNIST test"]
    assert recorded.pictures == len(doubted) == 10_000
    assert recorded.flagged == pytest.approx(int((doubted >= DOUBTED).sum()), abs=5)


def test_digits_that_touch_are_flagged(datasets_dir):
    digits = np.asarray(READERS["mnist"](datasets_dir, "t10k")[0][:1000], np.uint8)
    rng = np.random.default_rng(8)
    touching = np.stack([several(digits, rng) for _ in range(100)]).astype(np.float32) / 255
    assert share(doubts(detector().network, touching)) >= LEAST_OTHERS


def test_real_pen_strokes_are_rarely_flagged(pen_digits):
    """Half of the tuning writers' digits; the sealed ones are for `benchmarks.doubt --sealed`."""
    chosen = [digit for digit in pen_digits if digit.writer % SEALED_EVERY][::2]
    pictures = np.stack([prepared(digit, 18) for digit in chosen])
    assert len(pictures) > 200
    assert share(doubts(detector().network, pictures)) <= MOST_DIGITS


def test_clear_handwritten_letters_are_flagged_and_handwritten_digits_are_not():
    sheet = np.divide(np.asarray(Image.open(HANDWRITTEN)), 255, dtype=np.float32)
    rows, columns = (side // 28 for side in sheet.shape)
    signs = sheet.reshape(rows, 28, columns, 28).swapaxes(1, 2)
    assert (rows, columns) == (8, 10 + 48)
    network = detector().network
    clear = [10 + place for place, letter in enumerate(LETTERS) if letter not in NEARLY]
    letters = doubts(network, signs[:, clear].reshape(-1, 28, 28))
    digits = doubts(network, signs[:, :10].reshape(-1, 28, 28))
    assert share(letters) >= LEAST_OTHERS
    assert share(digits) <= 0.05  # four of eighty: too few for two in a hundred


def test_the_record_says_what_the_weights_give(found):
    measured = detector().record.measured
    for name, doubted in found.items():
        assert measured[name].pictures == len(doubted)
        # Another processor rounds otherwise, and moves what lies on the edge.
        assert measured[name].flagged == pytest.approx(int((doubted >= DOUBTED).sum()), abs=2)


def test_a_doubt_is_the_softmax_of_the_last_output(pen_digits):
    picture = prepared(pen_digits[0], 18)
    with torch.no_grad():
        outputs = detector().network(torch.from_numpy(picture)[None, None])[0].double().numpy()
    powers = np.exp(outputs - outputs.max())
    assert doubt(picture) == pytest.approx(float(powers[-1] / powers.sum()))


def test_the_files_stay_small():
    assert (FOLDER / f"{NAME}.safetensors").stat().st_size <= 150_000


def test_a_damaged_file_is_named_with_the_mend(tmp_path):
    for suffix in ("safetensors", "json"):
        shutil.copyfile(FOLDER / f"{NAME}.{suffix}", tmp_path / f"{NAME}.{suffix}")
    weights = tmp_path / f"{NAME}.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4] + b"\0\0\0\0")
    with pytest.raises(NnlabError, match="not the file that its record names") as error:
        detector(tmp_path)
    assert "git checkout" in str(error.value)
    weights.unlink()
    with pytest.raises(NnlabError, match="No such file"):
        detector(tmp_path)
    (tmp_path / f"{NAME}.json").write_text("{}")
    with pytest.raises(NnlabError, match="Field required"):
        detector(tmp_path)
