"""One network of a sweep as it is now, for its drawing."""

from pathlib import Path
from typing import Any

import torch
from torch import nn

from nnlab.config import Net, Sweep
from nnlab.config.stacks import stacks_of
from nnlab.data.description import describe
from nnlab.errors import NnlabError
from nnlab.figures.network import network_drawing
from nnlab.models import build
from nnlab.runs.record.checkpoints import load_live
from nnlab.runs.record.weight_files import LIVE
from nnlab.runs.store import Run
from nnlab.scene.extent import reach
from nnlab.scene.layers import drawn_layers, maps_of
from nnlab.ui.lab.table_plane import slice_of
from nnlab.ui.runtime.cache import answers
from nnlab.ui.runtime.datasets import splits_of
from nnlab.ui.runtime.snapshot import untrained


def drawing_of(sweep: Sweep, net: Net, run: Run | None, *, dark: bool) -> dict[str, Any]:
    """The drawing of a network; before a run that of its first weights.

    Raises:
        NnlabError: the weights cannot be read, or the network has no drawing.
    """
    experiment = net.experiment
    written = _written(run)
    key = ("sweep_drawing", run and run.id, written, net.number, experiment, dark)

    def make() -> dict[str, Any]:
        splits = splits_of(experiment.data)
        network = _network(sweep, net, run if written else None)
        extent, cut = reach(experiment.data, splits), slice_of(experiment.data)
        maps = maps_of(network, splits.info, extent, cut=cut)
        layers = drawn_layers(network, experiment.data, splits.info, maps)
        return network_drawing(layers, dark=dark)

    return answers.get_or_make(key, make)


def _written(run: Run | None) -> int:
    """When the newest weights were written, in nanoseconds; 0: never."""
    live = run.path / LIVE if run is not None else Path()
    return live.stat().st_mtime_ns if live.is_file() else 0


def _network(sweep: Sweep, net: Net, run: Run | None) -> nn.Sequential:
    shape = describe(net.experiment.data).input_shape
    if run is None:
        return untrained(net.experiment.model, shape).network
    network = build(net.experiment.model, shape).eval()
    loaded = load_live(run.path)
    if loaded is not None:
        network.load_state_dict(_rows(loaded[1], sweep, net.number, network))
    return network


def _rows(
    weights: dict[str, torch.Tensor], sweep: Sweep, number: int, network: nn.Sequential
) -> dict[str, torch.Tensor]:
    """The tensors of one network, from those of its stack.

    Raises:
        NnlabError: they are not those of this sweep.
    """
    stacks = stacks_of(sweep.nets)
    stack = next(index for index, one in enumerate(stacks) if number in one.nets)
    row = stacks[stack].nets.index(number)
    found = {}
    for name, own in network.state_dict().items():
        stacked = weights.get(f"{stack}/{name}")
        if stacked is None or stacked.shape[0] <= row or stacked.shape[1:] != own.shape:
            raise NnlabError(f"live.safetensors: {stack}/{name}")
        found[name] = stacked[row].to(own.dtype)
    return found
