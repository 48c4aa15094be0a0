"""From what somebody named to an experiment: a recipe, a file, a zip of pictures, a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nnlab import recipes
from nnlab.config import Experiment
from nnlab.config.received import MAX_BYTES
from nnlab.errors import InvalidExperimentError, NnlabError, shown
from nnlab.recipes.sweeps import SWEEPS
from nnlab.runs.store import MAX_NAME
from nnlab.texts import _

What = str | Path | Experiment | Mapping[str, object]
"""An experiment, or what says one: a recipe's id, a path of JSON or of a zip of pictures, a
parsed JSON object."""


@dataclass(frozen=True)
class Named:
    """An experiment, what its run is called unless told, and the recipe that it is of."""

    experiment: Experiment
    name: str
    recipe: str | None = None


def read_what(what: What) -> Named:
    """Return the experiment to train.

    Raises:
        NnlabError: it is none of these; names the recipes.
        InvalidExperimentError: a file cannot be read, or says no valid experiment.
    """
    if isinstance(what, Experiment):
        return Named(what, what.data.kind)
    if isinstance(what, Mapping):
        experiment = Experiment.from_dict(dict(what))
        return Named(experiment, experiment.data.kind)
    if not isinstance(what, str | Path):
        raise InvalidExperimentError(
            _(
                "What is to be trained is a recipe's id, a path, an Experiment or a dict of one,"
                " got {received}: nnlab.train('circle'), say.",
                received=shown(what),
            )
        )
    path = Path(what)
    if path.suffix.lower() == ".zip":
        from nnlab.library.asked.pictures import experiment_on

        return Named(experiment_on(path), _stem(path))
    return read_experiment(str(what))


def read_experiment(what: str) -> Named:
    """The experiment of a recipe's id, or of a JSON file. Raises as `read_what`."""
    path = Path(what)
    is_named = path.suffix.lower() == ".json" or is_file(path)
    if is_named and what not in recipes.RECIPES:
        return Named(_read_file(path), _stem(path))
    try:
        recipe = recipes.get(what)
    except NnlabError as error:
        if what in SWEEPS:
            raise NnlabError(
                _(
                    "'{what}' is a sweep, of many networks, and this trains one: python -m nnlab"
                    " sweep {what}, or nnlab.sweep('{what}').",
                    what=what,
                )
            ) from error
        raise NnlabError(
            _("{error} Or give the path of an experiment, FILE.json.", error=error)
        ) from error
    return Named(recipe.experiment, recipe.id, recipe.id)


def read_text(path: Path) -> bytes:
    """Return the content of a named file, read up to a bound.

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


def is_file(path: Path) -> bool:
    """Whether there is such a file; what can be no path is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):  # too long, or with a character 0
        return False


def _read_file(path: Path) -> Experiment:
    text = read_text(path)
    try:
        return Experiment.from_json(text)
    except InvalidExperimentError as error:
        raise InvalidExperimentError(f"{path}: {error}") from error


def _stem(path: Path) -> str:
    return path.stem[:MAX_NAME]
