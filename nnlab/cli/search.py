"""A search from the command line: led in this process, its trials trained by workers."""

import json
import sys
import time
from typing import Any

from tqdm import tqdm

from nnlab.cli.interrupt import Interruptible, stop_on_interrupt
from nnlab.config.sweep import Sweep
from nnlab.data.description import describe
from nnlab.data.registry import sizes
from nnlab.errors import NnlabError
from nnlab.runs.record.control import FileControls
from nnlab.runs.record.log import EventReader, log_size
from nnlab.runs.record.status import Status, derive_status
from nnlab.runs.search.check import must_be_searchable, search_of
from nnlab.runs.search.conductor import conduct
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.store import Run
from nnlab.runs.sweeps.history import METRICS
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings
from nnlab.texts import _
from nnlab.training.check import plan
from nnlab.training.events import Event, FitEnded, Trial
from nnlab.visitor import AT_THE_MACHINE


def check_search(sweep: Sweep) -> None:
    """Before a run is made of it.

    Raises:
        NnlabError: a value is not valid on its axis, or the experiment cannot be trained as it is.
    """
    must_be_searchable(sweep)
    data = sweep.experiment.data
    plan(sweep.experiment, describe(data), sizes(data)[0])


def run_search(run: Run, settings: Settings) -> int:
    """Lead a search to its end, or on, and print the best trial as one JSON line.

    Ctrl-C stops it and its trials; all can go on. 0, or 1 where it failed or no trial has a figure.

    Raises:
        NnlabError: the run is no search, or is under way.
    """
    sweep, _search = search_of(run)
    since = time.time() if log_size(run.path) else 0.0
    controls = Interruptible(FileControls(run.path, since, is_orphan=lambda: False))
    history = SearchHistory(EventReader(run.path).read_new())
    launcher = LocalLauncher(settings.model_copy(update={"runs_dir": run.path.parent}))
    bar = tqdm(
        desc=run.id,
        unit=_("trial"),
        file=sys.stderr,
        dynamic_ncols=True,
        mininterval=0.1 if sys.stderr.isatty() else 10,
    )
    last: Event | None = None
    try:
        with stop_on_interrupt(controls), bar:
            for event in conduct(run, launcher, controls, visitor=AT_THE_MACHINE):
                history.extend([event])
                _show(bar, history, event)
                last = event
    finally:
        launcher.close()
    if not isinstance(last, FitEnded):
        raise NnlabError(_("The run {run} was deleted while it was searched.", run=run.id))
    if last.error is not None:
        print(f"nnlab: {' '.join(last.error.split())}", file=sys.stderr)
    status, best = derive_status([last], held=False), _best(sweep, history)
    print_best(run, status, len(history.trials), last.seconds, best)
    return 1 if status == "failed" or best is None else 0


def print_best(
    run: Run, status: Status, nets: int, seconds: float, best: dict[str, Any] | None
) -> None:
    """The last line of a sweep or a search on the command line, one JSON object."""
    line = {"run": run.id, "status": status, "nets": nets, "seconds": seconds, "best": best}
    print(json.dumps(line), flush=True)


def _show(bar: tqdm, history: SearchHistory, event: Event) -> None:
    bar.total = history.nets
    best = history.best()
    if isinstance(event, Trial) and best is not None:
        figure = history.figures(history.ranking)[best]
        bar.set_postfix_str(f"#{best} {history.ranking}={figure:.4g}", refresh=False)
    bar.update(history.step - bar.n)


def _best(sweep: Sweep, history: SearchHistory) -> dict[str, Any] | None:
    number = history.best()
    if number is None:
        return None
    newest = history.trials[number].newest
    paths = [axis.path for axis in sweep.axes]
    figures = {name: getattr(newest, name) for name in METRICS}
    return {
        "net": number,
        "run": newest.run,
        "values": dict(zip(paths, newest.values, strict=True)),
        **{name: figure for name, figure in figures.items() if figure is not None},
    }
