"""What one frame of the Playground shows: a run, or the untrained draft, at one step."""

from dataclasses import dataclass
from functools import lru_cache

from nnlab.config import Data, Experiment, Model
from nnlab.data import registry
from nnlab.data.splits import Splits
from nnlab.models import build
from nnlab.runs import History, Status
from nnlab.ui import services
from nnlab.ui.moment import Moment
from nnlab.ui.run_view import RunView
from nnlab.ui.state import LabState


@dataclass(frozen=True)
class Frame:
    """Given to every part of the page that moves."""

    state: LabState
    status: Status | None
    view: RunView | None
    """The run in view; None before the first press of Train."""
    history: History
    """Of the run; empty where there is none."""
    splits: Splits
    moment: Moment
    """The network to be shown: the newest, a past one, or the untrained one of the draft."""
    dark: bool

    @property
    def experiment(self) -> Experiment:
        """What is shown: the run's own experiment, else the draft."""
        return self.view.experiment if self.view is not None else self.state.draft


def make_frame(
    state: LabState, status: Status | None, view: RunView | None, *, dark: bool
) -> Frame:
    """All that the parts of the page draw from.

    Raises:
        NnlabError: the data cannot be had, or the network does not fit it.
    """
    splits = splits_of(state.draft.data)
    moment = (
        view.moment()
        if view is not None
        else _untrained(state.draft.model, splits.info.input_shape)
    )
    history = view.history if view is not None else History()
    return Frame(state, status, view, history, splits, moment, dark)


@lru_cache(maxsize=64)
def splits_of(data: Data) -> Splits:
    """The data, made once for all who look.

    Raises as `nnlab.data.registry.load` does.
    """
    return registry.load(data, services.settings().data_dir)


@lru_cache(maxsize=64)
def _untrained(model: Model, input_shape: tuple[int, ...]) -> Moment:
    return Moment(0, build(model, input_shape).eval())
