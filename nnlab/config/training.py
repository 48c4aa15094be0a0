"""Settings of training: loss, optimizer, schedule, batches, budget. Names are PyTorch's own."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from nnlab.config.augment import Augment
from nnlab.config.base import Config
from nnlab.config.data import Seed
from nnlab.texts import _

Rate = Annotated[float, Field(gt=0, le=1000)]


class Sgd(Config):
    """`torch.optim.SGD`."""

    kind: Literal["sgd"] = "sgd"
    lr: Rate = 0.03
    momentum: float = Field(0.0, ge=0, lt=1)
    nesterov: bool = False
    weight_decay: float = Field(0.0, ge=0)
    dampening: float = Field(0.0, ge=0, le=1)

    @model_validator(mode="after")
    def _nesterov_needs_momentum(self) -> "Sgd":
        if self.nesterov and (self.momentum == 0 or self.dampening != 0):
            raise ValueError(
                _(
                    "nesterov needs a momentum above 0 and no dampening, got"
                    " momentum={momentum} and dampening={dampening}",
                    momentum=self.momentum,
                    dampening=self.dampening,
                )
            )
        return self


class Adam(Config):
    """`torch.optim.Adam` or `torch.optim.AdamW`."""

    kind: Literal["adam", "adamw"]
    lr: Rate = 0.001
    betas: tuple[Annotated[float, Field(ge=0, lt=1)], Annotated[float, Field(ge=0, lt=1)]] = (
        0.9,
        0.999,
    )
    eps: float = Field(1e-8, gt=0)
    weight_decay: float = Field(0.0, ge=0)


class RMSprop(Config):
    """`torch.optim.RMSprop`."""

    kind: Literal["rmsprop"] = "rmsprop"
    lr: Rate = 0.01
    alpha: float = Field(0.99, ge=0, lt=1)
    eps: float = Field(1e-8, gt=0)
    momentum: float = Field(0.0, ge=0, lt=1)
    weight_decay: float = Field(0.0, ge=0)


Optimizer = Annotated[Sgd | Adam | RMSprop, Field(discriminator="kind")]


class StepSchedule(Config):
    """`StepLR`: the rate times gamma every `step_size` epochs."""

    kind: Literal["step"] = "step"
    step_size: int = Field(10, ge=1)
    gamma: float = Field(0.1, gt=0, le=1)


class ExponentialSchedule(Config):
    """`ExponentialLR`: the rate times gamma every epoch."""

    kind: Literal["exponential"] = "exponential"
    gamma: float = Field(0.95, gt=0, le=1)


class CosineSchedule(Config):
    """`CosineAnnealingLR` by step, from the rate down to `eta_min` over the whole budget."""

    kind: Literal["cosine"] = "cosine"
    eta_min: float = Field(0.0, ge=0)


class OneCycleSchedule(Config):
    """`OneCycleLR` by step over the whole budget, up to the optimizer's rate and down again."""

    kind: Literal["one_cycle"] = "one_cycle"
    pct_start: float = Field(0.3, gt=0, lt=1)
    anneal_strategy: Literal["cos", "linear"] = "cos"
    cycle_momentum: bool = False
    div_factor: float = Field(25.0, ge=1)
    final_div_factor: float = Field(1e4, ge=1)


Schedule = Annotated[
    StepSchedule | ExponentialSchedule | CosineSchedule | OneCycleSchedule,
    Field(discriminator="kind"),
]


class EarlyStopping(Config):
    """Stop when the validation loss has not fallen by `min_delta` in `patience` evaluations."""

    patience: int = Field(5, ge=1)
    min_delta: float = Field(0.0, ge=0)


class Training(Config):
    """Settings of training."""

    loss: Literal["cross_entropy", "nll", "mse"] = "cross_entropy"
    optimizer: Optimizer = Sgd()
    schedule: Schedule | None = None
    """Schedule of the learning rate; None keeps the rate constant."""
    batch_size: Annotated[int, Field(ge=1, le=100_000)] | Literal["all"] = 10
    """`all` takes the whole training data as one batch, and so does a number larger than theirs."""
    sampling: Literal["permutation", "replacement"] = "permutation"
    """Each point once an epoch in a seeded order, or every batch drawn at random."""
    epochs: int | None = Field(None, ge=1, le=1_000_000)
    steps: int | None = Field(None, ge=1, le=1_000_000_000)
    """The budget: epochs, steps, or whichever of the two is spent first."""
    evaluate_every: int | None = Field(None, ge=1)
    """Epochs from one evaluation to the next. None: every epoch, or every 100 steps where an
    epoch is shorter than that."""
    early_stopping: EarlyStopping | None = None
    stop_at_loss: float | None = Field(None, gt=0)
    """The run stops at the first evaluation whose validation loss (the training loss where nothing
    validates) is at or below this. It can be resumed, and does not stop there again."""
    clip_norm: float | None = Field(None, gt=0)
    """Gradients are scaled down to this norm where theirs is larger."""
    l1: float = Field(0.0, ge=0)
    """Added to the loss: l1 times the sum of the weights' absolute values (biases left out)."""
    augment: Augment | None = None
    """Pictures are changed at random before each step; figures of training are then of the changed
    ones, except at the end. None: they are taken as they are."""
    zero_grad: bool = True
    """False lets gradients add up from step to step."""
    threads: int | None = Field(None, ge=1, le=256)
    """PyTorch's threads. None: one below 10⁷ floating-point operations a step, else the machine's
    cores. The record of the run says how many it was."""
    fused: bool | None = None
    """PyTorch's fused optimizer. None: where the optimizer has one."""
    channels_last: bool = False
    """Weights of convolutions lie as PyTorch's `channels_last`, and so do the values behind them: a
    CNN trains faster so on most processors. The last bits of its figures are others."""
    seed: Seed = 0
    """The order of the batches, and what dropout drops."""

    @model_validator(mode="after")
    def _parts_fit(self) -> "Training":
        if self.epochs is None and self.steps is None:
            raise ValueError(_("a run needs a budget: set epochs, steps, or both"))
        if self.fused and self.optimizer.kind == "rmsprop":
            raise ValueError(_("PyTorch has no fused rmsprop: leave fused out or set it to false"))
        return self
