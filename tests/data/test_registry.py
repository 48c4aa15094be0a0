"""What any data set gives: parts, shapes, names, and sentences where it cannot be trained on."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from nnlab.config.data import (
    Curve,
    Data,
    Images,
    PlaneClasses,
    PlaneValues,
    Points,
    Sequences,
    task_of,
)
from nnlab.data import registry
from nnlab.errors import NnlabError

NOWHERE = Path("/nonexistent")
ONE_OF_EACH: list[Data] = [
    *(
        PlaneClasses(kind=kind, seed=5)
        for kind in ("circle", "xor", "gauss", "spiral", "moons", "blobs")
    ),
    PlaneClasses(kind="blobs", classes=7, points=701),
    PlaneValues(kind="plane"),
    PlaneValues(kind="bumps", train_share=0.33),
    *(Curve(kind=kind) for kind in ("quadratic", "xsinx", "stairs")),
    Points(rows=tuple((i, i / 2, i % 3, i % 3) for i in range(20))),
    Points(rows=((0, 1), (1, 2), (2, 3)), task="regression", train_share=1),
    Images(kind="digits"),
    Images(kind="digits", train_size=100, validation=0),
    Sequences(task="sort", length=6, symbols=4, examples=900),
    Sequences(task="brackets", length=14),
]


@pytest.mark.parametrize("data", ONE_OF_EACH, ids=lambda data: data.kind)
def test_what_is_said_without_loading_is_what_loading_gives(data):
    splits = registry.load(data, NOWHERE)
    info, counts = registry.describe(data), registry.sizes(data)
    assert splits.info == info
    test = 0 if splits.test is None else len(splits.test)
    assert (len(splits.train), len(splits.val), test) == counts
    for part in (splits.train, splits.val):
        assert part.x.shape == (len(part), *info.input_shape)
        assert part.x.dtype == (torch.float32 if info.symbols is None else torch.int64)
        if task_of(data) == "classification":
            assert info.class_names is not None
            assert part.y.dtype == torch.int64
            assert (part.y < len(info.class_names)).all()
        else:
            assert info.class_names is None
            assert part.y.shape == (len(part), 1)
            assert part.y.dtype == torch.float32


def test_every_kind_that_an_experiment_can_name_has_a_source():
    choices = TypeAdapter(Data).json_schema()["discriminator"]["mapping"]
    made = {*registry.MAKERS, *registry.images.READERS, "csv", "handwriting", "pictures"}
    assert len(choices) > 10
    assert made == set(choices)


def test_training_and_validation_part_the_points_without_overlap():
    splits = registry.load(PlaneClasses(kind="circle", train_share=0.7), NOWHERE)
    rows = {tuple(row) for part in (splits.train, splits.val) for row in part.x.tolist()}
    assert (len(splits.train), len(splits.val), len(rows)) == (350, 150, 500)
    assert splits.test is None


def test_the_points_are_mixed_before_they_are_parted():
    y = registry.load(PlaneClasses(kind="spiral"), NOWHERE).train.y.float()
    assert 0.4 < y.mean() < 0.6
    assert len(torch.unique_consecutive(y)) > 50


def test_more_noise_leaves_it_alone_which_points_train():
    clean, noisy = (
        registry.load(Curve(kind="quadratic", noise=noise), NOWHERE) for noise in (0.0, 0.3)
    )
    assert torch.equal(clean.train.x, noisy.train.x)
    assert not torch.equal(clean.train.y, noisy.train.y)


def test_another_seed_trains_on_other_points():
    first, again, other = (
        registry.load(Curve(kind="xsinx", seed=seed), NOWHERE).train.x for seed in (0, 0, 1)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_class_that_nobody_used_still_has_its_place():
    info = registry.describe(Points(rows=((0, 0), (1, 3))))
    assert info.class_names == ("0", "1", "2", "3")


def test_one_class_alone_is_named_with_the_mend():
    rows = ((0.0, 0.0), *((float(i), 1.0) for i in range(1, 9)))
    data = Points(rows=rows, train_share=0.2, seed=1)  # 2 of 9 points train
    with pytest.raises(NnlabError, match=r"All 2 training examples are of class 1.*train_share"):
        registry.load(data, NOWHERE)


def test_no_point_left_to_train_on_is_named_with_the_mend():
    with pytest.raises(NnlabError, match=r"No point is left to train on: 2 points.*0\.1.*Raise"):
        registry.load(Points(rows=((0, 0), (1, 1)), train_share=0.1), NOWHERE)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from(["circle", "xor", "gauss", "spiral", "moons", "blobs"]),
    points=st.integers(10, 60),
    share=st.floats(0.1, 0.9),
    noise=st.floats(0, 0.5),
    seed=st.integers(0, 2**32 - 1),
)
def test_any_valid_plane_gives_finite_points_or_a_sentence(kind, points, share, noise, seed):
    data = PlaneClasses(kind=kind, points=points, train_share=share, noise=noise, seed=seed)
    try:
        splits = registry.load(data, NOWHERE)
    except NnlabError:
        assert points * share < 15  # so few that all may be of one class
        return
    assert len(splits.train) + len(splits.val) == points
    assert np.isfinite(splits.train.x.numpy()).all()


@pytest.mark.parametrize(
    ("data", "missing"),
    [
        (Points(), "two points at least, of two classes; there are none yet"),
        (Points(rows=((0, 0, 1),)), "The only point is of class 1, .* add points of another"),
        (Points(rows=((0, 0, 1), (1, 1, 1))), "All 2 points are of class 1"),
        (Points(task="regression", rows=((0, 1),)), "with a value each; there is one"),
    ],
)
def test_unfinished_points_are_an_experiment_and_loading_says_what_is_missing(
    data: Points, missing: str
) -> None:
    assert registry.describe(data).input_shape == (data.width,)
    with pytest.raises(NnlabError, match=missing):
        registry.load(data, NOWHERE)
