"""The sharpness above which an optimizer's steps overshoot, where there is one."""

from typing import Literal, get_args

from nnlab.config import Adam, BatchNorm, Dropout, Experiment, Sgd, Training

NoLimit = Literal[
    "batches",
    "replacement",
    "augment",
    "dropout",
    "batch_norm",
    "kept_gradients",
    "schedule",
    "rate",
    "clip_norm",
    "l1",
    "weight_decay",
    "nesterov",
    "dampening",
    "betas",
    "rmsprop",
]
"""Why there is none: what stands in the way."""
SMALLEST_RATE = 1e-300
"""A limit over a smaller one need not be a finite number."""
REASONS: tuple[str, ...] = get_args(NoLimit)


def limit_of(
    experiment: Experiment, training: Training, *, whole_batch: bool
) -> tuple[float, None] | tuple[None, NoLimit]:
    """The limit, or why there is none.

    On a quadratic the steps of gradient descent grow beyond 2/rate, and those of heavy-ball
    momentum beyond 2(1 + β)/rate (Cohen et al., "Gradient Descent on Neural Networks Typically
    Occurs at the Edge of Stability", 2021). Those of Adam with β₁ = 0.9 grow where the Hessian
    preconditioned by its second moments is beyond 38/rate (Cohen et al., "Adaptive Gradient
    Methods at the Edge of Stability", 2022).

    Args:
        experiment: whose network it is.
        training: as it holds now.
        whole_batch: a batch holds as many examples as there are.

    Returns:
        The limit times the learning rate, or what stands in its way.
    """
    why = _in_the_way(experiment, training, whole_batch)
    if why is not None:
        return None, why
    match training.optimizer:
        case Sgd(nesterov=True):
            return None, "nesterov"
        case Sgd(momentum=momentum, dampening=dampening):
            return (None, "dampening") if momentum and dampening else (2 * (1 + momentum), None)
        case Adam(betas=(first, _second)):
            return (38.0, None) if first == 0.9 else (None, "betas")
        case _:
            return None, "rmsprop"


def _in_the_way(experiment: Experiment, training: Training, whole_batch: bool) -> NoLimit | None:
    layers = experiment.model.layers
    found: dict[NoLimit, bool] = {
        "batches": not whole_batch,
        "replacement": training.sampling == "replacement",
        "augment": training.augment is not None,
        "dropout": any(isinstance(layer, Dropout) and layer.p > 0 for layer in layers),
        "batch_norm": any(isinstance(layer, BatchNorm) for layer in layers),
        "kept_gradients": not training.zero_grad,
        "schedule": training.schedule is not None,
        "rate": training.optimizer.lr < SMALLEST_RATE,
        "clip_norm": training.clip_norm is not None,
        "l1": training.l1 > 0,
        "weight_decay": training.optimizer.weight_decay > 0,
    }
    return next((reason for reason, stands in found.items() if stands), None)
