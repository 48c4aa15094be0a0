"""`nnlab.train`: a run from a line of Python.

Its second signature is for `**{"training.epochs": 50}`, in which a type checker cannot tell the
path of a field from the name of a parameter.
"""

from dataclasses import replace
from typing import Any, overload

from nnlab.library.asked.experiment import What, read_what
from nnlab.library.asked.given import Changes, Place, folder_of_runs, read_changes, run_name
from nnlab.library.here.training import make_run, only_if_begun, train_on
from nnlab.library.run import Run


@overload
def train(
    what: What,
    changes: Changes | None = None,
    /,
    *,
    name: str | None = None,
    runs: Place | None = None,
    progress: bool = True,
) -> Run: ...
@overload
def train(what: What, changes: Changes | None = None, /, **more: Any) -> Run: ...
def train(
    what: What,
    changes: Changes | None = None,
    /,
    *,
    name: str | None = None,
    runs: Place | None = None,
    progress: bool = True,
    **more: Any,
) -> Run:
    """Train a network here, or where NNLAB_ENGINE says, as the lab does, and give its run.

    `nnlab.train("spiral", **{"training.epochs": 50})`. Ctrl-C stops the run and keeps it: it comes
    back with what it has learned, and can be resumed. One that diverges comes back, too; its
    `status` says so.

    Args:
        what: a recipe's id, the path of an experiment's JSON or of a zip of pictures, an
            `Experiment`, or a dict of one.
        changes: new values by the dotted path of a field; `more` are further ones.
        name: what lists call the run; else the recipe's or the file's name.
        runs: where runs are kept; else NNLAB_RUNS_DIR, or `runs` in this folder.
        progress: a bar on stderr.
        more: `**{"training.optimizer.lr": 0.01}`.

    Raises:
        NnlabError: what cannot be trained, with the mend; no run is made then. Or the run failed:
            its data are not here, the memory is full.
    """
    asked = read_changes(changes, more)
    named_as, folder = run_name(name), folder_of_runs(runs)
    named = read_what(what)
    experiment = named.experiment.with_all(asked)
    made = make_run(replace(named, experiment=experiment), name=named_as, runs=folder)
    with only_if_begun(made):
        train_on(made, progress=progress)
    return Run(made)
