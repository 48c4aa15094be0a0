"""A network's task, inferred from its targets, its outputs and the names of classes."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnlab.errors import shown
from nnlab.library.record.means import Say
from nnlab.runs.recorded.record import MOST_CLASSES, MOST_NAME, RecordedTask
from nnlab.texts import _

Array = NDArray[Any]


@dataclass(frozen=True)
class TaskOfTargets:
    """The task, the names of its classes, and targets as `data.npz` keeps them."""

    task: RecordedTask | None
    classes: tuple[str, ...] | None
    y: Array | None
    """[n]: int64 of classes, float32 or float64 of numbers."""


def checked_classes(classes: object, say: Say) -> tuple[str, ...] | None:
    """The names as they came; None where they are none, which is said."""
    if classes is None:
        return None
    if isinstance(classes, Iterable) and not isinstance(classes, str | bytes):
        try:
            names = list(islice(classes, MOST_CLASSES + 1))
        except Exception:  # noqa: BLE001 - of the author's own objects anything may come
            names = []
        if all(isinstance(name, str) and 1 <= len(name) <= MOST_NAME for name in names) and (
            2 <= len(names) <= MOST_CLASSES
        ):
            return tuple(map(str, names))
    say(
        "classes",
        _(
            "classes are {least} to {most:,} names of 1 to {length} characters, got {received}:"
            " they are not recorded; give strings, as in classes=['cat', 'dog'].",
            least=2,
            most=MOST_CLASSES,
            length=MOST_NAME,
            received=shown(classes),
        ),
    )
    return None


def task_of(
    y: Array | None, outputs: tuple[int, ...] | None, classes: tuple[str, ...] | None, say: Say
) -> TaskOfTargets:
    """Tell the task. What does not agree is left out, and said.

    `outputs` is the shape of the network's answer to one example; None: nobody knows it.
    """
    count = None if outputs is None else 1 if outputs == () else outputs[-1]
    if outputs is not None and len(outputs) > 1:
        count = 0  # many answers for each example: no class for each
    y = None if y is None else _flat(y, say)
    names = classes
    if (
        names is not None
        and count is not None
        and len(names) not in (count, 2 if count == 1 else -1)
    ):
        say(
            "class_count",
            _(
                "There is a class for each output of the network, got {classes} classes and outputs"
                " of shape {outputs}: the names are not recorded; give as many.",
                classes=len(names),
                outputs=outputs,
            ),
        )
        names = None
    if count == 0:
        return TaskOfTargets(None, None, None)
    if y is None:
        return TaskOfTargets("classification" if names else None, names, None)
    is_zero_or_one = count == 1 and bool(np.isin(y, (0, 1)).all())
    if is_zero_or_one:
        return TaskOfTargets("classification", names or ("0", "1"), y.astype(np.int64))
    if y.dtype.kind == "f" or count == 1:
        if names is not None:
            say(
                "classes_of_numbers",
                _(
                    "classes have whole numbers as targets, got y of {type}: the names are not"
                    " recorded; give y as int64, or no classes.",
                    type=y.dtype,
                ),
            )
        return TaskOfTargets("regression", None, y if y.dtype.kind == "f" else y.astype(np.float32))
    return _of_classes(y.astype(np.int64), count, names, say)


def _of_classes(
    y: Array, count: int | None, names: tuple[str, ...] | None, say: Say
) -> TaskOfTargets:
    most = len(names) if names else int(y.max()) + 1 if count is None else count
    if y.min() < 0 or y.max() >= most:
        say(
            "targets",
            _(
                "Targets are numbers of classes from 0 to {last}, got {low} to {high}: they are not"
                " recorded; give y that the network's outputs have a place for.",
                last=most - 1,
                low=int(y.min()),
                high=int(y.max()),
            ),
        )
        return TaskOfTargets("classification" if names else None, names, None)
    if names is None and most <= MOST_CLASSES:
        names = tuple(map(str, range(most)))
    return TaskOfTargets("classification", names, y)


def _flat(y: Array, say: Say) -> Array | None:
    """Targets as [n], None where each has several numbers, or none that is one."""
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim == 1:
        return y
    say(
        "target_shape",
        _(
            "A target is one number, got y of shape {shape}: targets are not recorded; give the"
            " numbers of classes, or one value for each example.",
            shape=y.shape,
        ),
    )
    return None
