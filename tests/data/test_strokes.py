"""Digits that the lab draws itself: what they look like, and how they join the published ones."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from nnlab.config import Images
from nnlab.data import images, strokes
from nnlab.data.published import EDITION, folder_of
from nnlab.data.samples import samples
from nnlab.data.strokes import draw_digits, drawn_digits, file_name, kept
from nnlab.data.strokes.editions import EDITIONS
from nnlab.data.strokes.forms import FORMS
from nnlab.data.strokes.inks import on_paper, pressed
from nnlab.data.strokes.pictures import inked
from nnlab.data.strokes.rarer_forms import RARER_FORMS
from nnlab.data.strokes.stroke_synthesis import Habits, write
from nnlab.errors import DataUnavailableError
from tests.data import small

MEAN = {1: 39.6399, 2: 35.484}
"""The mean pixel of a thousand pictures of each edition."""


@pytest.fixture(scope="module")
def drawn() -> tuple[np.ndarray, np.ndarray]:
    return draw_digits(1000, seed=0)


@pytest.fixture(scope="module")
def second() -> tuple[np.ndarray, np.ndarray]:
    return draw_digits(1000, seed=0, edition=2)


def test_the_same_seed_draws_the_same_and_another_seed_others(drawn):
    pictures, labels = draw_digits(1000, seed=0)
    assert np.array_equal(pictures, drawn[0])
    assert np.array_equal(labels, drawn[1])
    others, _ = draw_digits(1000, seed=1)
    assert np.mean(np.any(others != pictures, axis=(1, 2))) > 0.99


def test_every_digit_is_drawn_as_often_and_in_random_order(drawn, second):
    for _, labels in (drawn, second):
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
    for form in EDITIONS[2].forms:
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


def test_another_drawing_asks_for_another_edition(drawn, second):
    """What was trained on an edition is made again from it: whoever changes how digits are drawn
    adds an edition, and a kind that names it."""
    for edition, (pictures, _) in enumerate((drawn, second), start=1):
        assert pictures.mean() == pytest.approx(MEAN[edition], rel=2e-4)
    assert EDITION == {"mnist-strokes": 1, "digits-strokes": 1, "mnist-hands": 2}


def test_the_second_edition_has_all_forms_of_the_first_and_as_many_more():
    first, later = EDITIONS[1].forms, EDITIONS[2].forms
    assert later[: len(first)] == first
    assert len(set(later)) == len(later) >= 2 * len(first)
    for digit in range(10):
        assert sum(form.digit == digit for form in later) >= 8


@pytest.mark.parametrize("number", range(10))
def test_each_form_becomes_a_digit_with_ink_that_fits_the_picture(number):
    edition = EDITIONS[2]
    for place, form in enumerate(form for form in edition.forms if form.digit == number):
        rng = np.random.default_rng(place)
        drawings = list(inked(write(form, 4, rng, edition.habits), np.full(4, 0.15), rng))
        assert len(drawings) == 4
        for picture in drawings:
            assert picture.shape == (28, 28)
            assert np.isfinite(picture).all()
            assert 0.25 < picture.max() <= 1, form
            # A line of ten pixels is the least that a digit can be; a filled box the most.
            assert 12 < picture.sum() < 330, form


def test_a_seven_whose_foot_loops_into_its_dash_crosses_its_own_leg():
    """The form that was misread most often: its line meets itself, that of a plain 7 does not."""
    looped = [form for form in RARER_FORMS if form.digit == 7 and len(form.strokes) == 1][:3]
    (plain,) = [form for form in FORMS if form.strokes == ("2,4 30,3 56,3! 38,50 22,100",)]
    calm = Habits(jitter=0, ends=0, wave=0, tremor=0)
    for form, crosses in [*((form, True) for form in looped), (plain, False)]:
        (lines,) = write(form, 20, np.random.default_rng(0), calm)
        assert all(_meets_itself(line) == crosses for line in lines), form


def _meets_itself(line: np.ndarray) -> bool:
    """Whether two pieces of a line [n, 2] that do not follow each other cross, by orientation."""

    def side(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> float:
        return np.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))

    pieces = list(pairwise(line))
    return any(
        side(a, b, c) != side(a, b, d) and side(c, d, a) != side(c, d, b)
        for i, (a, b) in enumerate(pieces)
        for c, d in pieces[i + 2 :]
        if not np.allclose(b, c)
    )


def test_paper_leaves_most_ink_alone_fades_some_and_makes_some_pictures_small():
    ink = np.zeros((120, 120), np.float32)
    ink[40:80, 20:100] = 1
    papers = [on_paper(ink, np.random.default_rng(seed)) for seed in range(400)]
    alike = np.mean([np.array_equal(paper, ink) for paper in papers])
    # By hand: (1 - 0.15)³ = 0.61 are as they were.
    assert alike == pytest.approx(0.61, abs=0.08)
    sides = np.array([len(paper) for paper in papers])
    assert (sides < 120).mean() == pytest.approx(0.15, abs=0.06)
    assert sides.min() >= 26
    faded = [paper for paper in papers if len(paper) == 120 and paper[45:75, 25:95].min() < 0.95]
    assert len(faded) > 40
    assert min(paper.max() for paper in papers) >= 0.3
    assert all(paper.min() >= 0 and paper.max() <= 1 for paper in papers)


def test_a_pressed_stroke_swells_and_thins_along_its_way_and_keeps_its_mean_width():
    heights = []
    for seed in range(60):
        sheet = Image.new("L", (240, 80))
        points = np.stack([np.linspace(20, 220, 40), np.full(40, 40.0)], axis=1)
        pressed(ImageDraw.Draw(sheet), points, 20.0, np.random.default_rng(seed))
        heights.append((np.asarray(sheet)[:, 30:210] > 0).sum(axis=0))
    spread = np.array([np.ptp(height) for height in heights])
    assert (spread <= 2).mean() > 0.4  # neither pressed nor bent across a nib
    assert (spread > 5).mean() > 0.15
    assert np.mean(heights) == pytest.approx(21, rel=0.1)


def test_hooks_lengthen_strokes_by_a_little_at_either_end():
    (plain,) = [form for form in FORMS if form.strokes == ("30,0 30,50 30,100",)]
    calm = {"jitter": 0, "ends": 0, "wave": 0, "tremor": 0}
    (bare,) = write(plain, 500, np.random.default_rng(0), Habits(**calm))
    (hooked,) = write(plain, 500, np.random.default_rng(0), Habits(**calm, hooks=1))
    assert hooked.shape[1] == bare.shape[1] + 4
    for end in (hooked[:, -3:], hooked[:, :3]):
        way = np.linalg.norm(np.diff(end, axis=1), axis=2).sum(axis=1)
        assert 2 < way.min() < way.max() < 30


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


@pytest.mark.parametrize("kind", ["mnist-strokes", "digits-strokes", "mnist-hands"])
def test_only_what_trains_is_added(kind: str, small_mnist: Path, few_strokes: int):
    base = kind.partition("-")[0]
    data = Images.model_validate({"kind": kind, "validation": 10})
    mixed = images.load(data, small_mnist)
    plain = images.load(Images.model_validate({"kind": base, "validation": 10}), small_mnist)
    for one, other in ((mixed.val, plain.val), (mixed.test, plain.test)):
        assert one is not None
        assert other is not None
        assert torch.equal(one.x, other.x)
        assert torch.equal(one.y, other.y)
    assert len(mixed.train) == images.sizes(data)[0] == len(plain.train) + few_strokes
    assert torch.equal(mixed.train.x[few_strokes:], plain.train.x)
    expected, labels = draw_digits(few_strokes, kept.SEED, EDITION[kind])
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
