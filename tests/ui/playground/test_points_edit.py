"""A set of points, edited one by one, and taken away as a file."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from nnlab.config import Curve, PlaneClasses, Points
from nnlab.config.own_data import MAX_POINTS
from nnlab.data import registry
from nnlab.data.csv_files import read_csv
from nnlab.data.tables import choose
from nnlab.errors import NnlabError
from nnlab.ui.components.chart import Click
from nnlab.ui.playground.form.points_edit import (
    added,
    begun_from,
    class_counts,
    empty,
    erased,
    to_csv,
)

NOWHERE = Path("/nonexistent")


def at(x: float, y: float, reach: float = 0.2) -> Click:
    return Click(x, y, (reach, reach))


def test_a_click_on_the_plane_adds_a_point_of_the_class():
    data = added(added(empty("classification", 2), at(1.23456, -2), 0), at(-0.001, 3), 4)
    assert data.rows == ((1.23, -2, 0), (0, 3, 4))
    assert class_counts(data) == [1, 0, 0, 0, 1]


def test_a_click_on_a_curve_adds_its_x_and_y():
    assert added(empty("regression", 1), at(1.5, 2.25), 9).rows == ((1.5, 2.25),)


def test_the_nearest_point_within_reach_is_erased_and_else_none():
    data = Points(rows=((0, 0, 0), (0.3, 0, 1), (5, 5, 1), (5, 5, 0)))
    assert erased(data, at(0.25, 0)).rows == ((0, 0, 0), (5, 5, 1), (5, 5, 0))
    assert erased(data, at(5, 5.1)).rows == data.rows[:3]  # the one on top
    assert erased(data, at(2, 2)) == data
    assert erased(empty("classification", 2), at(0, 0)).rows == ()


def test_the_reach_may_differ_across_and_upwards():
    data = Points(rows=((0, 0), (10, 0)), task="regression")
    assert erased(data, Click(1, 0, (2, 0.1))).rows == ((10, 0),)
    assert erased(data, Click(0, 1, (2, 0.1))) == data


def test_one_point_too_many_is_refused_with_the_way_out():
    full = Points(rows=((0.0, 0.0, 1.0),) * MAX_POINTS)
    with pytest.raises(NnlabError, match=r"2,000 at most.*CSV"):
        added(full, at(0, 0), 1)
    with pytest.raises(NnlabError, match="too many to be edited"):
        begun_from(np.zeros((MAX_POINTS + 1, 2)), np.zeros(MAX_POINTS + 1), "classification")


def test_points_begun_from_a_data_set_stay_in_place_and_keep_their_targets():
    for data in (PlaneClasses(kind="spiral"), Curve(kind="xsinx", low=-0.02, high=0.02)):
        splits = registry.load(data, NOWHERE)
        x, y = splits.train.x.numpy(), splits.train.y.numpy()
        points = begun_from(x, y, "classification" if y.ndim == 1 else "regression")
        again = registry.load(points.model_copy(update={"seed": 0}), NOWHERE).train
        order = np.random.default_rng([0, 1]).permutation(len(x))
        assert np.abs(again.x.numpy() - x[order]).max() <= np.ptp(x) / 1000
        assert np.abs(again.y.numpy() - y[order]).max() <= np.ptp(y) / 1000


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_points_leave_as_csv_and_come_back_as_the_same_numbers(tmp_path):
    data = PlaneClasses(kind="moons", points=40, noise=0.1, train_share=0.7)
    text = to_csv(data, tmp_path)
    splits = registry.load(data, tmp_path)
    rows = read(text)
    assert [row["part"] for row in rows] == ["train"] * 28 + ["validation"] * 12
    assert [float(row["x2"]) for row in rows[:28]] == pytest.approx(splits.train.x[:, 1].tolist())
    table = read_csv(text.encode()).table
    back = choose(table, ("x1", "x2"), "class", "classification", data_dir=tmp_path, train_share=1)
    x = registry.load(back, tmp_path).train.x
    everything = np.concatenate([splits.train.x.numpy(), splits.val.x.numpy()])
    assert sorted(x.tolist()) == sorted(everything.tolist())


def test_unfinished_points_and_tables_leave_as_csv_too(tmp_path):
    assert to_csv(Points(rows=((1, 2, 1),)), tmp_path) == "x1,x2,class\n1,2,1\n"
    assert to_csv(empty("regression", 1), tmp_path) == "x,y\n"
    table = read_csv(b"cm,kind\n180,tall\n150,small\n").table
    data = choose(table, ("cm",), "kind", "classification", data_dir=tmp_path, train_share=1)
    assert {(row["cm"], row["kind"]) for row in read(to_csv(data, tmp_path))} == {
        ("180", "tall"),
        ("150", "small"),
    }
