"""Data over the wire of a cluster, and the same tensors at its end."""

import pickle
import warnings

import numpy as np
import pytest
import torch

from nnlab.config import Images, PlaneClasses
from nnlab.config.data import Sequences
from nnlab.data import registry
from nnlab.data.registry import load
from nnlab.data.splits import Part
from nnlab.runs.cluster.given import Given, give, taken


def same_part(a: Part | None, b: Part | None) -> bool:
    if a is None or b is None:
        return a is b
    return torch.equal(a.x, b.x) and torch.equal(a.y, b.y) and a.x.dtype == b.x.dtype


@pytest.mark.parametrize(
    "data",
    [
        PlaneClasses(kind="circle", points=100),
        Images(kind="digits", train_size=50),
        Images(kind="digits", train_size=50, test="validates"),
        Sequences(length=6, examples=100),
    ],
    ids=["points", "pictures", "pictures whose test part validates", "sequences"],
)
def test_what_is_taken_is_what_was_given(data, tmp_path) -> None:
    splits = load(data, tmp_path)
    again, got = taken(pickle.loads(pickle.dumps(give(data, splits))))
    assert again == data
    assert got.info == splits.info
    assert same_part(got.train, splits.train)
    assert same_part(got.val, splits.val)
    assert same_part(got.test, splits.test)
    assert (got.test is got.val) == (splits.test is splits.val)


def test_nothing_is_copied(tmp_path) -> None:
    data = PlaneClasses(kind="circle", points=100)
    splits = load(data, tmp_path)
    given = give(data, splits)
    _data, got = taken(given)
    assert got.train.x.data_ptr() == splits.train.x.data_ptr()
    assert given.nbytes == 100 * (2 * 4 + 8)


def test_a_part_that_validates_and_tests_counts_once() -> None:
    part = np.zeros((10, 2), np.float32), np.zeros(10, np.int64)
    data = PlaneClasses(kind="circle", points=10)
    assert Given(data, part, part, part).nbytes == 160


def test_arrays_that_may_not_be_written_make_no_noise(tmp_path) -> None:
    data = PlaneClasses(kind="circle", points=100)
    given = give(data, load(data, tmp_path))
    for array in (*given.train, *given.val):
        array.flags.writeable = False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _data, got = taken(given)
    assert got.train.x.shape == (50, 2)


def test_data_that_were_given_are_looked_for_first(tmp_path, monkeypatch) -> None:
    data = PlaneClasses(kind="circle", points=100)
    other = data.model_copy(update={"seed": 1})
    splits = load(data, tmp_path)
    monkeypatch.setattr(registry, "given", {data.model_dump_json(): splits})
    assert load(PlaneClasses(kind="circle", points=100), tmp_path) is splits
    assert load(other, tmp_path) is not splits
    assert not same_part(load(other, tmp_path).train, splits.train)
