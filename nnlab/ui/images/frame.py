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
    """Given to every part of the page that moves, each tab among them."""

    state: LabState
    status: Status | None
    view: RunView | None
    """The run in view; None before the first press of Train, and while its data set is not the
    one that the form asks for and that is not here."""
    history: History
    """History of the run; empty where there is none."""
    pictures: Samples | None
    """A few pictures of the data in view; None where they cannot be read."""
    dark: bool
    blocked: bool
    """The draft cannot be trained as it stands: there is no untrained network of it to ask."""

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
    """Make the data of one frame of the page. Raises RunNotFoundError: the run was deleted."""
    history = view.refresh() if view is not None else History()
    shown = view.experiment.data if view is not None else state.draft.data
    assert isinstance(shown, Images)
    try:
        found = pictures(shown)
    except NnlabError:
        found = None  # the page says it in a place of its own
    return ImagesFrame(state, status, view, history, found, dark, blocked)
