"""Measures the sharpness of a network while it trains, and makes the events that report it."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from nnlab.config import Adam, Experiment, Training
from nnlab.texts import _
from nnlab.training.batches import batch_of
from nnlab.training.check import Plan
from nnlab.training.events import Sharpness
from nnlab.training.learner import Learner
from nnlab.training.metrics import LOSSES
from nnlab.training.sharpness.hessian import LossHessian
from nnlab.training.sharpness.lanczos import MOST_PRODUCTS
from nnlab.training.sharpness.limit import limit_of
from nnlab.training.sharpness.watch import SharpnessWatch

MOST_OPERATIONS = 10**12
"""Limit for one measurement: some ten seconds, in which the run receives no controls."""
MOST_WEIGHTS = 200_000
"""Most parameters of a measured network: Lanczos keeps a vector of them for each product."""
PER_PRODUCT = 6
"""Approximate cost of one product with the Hessian, in forward passes."""


class SharpnessOfFit:
    """Measures between two steps while requested. It changes no number of the run."""

    def __init__(self, experiment: Experiment, clock: Callable[[], float]) -> None:
        self._experiment = experiment
        self._watch = SharpnessWatch(clock)
        self.ask, self.is_due = self._watch.ask, self._watch.is_due
        self.changed = self._watch.changed

    def refusal(self, plan: Plan, examples: int) -> str | None:
        """Why it cannot be measured here; None: it can."""
        flops = sum(row.flops for row in plan.rows)
        operations = MOST_PRODUCTS * PER_PRODUCT * flops * examples
        if operations <= MOST_OPERATIONS and plan.parameters <= MOST_WEIGHTS:
            return None
        return _(
            "The sharpness of {weights:,} weights over {examples:,} training examples takes up to"
            " {operations} operations, and may take {most} with at most {most_weights:,} weights:"
            " take a smaller network or fewer examples.",
            weights=plan.parameters,
            examples=examples,
            operations=f"{operations:.1e}",
            most=f"{MOST_OPERATIONS:.0e}",
            most_weights=MOST_WEIGHTS,
        )

    def events(
        self, learner: Learner, training: Training, where: dict[str, Any]
    ) -> Iterator[Sharpness]:
        """Yield one event of the weights as they are; none where the numbers are not finite.

        None either of Adam before its first step: what counts there is the Hessian preconditioned
        by its second moments, and it has none yet.

        Args:
            learner: whose network it is.
            training: as it holds now.
            where: what every event says.
        """
        scale = None
        if isinstance(training.optimizer, Adam) and (scale := _adams_scale(learner)) is None:
            return
        loss = LOSSES[training.loss]
        found, took = self._watch.measure(
            lambda: LossHessian(learner.body, learner.train, loss, scale), where["step"]
        )
        if not math.isfinite(found.value):
            return
        examples = len(learner.train)
        whole_batch = batch_of(training, examples) == examples
        factor, why = limit_of(self._experiment, training, whole_batch=whole_batch)
        lr = learner.schedules.lr
        yield Sharpness(
            **where,
            sharpness=found.value,
            residual=found.residual,
            preconditioned=scale is not None,
            lr=lr,
            limit=None if factor is None else factor / lr,
            no_limit=why,
            took=round(took, 6),
        )


def _adams_scale(learner: Learner) -> Tensor | None:
    """The diagonal [p] of P^-1/2; None before the first step.

    P = (1 − β₁ᵗ) (√(ν / (1 − β₂ᵗ)) + ε), with ν the second moments after t steps: Cohen et al.,
    "Adaptive Gradient Methods at the Edge of Stability" (2022), equation 2.
    """
    optimizer = learner.state()["optimizer"]
    moments = [optimizer["state"][at] for at in sorted(optimizer["state"])]
    if not moments:
        return None
    group = optimizer["param_groups"][0]
    first, second = group["betas"]
    steps = float(moments[0]["step"])
    squares = torch.cat([one["exp_avg_sq"].flatten() for one in moments])
    denominator = (squares / (1 - second**steps)).sqrt() + group["eps"]
    return ((1 - first**steps) * denominator).rsqrt()
