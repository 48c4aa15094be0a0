"""The axes of a sweep as its views draw them, and where each network stands on them."""

from collections.abc import Sequence
from typing import Any

from nnlab.config.axis import Axis, Scale
from nnlab.config.axis_values import Value
from nnlab.config.sweep import Sweep
from nnlab.scene.sweep_fields import value_text
from nnlab.scene.sweep_shown import ShownAxis


def axes_of(
    sweep: Sweep, names: Sequence[str], values: Sequence[tuple[Value, ...]]
) -> tuple[tuple[ShownAxis, ...], tuple[tuple[int, ...], ...]]:
    """The axes, and the place of each net on them.

    A search by TPE takes values between those that were named: its axes have those that it took.
    """
    axes: list[ShownAxis] = []
    columns: list[list[int]] = []
    for number_, (axis, name) in enumerate(zip(sweep.axes, names, strict=True)):
        found = list(sweep.points[number_])
        taken = [row[number_] for row in values]
        if any(value not in found for value in taken):
            found = sorted(set(taken), key=_sort_key)
        axes.append(_axis(axis, name, found))
        places = {value: place for place, value in enumerate(map(_key, found))}
        columns.append([places[_key(value)] for value in taken])
    return tuple(axes), tuple(zip(*columns, strict=True)) if values else ()


def _axis(axis: Axis, name: str, values: Sequence[Value]) -> ShownAxis:
    numbers = tuple(
        float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)
    )
    return ShownAxis(
        name,
        tuple(value_text(value) for value in values),
        numbers if len(numbers) == len(values) else None,
        _scale(axis, values),
        is_seed=axis.path.endswith("seed"),
    )


def _scale(axis: Axis, values: Sequence[Value]) -> Scale:
    """Return a range's own scale; for listed values, `Axis.scale` of them all."""
    is_range = isinstance(axis.values, str) and ".." in axis.values
    return axis.scale if is_range else Axis(path=axis.path, values=tuple(values)).scale


def _key(value: Value) -> tuple[str, Value]:
    return type(value).__name__, value  # True is no 1


def _sort_key(value: Value) -> tuple[bool, Any]:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return not is_number, value if is_number else str(value)
