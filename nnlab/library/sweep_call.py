"""`nnlab.sweep`: many networks from a line of Python.

Its second signature is for changes given by name, as that of `nnlab.train`.
"""

from collections.abc import Mapping
from typing import Any, overload

from nnlab.config.axis_values import Value
from nnlab.errors import InvalidExperimentError, NnlabError, shown
from nnlab.library.asked.given import (
    Changes,
    Place,
    folder_of_runs,
    read_changes,
    run_name,
    whole_number,
)
from nnlab.library.asked.sweep import WhatVaries, read_sweep
from nnlab.library.here.search import lead_search
from nnlab.library.here.sweeping import make_sweep
from nnlab.library.here.training import only_if_begun, train_on
from nnlab.library.sweep import Sweep
from nnlab.settings import read_settings
from nnlab.texts import _

Axes = Mapping[str, object]
"""The values of each path that varies: a list, `range(8)`, or a text as `log:0.001..1:8`."""


@overload
def sweep(
    what: WhatVaries,
    axes: Axes | None = None,
    changes: Changes | None = None,
    /,
    *,
    sample: int | None = None,
    name: str | None = None,
    runs: Place | None = None,
    progress: bool = True,
) -> Sweep: ...
@overload
def sweep(
    what: WhatVaries, axes: Axes | None = None, changes: Changes | None = None, /, **more: Any
) -> Sweep: ...
def sweep(  # noqa: PLR0913 - a public signature, in docs/python.md
    what: WhatVaries,
    axes: Axes | None = None,
    changes: Changes | None = None,
    /,
    *,
    sample: int | None = None,
    name: str | None = None,
    runs: Place | None = None,
    progress: bool = True,
    **more: Any,
) -> Sweep:
    """Train many networks at once, and give what came of them.

    `nnlab.sweep("circle", {"training.optimizer.lr": [0.01, 0.1], "model.seed": range(8)})`. Ctrl-C
    stops it and keeps what there is. Networks for pictures are searched, each a run of its own.

    Args:
        what: an experiment, as `nnlab.train` takes one, or a sweep: a recipe's id, a path, an
            object.
        axes: what varies, with its values: fields by their path, or `activation`, `width`,
            `depth`, `optimizer` of all hidden layers. All combinations train.
        changes: new values of other fields, in all networks; `more` are further ones.
        sample: so many combinations, drawn at random; of pictures so many trials.
        name: what lists call it; else the recipe's or the file's name.
        runs: where runs are kept; else NNLAB_RUNS_DIR, or `runs` in this folder.
        progress: a bar on stderr.
        more: `**{"training.epochs": 20}`.

    Raises:
        NnlabError: what cannot be trained, with the mend; no run is made then. Or it failed.
    """
    asked = read_changes(changes, more)
    named_as, folder = run_name(name), folder_of_runs(runs)
    count = None if sample is None else whole_number(sample, _("A sample"))
    made = make_sweep(read_sweep(what, asked, _read_axes(axes), count), name=named_as, runs=folder)
    found = made.sweep
    if found is None or found.search is None:
        with only_if_begun(made):
            train_on(made, progress=progress)
        return Sweep(made)
    with only_if_begun(made):
        ended, _history = lead_search(made, read_settings(), progress=progress)
    if ended.error is not None:
        raise NnlabError(ended.error)
    return Sweep(made)


def _read_axes(axes: Axes | None) -> dict[str, object]:
    if axes is None:
        return {}
    if not isinstance(axes, Mapping):
        raise InvalidExperimentError(
            _(
                "What varies is a dict of paths and their values, as in {example}, got {received}.",
                example="{'model.seed': range(8)}",
                received=shown(axes),
            )
        )
    return {path: _values(path, values) for path, values in read_changes(axes)}


def _values(path: str, given: object) -> object:
    values = [given] if isinstance(given, str) else given
    if not isinstance(values, list) or not all(isinstance(one, Value) for one in values):
        raise InvalidExperimentError(
            _(
                "The values of {path} are a list of numbers or words, a range, or a text as"
                " 'log:0.001..1:8', got {received}.",
                path=path,
                received=shown(given),
            )
        )
    return given
