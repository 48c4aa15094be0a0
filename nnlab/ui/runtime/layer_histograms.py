"""The numbers of each layer at moments of a run's past: those that its directory keeps.

Each moment is read and asked once for all who look; no step is replayed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor, nn

from nnlab.errors import NnlabError
from nnlab.insight.histograms import LayerNumbers, examples_for, layer_numbers, spread_over
from nnlab.models import build
from nnlab.runs.record.checkpoints import load_checkpoint
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.training.metrics import LOSSES
from nnlab.ui.runtime.cache import answers
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.runtime.run_view import RunView
from nnlab.ui.runtime.snapshot import Snapshot, untrained

MOMENTS = 30

Layers = tuple[LayerNumbers, ...]


@dataclass(frozen=True)
class LayerHistory:
    """The layers' numbers at several steps of a run."""

    layers: Mapping[int, Layers]
    """Layers by step, ascending."""
    examples: int
    """How many training examples the gradients are of, the first ones."""
    train_size: int
    problem: str | None
    """Why a moment is left out that the run has kept."""


def layers_over_time(view: RunView, shown: Snapshot) -> LayerHistory:
    """The layers at about thirty moments between the first and the newest step.

    Exact ones: the untrained network of a run that is no branch, the run's checkpoints, and the
    moment that is shown.

    Args:
        view: the run.
        shown: a moment of it, always among them.

    Raises:
        NnlabError: its data cannot be had.
    """
    experiment = view.experiment
    train = splits_of(experiment.data).train
    count = examples_for(sum(p.numel() for p in shown.network.parameters()), len(train))
    x, y = train.x[:count], train.y[:count]
    loss = LOSSES[experiment.training.loss]
    what = ("histograms", experiment.data, experiment.training.loss, count)

    def ask(network: nn.Sequential) -> Layers:
        return layer_numbers(network, x, y, loss)

    files = {int(path.stem): path for path in list_checkpoints(view.run.path)}
    snapshots = {shown.step: shown}
    if view.run.meta.parent is None and 0 not in {*files, *snapshots}:
        snapshots[0] = untrained(experiment.model, view.info.input_shape)
    found: dict[int, Layers] = {}
    problem = None
    for step in sorted({*spread_over([*files, *snapshots], MOMENTS), shown.step}):
        try:
            if step in snapshots:
                found[step] = snapshots[step].cached(what, ask)
            elif (layers := _of_file(view, files[step], what, (x, y))) is not None:
                found[step] = layers
        except NnlabError as error:
            problem = str(error)
    return LayerHistory(found, count, len(train), problem)


def _of_file(
    view: RunView, path: Path, what: tuple[object, ...], examples: tuple[Tensor, Tensor]
) -> Layers | None:
    """None where the file has just been thinned out. Raises RunDamagedError."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None

    def make() -> Layers:
        network = build(view.experiment.model, view.info.input_shape)
        network.load_state_dict(load_checkpoint(path, mmap=True)["model"])
        return layer_numbers(network, *examples, LOSSES[view.experiment.training.loss])

    try:
        return answers.get_or_make((what, path, stat.st_mtime_ns, stat.st_size), make)
    except NnlabError:
        if path.exists():
            raise
        return None
