"""The steps of one network: PyTorch's own layers and optimizers."""

from typing import Protocol

import torch
from torch import Tensor, nn

from nnlab.config import Experiment, Training
from nnlab.data.splits import Part, Splits
from nnlab.models import build
from nnlab.training.augment import augment
from nnlab.training.batches import Batches
from nnlab.training.check import Plan
from nnlab.training.metrics import LOSSES, Totals, evaluate
from nnlab.training.optimizers import Schedules, build_optimizer
from nnlab.training.prepare import prepared, split_fixed
from nnlab.training.seeds import augmenting
from nnlab.training.state import Learned, State


class Learner(Protocol):
    """A network and all that changes in it from step to step."""

    model: nn.Sequential
    """The network, on its device."""
    body: nn.Sequential
    """The model without the leading layers that no training changes."""
    train: Part
    """The training set, in the form `body` takes."""
    optimizer: torch.optim.Optimizer
    schedules: Schedules

    @property
    def position(self) -> int:
        """The batches of the pass under way that are done."""
        ...

    @property
    def passes(self) -> int:
        """Finished passes over the training data."""
        ...

    @property
    def grad_norm(self) -> Tensor | None:
        """Norm of the last step's gradient, where gradients are clipped."""
        ...

    def step(self) -> tuple[Tensor, Tensor, Tensor]:
        """One optimizer step: its mean loss [], outputs [b, k] and targets [b, …]."""
        ...

    def evaluate(self, part: Part) -> Totals:
        """Loss and right answers over a part, as `body` takes it, in evaluation mode."""
        ...

    def changed(self, training: Training) -> None:
        """Apply changed settings from the next step on."""
        ...

    def state(self) -> Learned:
        """Its part of a `State`, not copied."""
        ...

    def restore(self, state: State) -> None:
        """Go on where `state` was taken."""
        ...


class ModuleLearner:
    """PyTorch's modules, autograd and optimizer."""

    def __init__(
        self, experiment: Experiment, splits: Splits, plan: Plan, device: torch.device, fused: bool
    ) -> None:
        """`splits.train` trains the network of the experiment."""
        training = experiment.training
        self.model = build(experiment.model, splits.info.input_shape).to(device)
        if training.channels_last:
            # Its types name no call by the order alone.
            self.model.to(memory_format=torch.channels_last)  # ty: ignore
        self._head, self.body = split_fixed(self.model)
        self.train = prepared(splits.train, self._head, device)
        self._pictures = splits.train.x.to(device) if training.augment else None
        self._augmenting = augmenting(training.seed)
        self._batches = Batches(
            len(self.train),
            plan.batch_size,
            replacement=training.sampling == "replacement",
            seed=training.seed,
            device=device,
        )
        self._loss = LOSSES[training.loss]
        self._parameters = tuple(self.model.parameters())
        self.optimizer = build_optimizer(training.optimizer, self._parameters, fused)
        self.schedules = Schedules(
            training.schedule, self.optimizer, training.optimizer.lr, plan.total_steps
        )
        self._training = training
        self._device = device
        self.grad_norm: Tensor | None = None

    @property
    def position(self) -> int:
        """The batches of the pass under way that are done."""
        return self._batches.position

    @property
    def passes(self) -> int:
        """Finished passes over the training data."""
        return self._batches.epoch

    def step(self) -> tuple[Tensor, Tensor, Tensor]:
        """One optimizer step: its mean loss [], outputs [b, k] and targets [b, …]."""
        training = self._training
        indices = self._batches.next()
        inputs = self.train.x if self._pictures is None else self._pictures
        x, y = inputs, self.train.y
        if indices is not None:
            x, y = x.index_select(0, indices), y.index_select(0, indices)
        if training.augment is not None:
            x = self._head(augment(x, training.augment, self._augmenting))
        outputs = self.body(x)
        loss = self._loss(outputs, y)
        (loss + self._penalty() if training.l1 else loss).backward()
        if training.clip_norm is not None:
            self.grad_norm = nn.utils.clip_grad_norm_(self.model.parameters(), training.clip_norm)
        self.optimizer.step()
        if training.zero_grad:
            for parameter in self._parameters:  # as `zero_grad()`, at a fraction of its cost
                parameter.grad = None
        self.schedules.step_ended(self._batches.position == 0)
        return loss.detach(), outputs.detach(), y

    def evaluate(self, part: Part) -> Totals:
        """Loss and right answers over a part, as `body` takes it, in evaluation mode."""
        return evaluate(self.body, part, self._loss)

    def changed(self, training: Training) -> None:
        """Apply changed settings from the next step on."""
        self._training = training

    def state(self) -> Learned:
        """Its part of a `State`, not copied."""
        gradients = {
            name: parameter.grad
            for name, parameter in self.model.named_parameters()
            if parameter.grad is not None
        }
        return {
            "batches": self._batches.state(),
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedules.state(),
            "augmenting": self._augmenting.get_state(),
            "gradients": gradients,
        }

    def restore(self, state: State) -> None:
        """Go on where `state` was taken."""
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedules.restore(state["schedule"])
        self._batches.restore(state["batches"])
        if "augmenting" in state:
            self._augmenting.set_state(state["augmenting"])
        for name, parameter in self.model.named_parameters():
            if name in state["gradients"]:
                parameter.grad = state["gradients"][name].to(self._device)

    def _penalty(self) -> Tensor:
        weights = [p.abs().sum() for p in self.model.parameters() if p.dim() > 1]
        total = torch.stack(weights).sum() if weights else torch.zeros((), device=self._device)
        return self._training.l1 * total
