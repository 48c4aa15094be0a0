"""What the laboratory pages share: when a form asks for another run, a rate that follows live."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from nnlab.config import Experiment
from nnlab.ui import services
from nnlab.ui.lab.run_controls import ask
from nnlab.ui.runtime.run_view import RunView, run_view
from nnlab.ui.session.lab_state import LabState


def change_rate(state: LabState) -> None:
    """The slider of the learning rate moved: a run that trains hears of it at once."""
    if state.run_id is not None and services.store().get(state.run_id).is_training():
        ask(state, path="training.optimizer.lr", value=st.session_state["lr"])


def differs(draft: Experiment, trained: Experiment) -> bool:
    """Whether a draft needs another run than the one that trains `trained`. The rate may differ."""
    return _without_rate(draft) != _without_rate(trained)


def part(name: str, *, used: bool) -> DeltaGenerator:
    """A container for widgets that are out of sight while they are of no use.

    A widget that comes and goes may be shown empty when it comes while the page before is still
    being drawn; one that stays keeps what it says.
    """
    return st.container(key=f"{name}_part" if used else f"unused_{name}_part")


def view_of(state: LabState) -> RunView | None:
    """The run that the page shows, marked as watched; None where it shows none."""
    if state.run_id is None:
        return None
    view = run_view(state.run_id)
    services.launcher().watch(view.run)
    return view


def _without_rate(experiment: Experiment) -> Experiment:
    optimizer = experiment.training.optimizer.model_copy(update={"lr": 1.0})
    training = experiment.training.model_copy(update={"optimizer": optimizer})
    return experiment.model_copy(update={"training": training})
