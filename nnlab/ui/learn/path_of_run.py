"""The weights over time of the network that the chapter is about."""

from copy import deepcopy
from dataclasses import dataclass

import streamlit as st
from torch import nn

from nnlab.data.splits import Part
from nnlab.errors import NnlabError
from nnlab.models.vectors import put
from nnlab.runs.record.status import ALIVE
from nnlab.runs.rewind.past import Replaying
from nnlab.runs.rewind.path import RunPath
from nnlab.texts import _
from nnlab.ui import doors
from nnlab.ui.learn.own_network import OwnNetwork, small_path
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.runtime.past_snapshots import path_of, steps
from nnlab.ui.runtime.run_view import run_view
from nnlab.ui.runtime.snapshot import Snapshot
from nnlab.ui.session.widgets import learn as widgets


@dataclass(frozen=True)
class Standing:
    """How far the path of a network is known."""

    path: RunPath | Replaying
    last: int
    """The step up to which it goes."""
    newest: int
    """The step that the run has come to meanwhile."""


def standing(own: OwnNetwork) -> Standing:
    """The path, or how far its replay has come.

    Of a run that trains the path goes to the step at which it was first looked at, until somebody
    asks for what came since (`offer_newer`).

    Raises:
        NnlabError: there is none; says why.
    """
    if own.run is None:
        path = small_path()
        last = int(path.steps[-1])
        return Standing(path, last, last)
    view = run_view(own.run.id)
    view.refresh()
    _first, newest = steps(view)
    if view.history.started is None:
        raise NnlabError(_("The run has not begun: it has no path yet. Train it first."))
    last = widgets.kept(_key(own), newest)
    if last > newest or not is_alive(own):
        last = newest
    widgets.keep(_key(own), last)
    return Standing(path_of(view, last), last, newest)


def is_alive(own: OwnNetwork) -> bool:
    """Whether its run may make further steps now."""
    return own.run is not None and doors.launcher().status(own.run) in ALIVE


def newest_moment(own: OwnNetwork) -> Snapshot:
    """The network as it is now, while its run trains."""
    return own.snapshot if own.run is None else run_view(own.run.id).moment()


def network_at_end(own: OwnNetwork, path: RunPath) -> nn.Sequential:
    """A network of the caller's own, as the chosen one was at the last moment of its path."""
    network = deepcopy(own.snapshot.network)
    put(network, path.weights[-1], path.averages[-1])
    return network


def show_replaying(path: Replaying) -> None:
    """How far the replay has come."""
    done, total = path.done, max(path.total, 1)
    words = _(
        "Replaying the run for its path: step {done:,} of {total:,} …", done=done, total=total
    )
    st.progress(min(done / total, 1.0), words)


def offer_newer(own: OwnNetwork, now: Standing, chapter: str) -> None:
    """A button that lets the path go to the step that the run has come to meanwhile."""
    if now.newest > now.last:
        st.button(
            _("Up to step {newest:,}", newest=now.newest),
            icon=":material/refresh:",
            key=widgets.key(f"{chapter}_go_on"),
            on_click=widgets.keep,
            args=(_key(own), now.newest),
        )


def training_part(own: OwnNetwork) -> Part:
    """Return the training set of the network."""
    return splits_of(own.experiment.data).train


def measured_over(own: OwnNetwork, examples: int) -> str:
    """Say that only the first training examples were used; empty if all were."""
    every = len(training_part(own))
    if examples == every:
        return ""
    return _(
        "Measured over {n:,} of the {all:,} training examples, the first ones.",
        n=examples,
        all=every,
    )


def _key(own: OwnNetwork) -> str:
    assert own.run is not None, "the small network is whole"
    return f"landscape_last_{own.run.id}"
