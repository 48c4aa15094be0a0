"""Refusals of operations on a run of many networks that need a single one."""

from nnlab.config.sweep import Net, Sweep
from nnlab.errors import NnlabError, RunDamagedError
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.store import SWEEP, Run
from nnlab.runs.sweeps.history import SweepHistory
from nnlab.texts import _


def must_be_one(run: Run) -> None:
    """Refuse a run of many networks.

    Raises:
        NnlabError: it is a sweep; says how to name one of its networks.
        RunDamagedError: its sweep cannot be read.
    """
    sweep = run.sweep
    if sweep is None:
        return
    if sweep.search is not None:
        raise NnlabError(
            _(
                "The run {run} is a search, and this is for one network: its trials are runs of"
                " their own, take one of those. They stand in the list of runs.",
                run=run.id,
            )
        )
    raise NnlabError(
        _(
            "The run {run} is a sweep of {count:,} networks, and this is for one: take one of them"
            " out by python -m nnlab export {run} --net 0 --format FORMAT, or train it on alone on"
            " the page of the sweep.",
            run=run.id,
            count=sweep.count,
        )
    )


def net_of(run: Run, sweep: Sweep | None, number: int) -> Net:
    """The network of that number.

    Raises:
        NnlabError: the run is no sweep whose networks train together, or has no such network.
    """
    if sweep is None:
        raise NnlabError(
            _(
                "The run {run} is of one network: networks have numbers in a sweep alone. Leave"
                " the number out.",
                run=run.id,
            )
        )
    if sweep.search is not None:
        must_be_one(run)
    if not 0 <= number < sweep.count:
        raise NnlabError(
            _(
                "The sweep {run} has the networks 0 to {last:,}: {number:,} is not among them.",
                run=run.id,
                last=sweep.count - 1,
                number=number,
            )
        )
    return sweep.nets[number]


def must_be_of(run: Run, sweep: Sweep, history: SweepHistory | SearchHistory) -> None:
    """Refuse events of another number of networks than the sweep has.

    Raises:
        RunDamagedError: the file of the sweep was altered since, or the events.
    """
    has_begun = history.started is not None
    if sweep.search is None and has_begun and history.nets != sweep.count:
        raise RunDamagedError(
            _(
                "The events of run {run} are of {nets:,} networks, and its {file} makes {count:,}:"
                " put back the file that was there, or delete the run.",
                run=run.id,
                nets=history.nets,
                file=SWEEP,
                count=sweep.count,
            )
        )
