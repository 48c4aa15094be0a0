"""A search from the command line."""

import json
from typing import Any

from nnlab.config.sweep import Sweep
from nnlab.library.here.search import lead_search
from nnlab.library.said import say
from nnlab.runs.record.status import Status, derive_status
from nnlab.runs.search.check import search_of
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.store import Run
from nnlab.runs.sweeps.history import METRICS
from nnlab.settings import Settings


def run_search(run: Run, settings: Settings) -> int:
    """Lead a search to its end, or on, and print the best trial as one JSON line.

    Ctrl-C stops it and its trials; all can go on. 0, or 1 where it failed or no trial has a figure.

    Raises:
        NnlabError: the run is no search, or is under way.
    """
    sweep, _search = search_of(run)
    last, history = lead_search(run, settings)
    if last.error is not None:
        say(last.error)
    status, best = derive_status([last], held=False), _best(sweep, history)
    print_best(run, status, len(history.trials), last.seconds, best)
    return 1 if status == "failed" or best is None else 0


def print_best(
    run: Run, status: Status, nets: int, seconds: float, best: dict[str, Any] | None
) -> None:
    """The last line of a sweep or a search on the command line, one JSON object."""
    line = {"run": run.id, "status": status, "nets": nets, "seconds": seconds, "best": best}
    print(json.dumps(line), flush=True)


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
