"""Weights from a file made into a run again, and the proof that two networks say the same.

**What such a run is.** The lab shows runs, so restored weights become a run directory; but nothing
was trained, and it must not look as if it were. Its log says only what is true: a full state of
step 0 was saved (`checkpoint_saved`), and it stands still there because somebody wanted it so
(`fit_ended`, reason `stopped`, no figures: nobody has measured any). No `fit_started`, which would
claim a session. From that state, with a fresh optimizer, training may go on like any stopped run's;
the tag `restored` says where the weights came from. A script cannot draw such weights from a seed,
so `script` refuses these runs by that first line.
"""

from dataclasses import asdict

import torch
from torch import Tensor, nn

from nnlab.config import Experiment
from nnlab.data.description import describe
from nnlab.data.registry import sizes
from nnlab.export.upload import must_fit
from nnlab.files import append_line
from nnlab.models import build
from nnlab.models.eval_mode import eval_mode
from nnlab.runs.record.checkpoints import save_checkpoint, save_live
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.store import Run, Store
from nnlab.training.batches import Batches
from nnlab.training.best import BestSoFar
from nnlab.training.check import plan
from nnlab.training.events import CheckpointSaved, FitEnded, to_line
from nnlab.training.machine import device as devices
from nnlab.training.metrics import Totals
from nnlab.training.optimizers import Schedules, build_optimizer, uses_fused
from nnlab.training.state import State

TAG = "restored"


def restore(
    store: Store,
    experiment: Experiment,
    weights: dict[str, Tensor],
    name: str,
    *,
    owner: str = "local",
) -> Run:
    """A new run at step 0 that holds these weights, tagged `restored`. Loads no data.

    Raises:
        UploadRefusedError: the weights do not fit the network; names the layer.
        InvalidExperimentError: the experiment does not fit itself or its data.
        NnlabError: the directory cannot be written, or the name is empty or too long.
    """
    must_fit(experiment, weights, name)
    state = _first_state(experiment, weights)
    run = store.create(experiment, name=name, owner=owner)
    run.change_meta(tags=(TAG,))
    save_live(run.path, state["model"], 0)
    file = save_checkpoint(run.path, state)
    saved = CheckpointSaved(step=0, epoch=0, seconds=0, file=file)
    for event in (saved, FitEnded(step=0, epoch=0, seconds=0, reason="stopped")):
        append_line(run.path / EVENTS_FILE, to_line(event))
    return run


@torch.inference_mode()
def agree(one: nn.Module, other: nn.Module, samples: Tensor) -> float:
    """The largest difference between two networks' outputs on [n, *input_shape]; 0 where equal.

    Both are asked in evaluation mode, and put back into their own.
    """
    outputs = []
    for network in (one, other):
        with eval_mode(network):
            outputs.append(network(samples))
    return float((outputs[0] - outputs[1]).abs().max())


def _first_state(experiment: Experiment, weights: dict[str, Tensor]) -> State:
    """Return the state from which `fit` starts, with these weights instead of drawn ones."""
    training = experiment.training
    info = describe(experiment.data)
    train_size = sizes(experiment.data)[0]
    planned = plan(experiment, info, train_size)
    network = build(experiment.model, info.input_shape)
    network.load_state_dict(weights)
    cpu = torch.device("cpu")
    batches = Batches(
        train_size,
        planned.batch_size,
        replacement=training.sampling == "replacement",
        seed=training.seed,
        device=cpu,
    )
    fused = uses_fused(training.optimizer, training.fused)
    optimizer = build_optimizer(training.optimizer, network.parameters(), fused)
    schedules = Schedules(training.schedule, optimizer, training.optimizer.lr, planned.total_steps)
    return State(
        step=0,
        seconds=0.0,
        batches=batches.state(),
        model=network.state_dict(),
        optimizer=optimizer.state_dict(),
        schedule=schedules.state(),
        random=devices.seeded(training.seed, cpu),
        gradients={},
        epoch_totals=asdict(Totals(classes=experiment.task == "classification")),
        best=BestSoFar(training.early_stopping).state(),
        settings={},
    )
