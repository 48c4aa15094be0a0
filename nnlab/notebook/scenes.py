"""The scene of a run: of one that the lab trains, or of a recording of somebody's own loop."""

from nnlab.data.description import describe
from nnlab.data.registry import load
from nnlab.errors import NnlabError
from nnlab.export.html import kind_of_data
from nnlab.export.html.picture import picture_of
from nnlab.export.html.recorded import LARGEST
from nnlab.export.html.recorded_moments import Needed, needed_of_record
from nnlab.export.html.recorded_picture import (
    has_plane,
    is_logit,
    network_of_record,
    picture_of_record,
)
from nnlab.export.html.recording import is_drawn
from nnlab.models import build
from nnlab.models.vectors import average_names, weight_names
from nnlab.notebook.scene import Scene, curves_alone
from nnlab.runs.recorded.record import Record
from nnlab.runs.run import Run
from nnlab.settings import read_settings
from nnlab.texts import _
from nnlab.visible import visible


def scene_of(run: Run) -> Scene:
    """Return the scene of a run of one network.

    Raises:
        NnlabError: it is a sweep.
        RunNotFoundError, RunDamagedError: a file of the run is gone or cannot be read.
    """
    title = visible(run.meta.name)
    if run.is_recorded:
        return _of_record(run, title)
    if run.sweep is not None:
        raise NnlabError(
            _("The run {run} is a sweep: a notebook shows one network at a time.", run=run.id)
        )
    return _of_experiment(run, title)


def _of_experiment(run: Run, title: str) -> Scene:
    experiment = run.experiment
    if kind_of_data(experiment.data) != "recording":
        return curves_alone(title)
    network = build(experiment.model, describe(experiment.data).input_shape)
    if not is_drawn(experiment.data, network):
        return curves_alone(title)
    try:
        splits = load(experiment.data, read_settings().data_dir)
    except NnlabError as error:  # its data are not here: the curves are
        return curves_alone(title, error)
    state = network.state_dict()
    names = tuple(weight_names(network) + average_names(network))
    needed = Needed(tuple((name, tuple(state[name].shape)) for name in names), names)
    return Scene(title, picture_of(experiment, splits, network), needed, network)


def _of_record(run: Run, title: str) -> Scene:
    record = run.recorded
    if not has_plane(record):
        return curves_alone(title)
    network = network_of_record(record)
    if network is not None and sum(one.numel() for one in network.parameters()) > LARGEST:
        network = None
    if network is None and record.tensors is None:
        return curves_alone(title)
    picture = picture_of_record(run, record, network)
    if network is None:
        return Scene(title, picture, None, grid=_outputs(record))
    shapes = [(name, tuple(value.shape)) for name, value in network.state_dict().items()]
    return Scene(title, picture, needed_of_record(record, shapes))


def _outputs(record: Record) -> int:
    return 2 if is_logit(record) else (record.outputs or (1,))[0]
