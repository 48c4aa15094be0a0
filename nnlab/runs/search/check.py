"""Checks of a search before anything starts."""

from nnlab.config.sweep import Search, Sweep
from nnlab.errors import InvalidExperimentError, NnlabError
from nnlab.runs.store import Run
from nnlab.texts import _


def must_be_searchable(sweep: Sweep) -> Search:
    """The search of a sweep, all of whose values are valid on their axes.

    Each value is tried with the first ones of the other axes; combinations that do not go together
    fail later, as trials.

    Raises:
        InvalidExperimentError: it says no search, an axis leads nowhere, or a value is not valid.
    """
    if sweep.search is None:
        raise InvalidExperimentError(
            _("This sweep has no search: its networks train together, in one run.")
        )
    first = tuple(values[0] for values in sweep.points)
    for place, values in enumerate(sweep.points):
        for value in values:
            sweep.experiment_of((*first[:place], value, *first[place + 1 :]))
    return sweep.search


def search_of(run: Run) -> tuple[Sweep, Search]:
    """Return the sweep and the search settings of a run.

    Raises:
        NnlabError: it is no search.
        RunNotFoundError: it was deleted.
        RunDamagedError: a file of it cannot be read.
    """
    sweep = run.sweep
    if sweep is None or sweep.search is None:
        raise NnlabError(_("The run {run} is no search: start it as any other run.", run=run.id))
    return sweep, sweep.search
