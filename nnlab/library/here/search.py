"""A search led in this process, its trials trained by workers."""

import time

from tqdm import tqdm

from nnlab.config.sweep import Sweep
from nnlab.data.description import describe
from nnlab.data.registry import sizes
from nnlab.errors import NnlabError
from nnlab.library.here.handed import READY_SECONDS
from nnlab.library.here.interrupt import Interruptible, stop_on_interrupt
from nnlab.library.here.training import as_command, bar_of
from nnlab.runs.engine import launcher_of
from nnlab.runs.record.control import FileControls
from nnlab.runs.record.log import EventReader, log_size
from nnlab.runs.search.check import must_be_searchable, search_of
from nnlab.runs.search.conductor import conduct
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.store import Run
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


def lead_search(
    run: Run, settings: Settings, *, progress: bool = True
) -> tuple[FitEnded, SearchHistory]:
    """Lead a search to its end, or on. Returns its last word and what came of its trials.

    Ctrl-C stops it and its trials; all can go on.

    Raises:
        NnlabError: the run is no search, is under way, or was deleted meanwhile; no cluster is
            reached where NNLAB_ENGINE=ray.
    """
    search_of(run)
    since = time.time() if log_size(run.path) else 0.0
    controls = Interruptible(FileControls(run.path, since, is_orphan=lambda: False))
    history = SearchHistory(EventReader(run.path).read_new())
    launcher = launcher_of(as_command(run, settings))
    last: Event | None = None
    try:
        launcher.wait_until_ready(READY_SECONDS)
        with (
            stop_on_interrupt(controls),
            bar_of(run.id, _("trial"), shown=progress) as bar,
        ):
            for event in conduct(run, launcher, controls, visitor=AT_THE_MACHINE):
                history.extend([event])
                _show(bar, history, event)
                last = event
    finally:
        launcher.close()
    if not isinstance(last, FitEnded):
        raise NnlabError(_("The run {run} was deleted while it was searched.", run=run.id))
    return last, history


def _show(bar: tqdm, history: SearchHistory, event: Event) -> None:
    bar.total = history.nets
    best = history.best()
    if isinstance(event, Trial) and best is not None:
        figure = history.figures(history.ranking)[best]
        bar.set_postfix_str(f"#{best} {history.ranking}={figure:.4g}", refresh=False)
    bar.update(history.step - bar.n)
