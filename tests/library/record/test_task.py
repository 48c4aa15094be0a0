"""What a network is asked for, told from targets, outputs and names."""

import numpy as np
import pytest

from nnlab.library.record.task import task_of

NUMBERS = ("0", "1")


def asked(
    y: object, outputs: tuple[int, ...] | None, classes: tuple[str, ...] | None = None
) -> tuple[object, object, object]:
    said: list[str] = []
    found = task_of(
        None if y is None else np.asarray(y),
        outputs,
        classes,
        lambda kind, _text: said.append(kind),
    )
    return found.task, found.classes, said


@pytest.mark.parametrize(
    ("y", "outputs", "classes", "expected"),
    [
        ([0, 1, 2], (3,), None, ("classification", ("0", "1", "2"))),
        ([0, 1, 1], (4,), None, ("classification", ("0", "1", "2", "3"))),
        ([[0], [1]], (2,), ("a", "b"), ("classification", ("a", "b"))),
        ([0, 1, 2], None, None, ("classification", ("0", "1", "2"))),
        ([0.0, 1.0], (1,), None, ("classification", NUMBERS)),
        ([0, 1], (1,), ("no", "yes"), ("classification", ("no", "yes"))),
        ([True, False], (), None, ("classification", NUMBERS)),
        ([0.5, 1.5], (1,), None, ("regression", None)),
        ([3, 7], (1,), None, ("regression", None)),
        ([0.0, 1.0], (2,), None, ("regression", None)),
        (None, (3,), ("a", "b", "c"), ("classification", ("a", "b", "c"))),
        (None, (1,), ("no", "yes"), ("classification", ("no", "yes"))),
        (None, (3,), None, (None, None)),
        (None, None, ("a", "b"), ("classification", ("a", "b"))),
        ([0, 1], (3, 8, 8), None, (None, None)),
    ],
)
def test_the_task_and_the_names_are_told(
    y: object,
    outputs: tuple[int, ...] | None,
    classes: tuple[str, ...] | None,
    expected: tuple[object, object],
) -> None:
    assert asked(y, outputs, classes) == (*expected, [])


@pytest.mark.parametrize(
    ("y", "outputs", "classes", "expected", "kind"),
    [
        ([0, 1], (3,), ("a", "b"), ("classification", ("0", "1", "2")), "class_count"),
        ([0, 9], (3,), None, (None, None), "targets"),
        ([-100, 1], (3,), ("a", "b", "c"), ("classification", ("a", "b", "c")), "targets"),
        ([0.5, 1.5], (2,), ("a", "b"), ("regression", None), "classes_of_numbers"),
        ([[0.1, 0.9]], (2,), None, (None, None), "target_shape"),
        (None, (2, 2), ("a", "b"), (None, None), "class_count"),
    ],
)
def test_what_does_not_agree_is_left_out_and_said(
    y: object,
    outputs: tuple[int, ...] | None,
    classes: tuple[str, ...] | None,
    expected: tuple[object, object],
    kind: str,
) -> None:
    assert asked(y, outputs, classes) == (*expected, [kind])


def test_targets_of_classes_are_whole_and_others_are_not() -> None:
    def kept(y: object, outputs: tuple[int, ...]) -> np.ndarray | None:
        return task_of(np.asarray(y), outputs, None, lambda _kind, _text: None).y

    whole = kept(np.array([0, 2], np.uint8), (3,))
    assert whole is not None
    assert whole.dtype == np.int64
    binary = kept([[0.0], [1.0]], (1,))
    assert binary is not None
    assert (binary.dtype, binary.tolist()) == (np.int64, [0, 1])
    counts = kept([3, 7], (1,))
    assert counts is not None
    assert counts.dtype == np.float32
