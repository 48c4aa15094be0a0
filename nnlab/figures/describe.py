"""Each chart's fact as one sentence, for those who do not see the chart."""

from collections.abc import Sequence

import numpy as np

from nnlab.figures.boundary import Task
from nnlab.figures.pictures.digits import percent
from nnlab.texts import N_, _, number


def describe_curves(
    what: str,
    train: np.ndarray,
    val: np.ndarray,
    *,
    share: bool = False,
    best_is_high: bool | None = None,
) -> str:
    """Describe the first and the last values of both curves.

    Args:
        what: `Loss`, `Accuracy` or `R²`, in English: it goes through `_` here.
        train: [n].
        val: [m].
        share: the values are shares in 0..1, read as percent.
        best_is_high: the best is the highest value; None: where they are shares.
    """
    high = share if best_is_high is None else best_is_high
    parts = [
        _course(name, values, share, high)
        for name, values in ((N_("training"), train), (N_("validation"), val))
        if len(values)
    ]
    if not parts:
        return _("{what}: nothing yet, press Train.", what=_(what))
    return f"{_(what)}: {'; '.join(parts)}."


def _course(name: str, values: np.ndarray, share: bool, high: bool) -> str:
    def read(value: float) -> str:
        return percent(value) if share else number(value, 4)

    first, last = float(values[0]), float(values[-1])
    if len(values) == 1:
        return f"{_(name)} {read(last)}"
    finite = values[np.isfinite(values)]
    if not len(finite):
        return _("{name} not a number", name=_(name))
    best = float(finite.max() if high else finite.min())
    return _(
        "{name} from {first} to {last}, best {best}",
        name=_(name),
        first=read(first),
        last=read(last),
        best=read(best),
    )


def describe_boundary(
    grid: np.ndarray | None,
    *,
    task: Task = "classification",
    class_names: Sequence[str] | None = ("0", "1"),
    points: int = 0,
) -> str:
    """Return the share of the plane that each class has, or the range of the outputs.

    Args:
        grid: [k, h, w], as `boundary_picture` takes it; None before there is one.
        task: whether the grid holds probabilities or values.
        class_names: k names; None where the target is a number.
        points: how many points of data lie upon it.
    """
    plane = _("The plane under {points:,} points", points=points) if points else _("The plane")
    if grid is None:
        plane = plane if points else _("The plane of the data")
        return _("{plane}; no network has answered yet.", plane=plane)
    if not np.isfinite(grid).all():
        return _("{plane}: the network's answers are not numbers.", plane=plane)
    if task == "regression" or class_names is None:
        return _(
            "{plane}: the network's values lie from {low:.3g} to {high:.3g}.",
            plane=plane,
            low=grid.min(),
            high=grid.max(),
        )
    if grid.ndim == 2:
        grid = np.stack([1 - grid, grid])
    counts = np.bincount(grid.argmax(axis=0).reshape(-1), minlength=len(grid)) / grid[0].size
    parts = [
        _("class {name} on {share}", name=name, share=percent(share))
        for name, share in zip(class_names, counts, strict=True)
    ]
    return _("{plane}: the network says {classes} of it.", plane=plane, classes=", ".join(parts))


def describe_probabilities(
    probabilities: np.ndarray | None, class_names: Sequence[str] = tuple("0123456789")
) -> str:
    """The likeliest class and the one after it, with their probabilities (float [k] in 0..1)."""
    if probabilities is None:
        return _("Probabilities of the classes: nothing is drawn yet.")
    order = np.argsort(-probabilities, kind="stable")
    first, second = (f"{class_names[i]} ({percent(float(probabilities[i]))})" for i in order[:2])
    return _("The network says {first}, then {second}.", first=first, second=second)
