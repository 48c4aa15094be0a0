"""One network in the engine of sweeps: a stack of one."""

import torch
from torch import Tensor

from nnlab.config import Experiment, Training
from nnlab.data.splits import Part, Splits
from nnlab.training.check import Plan
from nnlab.training.ensemble.evaluation import Evaluation
from nnlab.training.ensemble.meter import totals_of
from nnlab.training.ensemble.stack import Stack
from nnlab.training.ensemble.states import of_one, state_of
from nnlab.training.metrics import Totals
from nnlab.training.prepare import split_fixed
from nnlab.training.state import Learned, State


class StackOfOne:
    """The `Learner` of the engine `stack`: each step has the same numbers as in a sweep."""

    def __init__(
        self, experiment: Experiment, splits: Splits, plan: Plan, device: torch.device
    ) -> None:
        """`splits.train` trains the network of the experiment."""
        self._stack = Stack([experiment], [splits.train], splits.info.input_shape, plan, device)
        (self.train,) = self._stack.trains
        self.model = self._stack.models[0]
        _head, self.body = split_fixed(self.model)
        self._loss, self._evaluations = experiment.training.loss, dict[int, Evaluation]()
        setting = self._stack.settings[0]
        self.optimizer, self.schedules = setting.optimizer, setting.schedules

    @property
    def position(self) -> int:
        """The batches of the pass under way that are done."""
        return self._stack.batches.position

    @property
    def passes(self) -> int:
        """Finished passes over the training data."""
        return self._stack.batches.epoch

    @property
    def grad_norm(self) -> Tensor | None:
        """Norm of the last step's gradient, where gradients are clipped."""
        return self._stack.norms

    def step(self) -> tuple[Tensor, Tensor, Tensor]:
        """One optimizer step: its mean loss [], outputs [b, k] and targets [b, …]."""
        made = self._stack.step()
        size = made.rows.size
        return made.losses[0], made.outputs[0, :size], made.targets[0, :size]

    def evaluate(self, part: Part) -> Totals:
        """Loss and right answers over a part, as the body takes it."""
        if len(part) == 0:
            return Totals(classes=not part.y.is_floating_point())
        if id(part) not in self._evaluations:  # one for the part that validates
            self._evaluations[id(part)] = Evaluation([part], self._stack.widths, self._loss)
        sums = self._evaluations[id(part)].measure(self._stack.answer)
        return totals_of(sums, 0, classes=not part.y.is_floating_point())

    def changed(self, training: Training) -> None:
        """Apply changed settings from the next step on."""
        self._stack.set_penalties([training])
        self._stack.refresh()

    def state(self) -> Learned:
        """Its part of a `State`, not copied."""
        return state_of(self._stack.state(), 0)

    def restore(self, state: State) -> None:
        """Go on where `state` was taken."""
        self._stack.restore(of_one(state))
