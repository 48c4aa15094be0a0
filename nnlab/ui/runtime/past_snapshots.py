"""Networks of a run's past, shared by all who look: kept here, or replayed beside the server."""

from dataclasses import dataclass
from functools import lru_cache

import streamlit as st
from torch import nn

from nnlab.data.splits import Splits
from nnlab.errors import NnlabError
from nnlab.export.html import recording
from nnlab.export.html.moments import has_way, steps_of
from nnlab.models import build
from nnlab.runs.network import load_network
from nnlab.runs.record.history import History
from nnlab.runs.rewind.past import Past, Replaying
from nnlab.runs.rewind.path import RunPath
from nnlab.runs.store import Run
from nnlab.texts import _
from nnlab.training.metrics import LOSSES, Totals, evaluate
from nnlab.training.state import State
from nnlab.ui import services
from nnlab.ui.runtime.cache import answers
from nnlab.ui.runtime.run_view import RunView
from nnlab.ui.runtime.snapshot import Snapshot
from nnlab.ui.visitors import visitor

PAST, PATH = "past", "path"

Key = tuple[Run, tuple[int, float], int]


@dataclass(frozen=True)
class SnapshotOrReplay:
    """The snapshot of a past step, or the progress of the replay that computes it."""

    moment: Snapshot
    """The snapshot of that step; during its replay, of the nearest known step."""
    replaying: Replaying | None


def past_snapshot(view: RunView, step: int) -> SnapshotOrReplay:
    """The network as it was after `step` steps, or how far its replay has come.

    Raises:
        NnlabError: the run has no such step, or it cannot be replayed.
    """
    key = (*_session_of(view), step)
    known = answers.get((PAST, *key))
    if known is not None:
        return SnapshotOrReplay(known, None)
    found = _past().look(view.run, view.history, step, visitor())
    if isinstance(found, Replaying):
        return SnapshotOrReplay(_nearest(key) or view.moment(), found)
    network = build(view.experiment.model, view.info.input_shape)
    network.load_state_dict(found["model"])
    made = answers.get_or_make((PAST, *key), lambda: Snapshot(step, network.eval()))
    return SnapshotOrReplay(made, None)


def state_of(view: RunView, step: int) -> State | Replaying:
    """The full state of a step, to go on from. Raises as `look` does."""
    return _past().look(view.run, view.history, step, visitor())


def path_of(view: RunView, last: int) -> RunPath | Replaying:
    """The run's weights over time up to a step, or how far their replay has come.

    Raises as `nnlab.runs.rewind.past.Past.path` does.
    """
    key = (PATH, *_session_of(view), last)
    known = answers.get(key)
    if known is not None:
        return known
    found = _past().path(view.run, view.history, last, visitor())
    if isinstance(found, Replaying):
        return found
    return answers.get_or_make(key, lambda: found)


def film_of(run: Run, history: History) -> RunPath | Replaying | None:
    """A run at the moments of its exported page, or how far its replay has come.

    None where the page needs none. Raises NnlabError as `nnlab.runs.rewind.past.Past.path` does,
    and as `load_network`.
    """
    network, _step = load_network(run)
    if not recording.is_drawn(run.experiment.data, network) or not has_way(run, history):
        return None
    steps = steps_of(run, history, network)
    return _past().path(run, history, steps[-1], visitor(), steps=steps)


class ExactFigures:
    """Losses and accuracies of one network over the whole data."""

    def __init__(self, train: Totals, val: Totals) -> None:
        self._known = {
            "train_loss": train.mean_loss,
            "train_accuracy": train.accuracy,
            "val_loss": val.mean_loss,
            "val_accuracy": val.accuracy,
        }

    def latest(self, name: str) -> float | None:
        """Return a figure by its name in `fit_ended`, as `val_loss`; None where there is none."""
        return self._known.get(name)


def exact_figures(network: nn.Module, splits: Splits, loss: str) -> ExactFigures:
    """Return the figures that `fit_ended` would give, had the run ended with this network."""
    function = LOSSES[loss]
    train, val = (evaluate(network, part, function) for part in (splits.train, splits.val))
    return ExactFigures(train, val)


def steps(view: RunView) -> tuple[int, int]:
    """The first and the last step of a run that can be looked at; of a diverged one, the last good.

    Raises:
        RunNotFoundError: the run was deleted.
    """
    first, history = _first(view.run), view.history
    last = history.step if history.diverged is None else history.diverged.step - 1
    return first, max(first, last)


def _nearest(key: Key) -> Snapshot | None:
    """The snapshot of the nearest step that is known of that run and session."""
    run, session, step = key
    steps = [
        other[3]
        for other in answers.held_keys()
        if isinstance(other, tuple) and other[:3] == (PAST, run, session)
    ]
    if not steps:
        return None
    return answers.get((PAST, run, session, min(steps, key=lambda other: abs(other - step))))


@st.cache_resource(show_spinner=False)
def _past() -> Past:
    return Past(services.launcher().replay, services.settings().data_dir)


def _session_of(view: RunView) -> tuple[Run, tuple[int, float]]:
    """A run that goes on from an earlier step may make others than those looked at before."""
    started = view.history.started
    if started is None:
        raise NnlabError(_("The run has not begun: it has no past yet."))
    return view.run, (started.step, started.seconds)


@lru_cache(maxsize=256)
def _first(run: Run) -> int:
    return run.meta.parent_step or 0
