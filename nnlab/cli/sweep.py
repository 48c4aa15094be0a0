"""`python -m nnlab sweep`: many networks in one run directory, trained here or on a cluster."""

from pathlib import Path
from typing import Any

from nnlab.cli.experiment import read_changes
from nnlab.cli.search import print_best, run_search
from nnlab.cli.train import is_bad
from nnlab.config.axis import parse_axis
from nnlab.config.sweep import Sweep
from nnlab.library.asked.sweep import read_sweep
from nnlab.library.here.sweeping import make_sweep
from nnlab.library.here.training import only_if_begun, train_here
from nnlab.library.said import say
from nnlab.runs.record.log import EventReader
from nnlab.runs.record.status import derive_status
from nnlab.runs.sweeps.history import METRICS, SweepHistory
from nnlab.settings import read_settings
from nnlab.texts import _

MOST_NAMED = 10
"""Networks that a message names."""


def sweep(
    what: str,
    changes: list[str],
    axes: list[str],
    sample: int | None,
    name: str | None,
    runs: Path | None,
) -> int:
    """Train and print the best network as one JSON line. 0, or 1 where all diverged or it failed.

    Raises:
        NnlabError: what cannot be trained at all; no run directory is made then.
    """
    settings = read_settings()
    varies = {axis.path: axis.values for axis in map(parse_axis, axes)}
    asked = read_sweep(what, read_changes(changes), varies, sample)
    run = make_sweep(asked, name=name, runs=runs)
    if asked.sweep.search is not None:
        with only_if_begun(run):
            return run_search(run, settings)
    with only_if_begun(run):
        ended = train_here(run, settings)
    if ended.error is not None:
        say(ended.error)
    status = derive_status([ended], held=False)
    history = SweepHistory(EventReader(run.path).read_new())
    _name_diverged(history)
    best = _best(asked.sweep, history)
    print_best(run, status, asked.sweep.count, ended.seconds, best)
    return 1 if is_bad(status) or best is None else 0


def _best(sweep: Sweep, history: SweepHistory) -> dict[str, Any] | None:
    """The network with the lowest validation loss (training loss where none validate)."""
    number = history.best()
    if number is None:
        return None
    paths = [axis.path for axis in sweep.axes]
    values = dict(zip(paths, sweep.nets[number].values, strict=True))
    figures = {name: float(history.figures(name)[number]) for name in METRICS}
    known = {name: figure for name, figure in figures.items() if figure == figure}
    return {"net": number, "values": values, **known}


def _name_diverged(history: SweepHistory) -> None:
    bad = [net for net, reason in enumerate(history.reasons) if reason == "diverged"]
    if not bad:
        return
    named = ", ".join(map(str, bad[:MOST_NAMED])) + (" …" if len(bad) > MOST_NAMED else "")
    say(
        _(
            "{count} of {all} networks diverged: {named}. A lower training.optimizer.lr fixes it.",
            count=len(bad),
            all=history.nets,
            named=named,
        )
    )
