"""Why no limit of the sharpness is drawn, in words, by what the event says stands in its way."""

from nnlab.texts import N_

WHY: dict[str, str] = {
    "batches": N_(
        "each step sees a part of the training data, and follows another loss than the one"
        " measured. Take all of them as one batch."
    ),
    "replacement": N_("batches are drawn with replacement, so that no step sees all data once."),
    "augment": N_("pictures are changed before each step, so that its loss is another one."),
    "dropout": N_("dropout draws another network for each step."),
    "batch_norm": N_("batch norm trains by the figures of the batch, and is measured by others."),
    "kept_gradients": N_("gradients add up from step to step and are never zeroed."),
    "schedule": N_("the limits hold for a rate that stays, and the schedule changes it."),
    "rate": N_("the rate is so small that the limit is no finite number."),
    "clip_norm": N_("clipped gradients are shorter than the loss is steep."),
    "l1": N_("the steps follow the L1 penalty as well, not the loss alone."),
    "weight_decay": N_("the steps follow the weight decay as well, not the loss alone."),
    "nesterov": N_("the limit is known here of plain and heavy-ball momentum, not of Nesterov's."),
    "dampening": N_("the limit of heavy-ball momentum holds without dampening."),
    "betas": N_("38/rate is the limit of Adam with β₁ = 0.9."),
    "rmsprop": N_("the limit is known here of gradient descent, heavy-ball momentum and Adam."),
}
"""Reasons by the value of `no_limit` in the event `sharpness`."""
