"""The network that a chapter is about: one that the person trained, or a small one made here."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
import torch

from nnlab.config import Csv, Curve, Experiment, PlaneClasses, PlaneValues, Points
from nnlab.models.vectors import averages_of, weights_of
from nnlab.recipes import get
from nnlab.runs.record.weight_files import LIVE
from nnlab.runs.rewind.path import RunPath
from nnlab.runs.store import Run, Summary
from nnlab.texts import _
from nnlab.training.fit import fit
from nnlab.ui import doors
from nnlab.ui.run_names import distinct, title
from nnlab.ui.runtime.cache import kept
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.runtime.run_view import run_view
from nnlab.ui.runtime.snapshot import Snapshot
from nnlab.ui.session.widgets import learn as widgets
from nnlab.visible import visible

MOST = 50
"""Runs in the list, the newest."""
SMALL = ""
"""In place of a run's id."""
SMALL_CHANGES = (
    ("data.kind", "moons"),
    ("data.noise", 0.2),
    ("training.optimizer.lr", 0.01),
    ("training.epochs", 8),
)
"""Two half-moons, so that 200 steps bring the loss from 0.69 to 0.12."""
EVERY = 2
"""Steps of the small network from one moment of its path to the next."""


@dataclass(frozen=True)
class OwnNetwork:
    """A network with what it learns from. It is shared with other sessions: change nothing."""

    name: str
    experiment: Experiment
    snapshot: Snapshot
    """Its network in evaluation mode, its step, and a cache of what is made of it."""
    run: Run | None
    """None: the small one, of which there is no run."""


def any_network(_experiment: Experiment) -> bool:
    """Accept every experiment, for a chapter that can show any network."""
    return True


def of_the_plane(experiment: Experiment) -> bool:
    """Whether it learns from points, a curve or a table: such networks are small."""
    return isinstance(experiment.data, PlaneClasses | PlaneValues | Curve | Points | Csv)


def choose_network(
    chapter: str,
    fits: Callable[[Experiment], bool] = any_network,
    *,
    first: Callable[[Experiment], bool] = any_network,
    beside: OwnNetwork | None = None,
    help: str | None = None,  # noqa: A002 - as Streamlit calls it
) -> OwnNetwork:
    """A list of the visitor's runs with weights, and the small one at its end.

    If the chosen run is gone, the newest that `first` accepts, else the small one, is chosen.

    Args:
        chapter: its id; each chapter keeps a choice of its own.
        fits: whether the chapter can show a network of this experiment.
        first: the newest of these is chosen until the person says otherwise; else the small one.
        beside: the network that this one is compared with; its run is not in the list.
        help: what is to be known of the list.

    Raises:
        NnlabError: the chosen run's weights cannot be read; its message says why.
    """
    found = {summary.run.id: summary for summary in _fitting(fits)[:MOST]}
    if beside is not None and beside.run is not None:
        found.pop(beside.run.id, None)
    labels = distinct({run_id: visible(one.meta.name) for run_id, one in found.items()})
    labels[SMALL] = _("a small one, trained here: {name}", name=title(_small_experiment()))
    key = f"{chapter}_network"
    usual = next((run_id for run_id, one in found.items() if first(one.experiment)), SMALL)
    if widgets.kept(key) not in labels:  # also a run that was deleted meanwhile
        widgets[key] = usual
    widgets.hold(key, usual)
    chosen = st.selectbox(
        _("Your network") if beside is None else _("The other network"),
        list(labels),
        format_func=labels.__getitem__,
        key=widgets.key(key),
        help=help,
    )
    if chosen == SMALL:
        return small_network()
    view = run_view(chosen)
    view.refresh()
    return OwnNetwork(labels[chosen], view.experiment, view.moment(), view.run)


def newest_network(fits: Callable[[Experiment], bool]) -> OwnNetwork | None:
    """The visitor's newest run with weights that fits, None where there is none.

    Raises:
        NnlabError: its weights cannot be read; its message says why.
    """
    for summary in _fitting(fits):
        view = run_view(summary.run.id)
        view.refresh()
        return OwnNetwork(visible(summary.meta.name), view.experiment, view.moment(), view.run)
    return None


def small_network() -> OwnNetwork:
    """The spiral's network on two half-moons, trained in the server at the first call."""
    experiment = _small_experiment()
    return OwnNetwork(title(experiment), experiment, _small()[0], None)


def small_path() -> RunPath:
    """Return the path of the small network's weights during its training."""
    return _small()[1]


def _small_experiment() -> Experiment:
    return get("spiral").experiment.with_all(SMALL_CHANGES)


@kept
def _small() -> tuple[Snapshot, RunPath]:
    """The small network, and its path, from one training: no process could replay it."""
    experiment = _small_experiment()
    running = fit(experiment, splits_of(experiment.data))
    seen = {0: (weights_of(running.model), averages_of(running.model))}

    def look() -> None:
        if running.step % EVERY == 0 or running.step == running.total_steps:
            seen[running.step] = weights_of(running.model), averages_of(running.model)

    running.after_step = look
    for _event in running:
        pass
    each = (torch.stack(column) for column in zip(*seen.values(), strict=True))
    path = RunPath(torch.tensor(list(seen)), *each, is_whole=True, until=running.step)
    return Snapshot(running.step, running.model.eval()), path


def _fitting(fits: Callable[[Experiment], bool]) -> list[Summary]:
    return [
        summary
        for summary in doors.store().summaries(doors.launcher().pending())
        if summary.sweep is None and fits(summary.experiment) and _has_weights(summary.run.path)
    ]


def _has_weights(path: Path) -> bool:
    return (path / LIVE).is_file()
