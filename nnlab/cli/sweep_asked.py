"""From what was typed to a sweep."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnlab import recipes
from nnlab.cli.experiment import change, read_text
from nnlab.config import Experiment
from nnlab.config.axis import parse_axis
from nnlab.config.data import Images
from nnlab.config.received import read_json
from nnlab.config.sweep import Sweep
from nnlab.errors import InvalidExperimentError, NnlabError, one_of
from nnlab.recipes.sweeps import SWEEPS
from nnlab.texts import _


@dataclass(frozen=True)
class Asked:
    """A sweep, what it is called unless told, and the recipe that it was made from."""

    sweep: Sweep
    name: str
    recipe: str | None


def read_sweep(what: str, changes: list[str], axes: list[str], sample: int | None) -> Asked:
    """The sweep of a recipe or a JSON file, with changes of its experiment and further axes.

    An experiment, by its recipe or file, becomes a sweep by `axes` (`PATH=VALUES`). One of a path
    that varies already takes its place. `sample` draws so many networks; pictures are searched, and
    get so many trials.

    Raises:
        NnlabError: neither a recipe nor a file.
        InvalidExperimentError: no valid sweep: an axis that leads nowhere, a value out of range, an
            empty range, too many networks; names the mend.
    """
    written, name, recipe = _read(what)
    experiment = change(Experiment.from_dict(written["experiment"]), changes)
    written["experiment"] = json.loads(experiment.to_json())
    for axis in map(parse_axis, axes):
        added = {"path": axis.path, "values": axis.values}
        here = [place for place, one in enumerate(written["axes"]) if one["path"] == axis.path]
        if here:
            written["axes"][here[0]] = added
        else:
            written["axes"].append(added)
    if not written["axes"]:
        raise InvalidExperimentError(
            _(
                "'{what}' is one network: say what varies, as in --over"
                " training.optimizer.lr=log:0.001..1:8 --over model.seed=0..7.",
                what=what,
            )
        )
    if isinstance(experiment.data, Images):
        written.setdefault("search", {})
        if sample is not None:
            written["search"] |= {"trials": sample}
    elif sample is not None:
        written["sample"] = (written.get("sample") or {}) | {"count": sample}
    sweep = Sweep.from_dict(written)
    len(sweep.nets)  # every network is valid; those of a search are looked at by it
    return Asked(sweep, name, recipe)


def _read(what: str) -> tuple[dict[str, Any], str, str | None]:
    """A sweep as its JSON says it; that of an experiment has no axes yet."""
    if what in SWEEPS:
        return json.loads(SWEEPS[what].sweep.to_json()), what, what
    if what in recipes.RECIPES:
        experiment = json.loads(recipes.get(what).experiment.to_json())
        return {"experiment": experiment, "axes": []}, what, what
    path = Path(what)
    if path.suffix.lower() != ".json" and not path.is_file():
        names = [*SWEEPS, *recipes.RECIPES]
        raise NnlabError(
            _(
                "{problem} Or give the path of a sweep, FILE.json.",
                problem=one_of(_("recipe"), what, names),
            )
        )
    text = read_text(path)
    try:
        found = read_json(text)
        if isinstance(found, dict) and "axes" in found:
            return json.loads(Sweep.from_dict(found).to_json()), path.stem, None
        experiment = Experiment.from_dict(found)
    except InvalidExperimentError as error:
        raise InvalidExperimentError(f"{path}: {error}") from error
    return {"experiment": json.loads(experiment.to_json()), "axes": []}, path.stem, None
