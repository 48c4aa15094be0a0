"""One frame of the Playground: a run, or the untrained draft, at one step."""

from dataclasses import dataclass

from nnlab.config import Experiment
from nnlab.data.splits import Splits
from nnlab.errors import NnlabError
from nnlab.runs.record.history import History
from nnlab.runs.record.status import Status
from nnlab.runs.rewind.past import Replaying
from nnlab.ui.lab.metrics_table import Figures
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.runtime.past_snapshots import SnapshotOrReplay, exact_figures, past_snapshot
from nnlab.ui.runtime.run_view import RunView
from nnlab.ui.runtime.snapshot import Snapshot, untrained
from nnlab.ui.session.playground_state import PlaygroundState


@dataclass(frozen=True)
class Frame:
    """Given to every part of the page that moves."""

    state: PlaygroundState
    status: Status | None
    view: RunView | None
    """The run in view; None before the first press of Train."""
    history: History
    """History of the run; empty where there is none."""
    splits: Splits
    moment: Snapshot
    """The network to be shown: the newest, a past one, or the untrained one of the draft."""
    dark: bool
    past: int | None = None
    """The past step that is asked for; None: the newest, and where there is no run."""
    replaying: Replaying | None = None
    """How far the replay has come that leads there: `moment` is still another step's."""

    @property
    def figures(self) -> Figures:
        """The newest losses and accuracies; of a past step those of its very network."""
        if self.past is None or self.view is None:
            return self.history
        training = self.view.experiment.training
        return self.moment.cached("figures", lambda n: exact_figures(n, self.splits, training.loss))

    @property
    def experiment(self) -> Experiment:
        """The experiment shown: the run's own, else the draft."""
        return self.view.experiment if self.view is not None else self.state.draft


def make_frame(
    state: PlaygroundState, status: Status | None, view: RunView | None, *, dark: bool
) -> Frame:
    """Make the data of one frame of the page.

    Raises:
        NnlabError: the data cannot be had, or the network does not fit it.
    """
    splits = splits_of(state.draft.data)
    state.replaying = False
    if view is None:
        moment = untrained(state.draft.model, splits.info.input_shape)
        return Frame(state, status, None, History(), splits, moment, dark)
    asked = state.past
    sight = _sight(state, view)
    # Also where it cannot be had: one more frame, whose head says why.
    state.replaying = sight.replaying is not None or state.past != asked
    return Frame(
        state,
        status,
        view,
        view.history,
        splits,
        sight.moment,
        dark,
        past=state.past,
        replaying=sight.replaying,
    )


def _sight(state: PlaygroundState, view: RunView) -> SnapshotOrReplay:
    """Return the snapshot in view; the newest, with a message, if a past step cannot be had."""
    if state.past is not None:
        try:
            return past_snapshot(view, state.past)
        except NnlabError as error:
            state.past, state.notice = None, str(error)
    return SnapshotOrReplay(view.moment(), None)
