"""A branch of a run, checked whole before it is made: then it trains as it was asked to."""

from collections.abc import Mapping

from nnlab.config.live_fields import WEIGHTS, apply_changes
from nnlab.data.description import describe
from nnlab.library.here.training import room_for_one
from nnlab.models.build import build
from nnlab.runs.rewind.branch import branch
from nnlab.runs.rewind.names import branch_name
from nnlab.runs.store import Run
from nnlab.settings import read_settings
from nnlab.training.live import weight_at


def make_branch(parent: Run, step: int, changes: Mapping[str, object], *, name: str | None) -> Run:
    """The directory of a run that goes on from a step of another; nothing is trained yet.

    Raises:
        NnlabError: no such step, a change that a branch cannot make, a value that is not valid, no
            room.
    """
    parent.must_be_of_here()
    experiment = parent.experiment
    network = build(experiment.model, describe(experiment.data).input_shape)
    parameters = dict(network.named_parameters())
    for path, value in changes.items():
        if path.startswith(WEIGHTS):
            weight_at(parameters, path.removeprefix(WEIGHTS), value)
    apply_changes(experiment, changes)
    return branch(
        room_for_one(parent.path.parent),
        parent,
        step,
        changes,
        name=name if name is not None else branch_name(parent.meta.name, step, changes),
        data_dir=read_settings().data_dir,
    )
