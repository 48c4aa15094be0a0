"""The weights of a network over the time of its training."""

from pathlib import Path

import torch
from torch import Tensor, nn

from nnlab.config import Experiment
from nnlab.data.description import describe
from nnlab.data.splits import Splits
from nnlab.errors import NnlabError
from nnlab.models import build
from nnlab.runs.record.checkpoints import load_checkpoint
from nnlab.runs.record.weight_files import list_checkpoints
from nnlab.texts import _
from nnlab.training.events import EpochEnded
from nnlab.training.fit import fit

MOST = 40
"""Checkpoints that are read of one run, evenly spread over it."""


def weights_of(network: nn.Module) -> Tensor:
    """All parameters as one vector [p]."""
    return nn.utils.parameters_to_vector(network.parameters()).detach().clone()


def path_of_run(run: Path, experiment: Experiment, network: nn.Sequential) -> Tensor:
    """The weights [t, p] at the beginning, at its checkpoints, and as they are now.

    Args:
        run: its directory.
        experiment: of the run; its seed makes the first weights.
        network: with its newest weights, on the CPU.

    Raises:
        NnlabError: the run has kept no checkpoint, or one that cannot be read.
    """
    files = list_checkpoints(run)
    if not files:
        raise NnlabError(
            _(
                "This run has kept no checkpoint yet, so nothing says which way it went: let it"
                " train for some seconds, or choose another run."
            )
        )
    chosen = torch.linspace(0, len(files) - 1, min(MOST, len(files))).round().long()
    names = [name for name, _parameter in network.named_parameters()]
    states = (load_checkpoint(files[at])["model"] for at in chosen.tolist())
    kept = [torch.cat([state[name].flatten() for name in names]) for state in states]
    first = build(experiment.model, describe(experiment.data).input_shape)
    return torch.stack([weights_of(first), *kept, weights_of(network)])


def path_of_fit(experiment: Experiment, splits: Splits) -> Tensor:
    """The weights [t, p] at the beginning and after each epoch of a training that runs here."""
    run = fit(experiment, splits)
    path = [weights_of(run.model)]
    path += [weights_of(run.model) for event in run if isinstance(event, EpochEnded)]
    return torch.stack(path)
