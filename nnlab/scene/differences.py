"""The changes from one experiment to another: the shortest list of `path=value`."""

from typing import Any

from nnlab.config import Experiment

Change = tuple[str, Any]
"""A dotted path, and what JSON can hold."""


def changes(base: Experiment, other: Experiment) -> list[Change]:
    """Return the changes with which `base.with_all` gives `other`.

    A list that is as long in both is changed place by place; another one, and what has another
    `kind`, is set whole.
    """
    return list(_differing("", base.model_dump(mode="json"), _written(other)))


def _written(experiment: Experiment) -> dict[str, Any]:
    return experiment.model_dump(mode="json")


def _differing(path: str, one: Any, other: Any) -> list[Change]:
    if one == other:
        return []
    if isinstance(one, dict) and isinstance(other, dict) and _is_alike(one, other):
        names = other
        pairs = [(f"{path}.{name}" if path else name, one[name], other[name]) for name in names]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        if not all(isinstance(part, dict) for part in (*one, *other)):
            return [(path, other)]
        pairs = [(f"{path}.{i}", a, b) for i, (a, b) in enumerate(zip(one, other, strict=True))]
    else:
        return [(path, other)]
    return [change for pair in pairs for change in _differing(*pair)]


def _is_alike(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.keys() == other.keys() and one.get("kind") == other.get("kind")
