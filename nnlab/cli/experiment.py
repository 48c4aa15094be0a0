"""From what was typed to an experiment."""

import json
from pathlib import Path

from nnlab import recipes
from nnlab.config import Experiment
from nnlab.config.received import MAX_BYTES
from nnlab.errors import InvalidExperimentError, NnlabError, shortened
from nnlab.recipes import Recipe
from nnlab.texts import _


def read_experiment(what: str) -> tuple[Experiment, Recipe | None]:
    """The experiment of a recipe's id, or of a JSON file.

    Raises:
        NnlabError: neither; names the recipes.
        InvalidExperimentError: the file cannot be read, or is no valid experiment.
    """
    if what in recipes.RECIPES:
        recipe = recipes.get(what)
        return recipe.experiment, recipe
    path = Path(what)
    if path.suffix.lower() == ".json" or path.is_file():
        return _read_file(path), None
    try:
        recipes.get(what)
    except NnlabError as error:
        raise NnlabError(
            _("{error} Or give the path of an experiment, FILE.json.", error=error)
        ) from error
    raise AssertionError("unreachable: a known recipe was returned above")


def change(experiment: Experiment, changes: list[str]) -> Experiment:
    """The experiment with each `path=value` set, in their order.

    A value is read as JSON, and is taken as it stands where it is none: `training.epochs=5`,
    `data.kind=moons`, `training.schedule={"kind": "cosine"}`.

    Raises:
        InvalidExperimentError: no `=`, no such path, or a value that is not valid there.
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
    return experiment.with_all(asked)


def read_text(path: Path) -> bytes:
    """What a file holds that was named; no more than is too much.

    Raises:
        InvalidExperimentError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidExperimentError(
            _(
                "'{path}' cannot be read ({error}): give a recipe or the path of a JSON file.",
                path=path,
                error=error.strerror,
            )
        ) from error


def _read_file(path: Path) -> Experiment:
    text = read_text(path)
    try:
        return Experiment.from_json(text)
    except InvalidExperimentError as error:
        raise InvalidExperimentError(f"{path}: {error}") from error


def _parse(value: str) -> object:
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
