"""Parsing of `--set` arguments into changes of an experiment."""

import json

from nnlab.config import Experiment
from nnlab.errors import InvalidExperimentError, shortened
from nnlab.texts import _


def change(experiment: Experiment, changes: list[str]) -> Experiment:
    """The experiment with each `path=value` set, in their order.

    Raises:
        InvalidExperimentError: no `=`, no such path, or a value that is not valid there.
    """
    return experiment.with_all(read_changes(changes))


def read_changes(changes: list[str]) -> list[tuple[str, object]]:
    """Each path and its value.

    A value is read as JSON, and is taken as it stands where it is none: `training.epochs=5`,
    `data.kind=moons`, `training.schedule={"kind": "cosine"}`.

    Raises:
        InvalidExperimentError: no `=`.
    """
    asked: list[tuple[str, object]] = []
    for text in changes:
        path, equals, value = text.partition("=")
        if not equals or not path.strip():
            raise InvalidExperimentError(
                _(
                    "--set takes PATH=VALUE, as in --set training.epochs=5, got '{text}'.",
                    text=shortened(text),
                )
            )
        asked.append((path.strip(), _parse(value)))
    return asked


def _parse(value: str) -> object:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
