"""Checks of an experiment before any data are loaded."""

import math
from dataclasses import dataclass

from nnlab.config import BatchNorm, Experiment, OneCycleSchedule
from nnlab.data.description import Info
from nnlab.errors import InvalidExperimentError
from nnlab.models import LayerShape, check_outputs, training_flops
from nnlab.texts import _
from nnlab.training.batches import batch_of


@dataclass(frozen=True)
class Plan:
    """The figures of a run that follow from its experiment and the size of its data."""

    rows: list[LayerShape]
    batch_size: int
    """Examples in a batch: all that train, where fewer do than were asked for."""
    steps_per_epoch: int
    total_steps: int
    evaluate_every: int
    """Epochs from one evaluation to the next."""
    step_flops: int
    parameters: int


STEPS_BETWEEN_EVALUATIONS = 100


def plan(experiment: Experiment, info: Info, train_size: int) -> Plan:
    """The plan of a run on `train_size` examples.

    Raises:
        InvalidExperimentError: the network does not fit the data or has nothing to learn, or a
            batch of one example would have to be normalised.
    """
    training = experiment.training
    rows = check_outputs(experiment.model.layers, info.input_shape, info.output_shape)
    parameters = sum(row.parameters for row in rows)
    if parameters == 0:
        raise InvalidExperimentError(
            _("The network has no weights to learn: add a linear or a convolution layer.")
        )
    if train_size < 1:
        raise InvalidExperimentError(_("There is no example to train on: take more data."))
    batch_size = batch_of(training, train_size)
    leftover = 0 if training.sampling == "replacement" else train_size % batch_size
    if 1 in (batch_size, leftover) and any(
        isinstance(row.layer, BatchNorm) and math.prod(row.input_shape[1:]) == 1 for row in rows
    ):
        raise InvalidExperimentError(
            _(
                "A batch of one example cannot be normalised (batch_norm): {train_size} examples in"
                " batches of {batch_size} leave one such. Choose another training.batch_size.",
                train_size=train_size,
                batch_size=batch_size,
            )
        )
    steps_per_epoch = -(-train_size // batch_size)
    budgets = [training.steps, training.epochs and training.epochs * steps_per_epoch]
    total_steps = min(budget for budget in budgets if budget is not None)
    schedule = training.schedule
    if isinstance(schedule, OneCycleSchedule) and schedule.pct_start * total_steps == 1:
        raise InvalidExperimentError(
            _(
                "training.schedule.pct_start is {pct_start}: of {total_steps} steps that"
                " is one, and the rate cannot rise within one step. Choose another pct_start.",
                pct_start=schedule.pct_start,
                total_steps=total_steps,
            )
        )
    return Plan(
        rows=rows,
        batch_size=batch_size,
        steps_per_epoch=steps_per_epoch,
        total_steps=total_steps,
        evaluate_every=training.evaluate_every
        or max(1, -(-STEPS_BETWEEN_EVALUATIONS // steps_per_epoch)),
        step_flops=training_flops(rows, batch_size),
        parameters=parameters,
    )
