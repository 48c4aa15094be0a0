"""From what somebody named to a sweep."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnlab import recipes
from nnlab.config import Experiment
from nnlab.config.data import Images
from nnlab.config.received import read_json
from nnlab.config.sweep import Sweep
from nnlab.errors import InvalidExperimentError, NnlabError, one_of, shown
from nnlab.library.asked.experiment import is_file, read_text
from nnlab.recipes.sweeps import SWEEPS
from nnlab.texts import _

WhatVaries = str | Path | Sweep | Experiment | Mapping[str, object]
"""A sweep, or an experiment that becomes one by axes: a recipe's id, a path, a parsed object."""


@dataclass(frozen=True)
class NamedSweep:
    """A sweep, what it is called unless told, and the recipe that it was made from."""

    sweep: Sweep
    name: str
    recipe: str | None


def read_sweep(
    what: WhatVaries,
    changes: Sequence[tuple[str, object]],
    axes: Mapping[str, object],
    sample: int | None,
) -> NamedSweep:
    """The sweep of a recipe or a JSON file, with changes of its experiment and further axes.

    An experiment, by its recipe or file, becomes a sweep by `axes`: the values of each path. One of
    a path that varies already takes its place. `sample` draws so many networks; pictures are
    searched, and get so many trials.

    Raises:
        NnlabError: neither a recipe nor a file.
        InvalidExperimentError: no valid sweep: an axis that leads nowhere, a value out of range, an
            empty range, too many networks; names the mend.
    """
    written, name, recipe = _read(what)
    experiment = Experiment.from_dict(written["experiment"]).with_all(changes)
    written["experiment"] = json.loads(experiment.to_json())
    for path, values in axes.items():
        added = {"path": path, "values": values}
        here = [place for place, one in enumerate(written["axes"]) if one["path"] == path]
        if here:
            written["axes"][here[0]] = added
        else:
            written["axes"].append(added)
    if not written["axes"]:
        raise InvalidExperimentError(
            _(
                "'{what}' is one network: say what varies, as in --over"
                " training.optimizer.lr=log:0.001..1:8 --over model.seed=0..7, or in Python"
                " nnlab.sweep('{what}', {{'model.seed': range(8)}}).",
                what=name,
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
    return NamedSweep(sweep, name, recipe)


def _read(what: WhatVaries) -> tuple[dict[str, Any], str, str | None]:
    """A sweep as its JSON says it; that of an experiment has no axes yet."""
    if isinstance(what, Mapping):
        found = dict(what)
        what = Sweep.from_dict(found) if "axes" in found else Experiment.from_dict(found)
    if isinstance(what, Sweep):
        return json.loads(what.to_json()), what.experiment.data.kind, None
    if isinstance(what, Experiment):
        return _of_one(what), what.data.kind, None
    if not isinstance(what, str | Path):
        raise InvalidExperimentError(
            _(
                "A sweep begins with a recipe's id, a path, an Experiment or a Sweep, got"
                " {received}: nnlab.sweep('circle', {{'model.seed': range(8)}}), say.",
                received=shown(what),
            )
        )
    path, what = Path(what), str(what)
    if what in SWEEPS:
        recipe = SWEEPS[what]
        return json.loads(recipe.sweep.to_json()), recipe.id, recipe.id
    if what in recipes.RECIPES:
        return _of_one(recipes.get(what).experiment), what, what
    if path.suffix.lower() != ".json" and not is_file(path):
        names = [*SWEEPS, *recipes.RECIPES]
        raise NnlabError(
            _(
                "{problem} Or give the path of a sweep, FILE.json.",
                problem=one_of(_("recipe"), what, names),
            )
        )
    return *_read_file(path), None


def _read_file(path: Path) -> tuple[dict[str, Any], str]:
    text = read_text(path)
    try:
        found = read_json(text)
        if isinstance(found, dict) and "axes" in found:
            return json.loads(Sweep.from_dict(found).to_json()), path.stem
        return _of_one(Experiment.from_dict(found)), path.stem
    except InvalidExperimentError as error:
        raise InvalidExperimentError(f"{path}: {error}") from error


def _of_one(experiment: Experiment) -> dict[str, Any]:
    return {"experiment": json.loads(experiment.to_json()), "axes": []}
