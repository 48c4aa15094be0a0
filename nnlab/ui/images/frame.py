"""One frame of the Images page: a run, or the untrained draft."""

from dataclasses import dataclass

from nnlab.config import Experiment, Images
from nnlab.data.samples import Samples
from nnlab.errors import NnlabError
from nnlab.runs.record.history import History
from nnlab.runs.record.status import Status
from nnlab.ui.runtime.image_data import pictures
from nnlab.ui.runtime.run_view import RunView
from nnlab.ui.session.lab_state import LabState


@dataclass(frozen=True)
class ImagesFrame:
    """The data from which the live parts of the page, such as its tabs, are drawn."""

    state: LabState
    status: Status | None
    view: RunView | None
    """The run in view; None before the first press of Train, and while the form's data set is
    missing and is not the run's."""
    history: History
    """History of the run; empty if there is no run."""
    pictures: Samples | None
    """A few pictures of the data in view; None if they cannot be read."""
    dark: bool
    blocked: bool
    """Whether the draft cannot be trained: then it has no untrained network to evaluate."""

    @property
    def experiment(self) -> Experiment:
        """The experiment shown: the run's own, else the draft."""
        return self.view.experiment if self.view is not None else self.state.draft

    @property
    def data(self) -> Images:
        """The pictures that the network shown learns from."""
        data = self.experiment.data
        assert isinstance(data, Images)
        return data


def make_frame(
    state: LabState,
    status: Status | None,
    view: RunView | None,
    *,
    dark: bool,
    blocked: bool,
) -> ImagesFrame:
    """Return the data of one frame of the page. Raises RunNotFoundError: the run was deleted."""
    history = view.refresh() if view is not None else History()
    shown = view.experiment.data if view is not None else state.draft.data
    assert isinstance(shown, Images)
    try:
        found = pictures(shown)
    except NnlabError:
        found = None  # the page shows the error elsewhere
    return ImagesFrame(state, status, view, history, found, dark, blocked)
