"""A set of points as it is edited: one added, one erased, or begun from the points of another."""

import csv
import io
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnlab.config import Csv, Data, Points
from nnlab.config.data import Task, task_of
from nnlab.config.own_data import MAX_POINTS
from nnlab.data import registry
from nnlab.errors import NnlabError
from nnlab.texts import _
from nnlab.ui.components.chart import Click

DECIMALS = 2
"""Decimals of a clicked point: finer than a pixel of the plane, and short in the link."""


def added(data: Points, click: Click, target: float) -> Points:
    """With one more point: on the plane at the click, on a curve (one input) at its x and y.

    Raises:
        NnlabError: there are as many points as there may be.
    """
    if len(data.rows) >= MAX_POINTS:
        raise NnlabError(
            _(
                "A set of own points holds {max_points:,} at most: erase some, or bring more as a"
                " table (CSV).",
                max_points=MAX_POINTS,
            )
        )
    x, y = _rounded(click.x, DECIMALS), _rounded(click.y, DECIMALS)
    row = (x, y) if data.width == 1 else (x, y, _rounded(target, DECIMALS))
    return _with_rows(data, (*data.rows, row))


def erased(data: Points, click: Click) -> Points:
    """Without the point nearest to the click; the same where none is within its reach."""
    if not data.rows:
        return data
    places = np.array(data.rows)[:, :2]
    away = (places - [click.x, click.y]) / np.array(click.reach)
    distances = np.hypot(away[:, 0], away[:, 1])
    # Of several in one place the newest, which is drawn on top.
    nearest = len(distances) - 1 - int(distances[::-1].argmin())
    if distances[nearest] > 1:
        return data
    return _with_rows(data, data.rows[:nearest] + data.rows[nearest + 1 :])


def begun_from(x: NDArray[np.generic], y: NDArray[np.generic], task: Task) -> Points:
    """Points at `x` [n, inputs] with targets `y` [n] or [n, 1], each to about 1/1000 of its range.

    Raises:
        NnlabError: there are too many.
    """
    if len(x) > MAX_POINTS:
        raise NnlabError(
            _(
                "{count:,} points are too many to be edited: at most {max_points:,} are kept one by"
                " one. Take fewer points first.",
                count=len(x),
                max_points=MAX_POINTS,
            )
        )
    columns = [*np.asarray(x, np.float64).T, np.asarray(y, np.float64).reshape(-1)]
    short = [np.round(column, _decimals(column)) + 0.0 for column in columns]
    rows = tuple(tuple(float(value) for value in row) for row in zip(*short, strict=True))
    return Points(rows=rows, task=task, inputs=x.shape[1], train_share=1)


def class_counts(data: Points) -> list[int]:
    """The points of each class: of 0 and 1 at least, up to the highest that is used."""
    labels = [int(row[-1]) for row in data.rows]
    return [labels.count(label) for label in range(max([1, *labels]) + 1)]


def to_csv(data: Data, data_dir: Path) -> str:
    """All points as CSV: inputs, target, and whether each trains or validates.

    A target of a table that is a number stands as the network sees it, from -1 to 1.

    Raises:
        NnlabError: the data cannot be had.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if isinstance(data, Points):
        inputs = ["x"] if data.width == 1 else [f"x{i + 1}" for i in range(data.width)]
        names = [*inputs, "class" if data.task == "classification" else "y"]
        writer.writerow(names)
        writer.writerows([[f"{value:.9g}" for value in row] for row in data.rows])
        return text.getvalue()
    splits = registry.load(data, data_dir)
    classes = splits.info.class_names
    width = splits.info.input_shape[0]
    inputs = data.inputs if isinstance(data, Csv) else [f"x{i + 1}" for i in range(width)]
    target = data.target if isinstance(data, Csv) else "class" if classes else "y"
    writer.writerow([*inputs, target, "part"])
    for name, part in (("train", splits.train), ("validation", splits.val)):
        for row, said in zip(part.x.tolist(), part.y.reshape(-1).tolist(), strict=True):
            told = classes[int(said)] if classes else f"{said:.9g}"
            writer.writerow([*(f"{value:.9g}" for value in row), told, name])
    return text.getvalue()


def empty(task: Task, inputs: int) -> Points:
    """A set to begin with. All points train, as long as nobody asks for validation."""
    return Points(task=task, inputs=inputs, train_share=1)


def is_editable(data: Data) -> bool:
    """Whether its points can be placed with the mouse: on the plane, or on a curve."""
    inputs = registry.describe(data).input_shape
    return inputs == (2,) or (inputs == (1,) and task_of(data) == "regression")


def _with_rows(data: Points, rows: tuple[tuple[float, ...], ...]) -> Points:
    return Points.model_validate({**dict(data), "rows": rows, "inputs": data.width})


def _rounded(value: float, decimals: int) -> float:
    return round(value, decimals) + 0.0  # no -0.0


def _decimals(values: NDArray[np.float64]) -> int:
    wide = float(np.ptp(values)) if len(values) else 0.0
    return max(0, math.ceil(math.log10(500 / wide))) if wide > 0 else 3
