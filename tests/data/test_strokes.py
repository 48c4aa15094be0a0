"""Digits that the lab draws itself: what they look like, and how they join the published ones."""

from pathlib import Path

import numpy as np
import pytest
import torch

from nnlab.config import Images
from nnlab.data import images, strokes
from nnlab.data.published import folder_of
from nnlab.data.samples import samples
from nnlab.data.strokes import draw_digits, drawn_digits, file_name, kept
from nnlab.data.strokes.forms import FORMS
from nnlab.data.strokes.hands import write
from nnlab.errors import DataUnavailableError
from tests.data import small

VERSION_1 = 39.6399
"""The mean pixel of a thousand pictures."""


@pytest.fixture(scope="module")
def drawn() -> tuple[np.ndarray, np.ndarray]:
    return draw_digits(1000, seed=0)


def test_the_same_seed_draws_the_same_and_another_seed_others(drawn):
    pictures, labels = draw_digits(1000, seed=0)
    assert np.array_equal(pictures, drawn[0])
    assert np.array_equal(labels, drawn[1])
    others, _ = draw_digits(1000, seed=1)
    assert np.mean(np.any(others != pictures, axis=(1, 2))) > 0.99


def test_every_digit_is_drawn_as_often_and_in_random_order(drawn):
    _, labels = drawn
    assert np.bincount(labels).tolist() == [100] * 10
    assert set(labels[:60].tolist()) == set(range(10))
    _, few = draw_digits(7, seed=3)
    assert len(few) == 7


def test_drawn_pictures_are_prepared_as_drawings_are(drawn):
    pictures = drawn[0].astype(np.float64)
    assert pictures.max(axis=(1, 2)).min() > 200
    for picture in pictures[:200]:
        rows, columns = np.nonzero(picture.max(axis=1))[0], np.nonzero(picture.max(axis=0))[0]
        assert max(np.ptp(rows), np.ptp(columns)) + 1 in (19, 20)  # bicubic's rim may round to 0
        middle = [(picture.sum(axis=1 - a) @ np.arange(28)) / picture.sum() for a in (0, 1)]
        free = (rows[0] > 0, columns[0] > 0)
        assert all(abs(m - 14) <= 0.51 for m, inside in zip(middle, free, strict=True) if inside)


def test_thin_and_thick_pens_are_drawn(drawn):
    inked = (drawn[0] > 127).mean(axis=(1, 2))
    ones = inked[drawn[1] == 1]
    assert np.percentile(ones, 95) > 2 * np.percentile(ones, 5)


def test_both_extremes_of_a_form_have_the_same_points_and_corners():
    assert {form.digit for form in FORMS} == set(range(10))
    for form in FORMS:
        other = form.other or form.strokes
        assert len(form.strokes) == len(other), form
        for one, two in zip(form.strokes, other, strict=True):
            corners = [[word.endswith("!") for word in each.split()] for each in (one, two)]
            assert corners[0] == corners[1], form


def test_hands_differ_around_the_template():
    (plain,) = [form for form in FORMS if form.strokes == ("30,0 30,50 30,100",)]
    (lines,) = write(plain, 4000, np.random.default_rng(0))
    ends = lines[:, -1] - lines[:, 0]
    assert ends[:, 1].mean() == pytest.approx(100, abs=5)
    assert 3 < ends[:, 1].std() < 20
    lean = ends[:, 0] / ends[:, 1]
    assert -0.45 < lean.mean() < -0.1  # to the right of upright, as most people write
    assert lean.std() > 0.15


def test_another_drawing_asks_for_another_version(drawn):
    """These figures belong to version 1: whoever changes the drawing raises `kept.VERSION`."""
    assert kept.VERSION == 1
    assert drawn[0].mean() == pytest.approx(VERSION_1, rel=2e-4)


def test_what_was_drawn_is_kept_and_a_damaged_file_is_drawn_anew(tmp_path: Path, monkeypatch):
    first = drawn_digits(tmp_path, 50)
    path = tmp_path / file_name(50)
    with monkeypatch.context() as patch:
        patch.setattr(kept, "draw_digits", None)  # may not be called
        again = drawn_digits(tmp_path, 50)
    content = path.read_bytes()
    for damaged in (b"", content[:100], content[:-300], b"nonsense"):
        path.write_bytes(damaged)
        assert np.array_equal(drawn_digits(tmp_path, 50)[0], first[0])
        assert path.read_bytes() == content
    assert np.array_equal(again[0], first[0])
    assert np.array_equal(again[1], first[1])
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_directory_that_takes_no_file_still_gives_pictures(tmp_path: Path):
    (tmp_path / "strokes").write_text("a file in the way")
    assert drawn_digits(tmp_path, 20)[0].shape == (20, 28, 28)


@pytest.fixture
def small_mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory with an MNIST of 60 pictures to train on."""
    small.shrink("mnist", monkeypatch)
    folder = folder_of("mnist", tmp_path)
    folder.mkdir(parents=True)
    for name, content in small.idx_archives("mnist").items():
        (folder / name).write_bytes(content)
    return tmp_path


@pytest.mark.parametrize("base", ["mnist", "digits"])
def test_only_what_trains_is_added(base: str, small_mnist: Path, few_strokes: int):
    data = Images.model_validate({"kind": f"{base}-strokes", "validation": 10})
    mixed = images.load(data, small_mnist)
    plain = images.load(Images.model_validate({"kind": base, "validation": 10}), small_mnist)
    for one, other in ((mixed.val, plain.val), (mixed.test, plain.test)):
        assert one is not None
        assert other is not None
        assert torch.equal(one.x, other.x)
        assert torch.equal(one.y, other.y)
    assert len(mixed.train) == images.sizes(data)[0] == len(plain.train) + few_strokes
    assert torch.equal(mixed.train.x[few_strokes:], plain.train.x)
    expected, labels = draw_digits(few_strokes, kept.SEED)
    assert torch.equal(mixed.train.x[:few_strokes, 0], torch.from_numpy(expected) / 255)
    assert mixed.train.y[:few_strokes].tolist() == labels.tolist()


def test_without_mnist_the_usual_message_names_what_to_download(tmp_path: Path):
    with pytest.raises(
        DataUnavailableError, match=r"MNIST is not on this computer.*download mnist"
    ):
        images.load(Images(kind="mnist-strokes"), tmp_path)
    assert not (tmp_path / "strokes").exists()


def test_the_samples_show_a_drawn_picture_of_each_digit(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(strokes.kept, "draw_digits", None)  # all of them would take seconds
    shown = samples(Images(kind="digits-strokes"), tmp_path)
    plain = samples(Images(kind="digits"), tmp_path)
    assert shown.shown.shape == plain.shown.shape == (20, 1, 28, 28)
    assert np.array_equal(shown.shown[:10], plain.shown[:10])
    assert not np.array_equal(shown.shown[10:], plain.shown[10:])
    assert np.array_equal(shown.val_x, plain.val_x)
