"""One training step, taken by the same loop that trains runs, with everything in it recorded."""

import sys
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nnlab.config import Dropout, Experiment, Training
from nnlab.config.live_fields import apply_changes
from nnlab.data.splits import Splits
from nnlab.errors import NnlabError
from nnlab.texts import _
from nnlab.training.batches import Batches
from nnlab.training.controls import Control, EndRun, Set
from nnlab.training.fit import Fit, fit
from nnlab.training.metrics import cross_entropy
from nnlab.training.prepare import split_fixed
from nnlab.training.state import State

EACH: dict[str, Callable[..., Tensor]] = {
    "cross_entropy": cross_entropy,
    "nll": F.nll_loss,
    "mse": F.mse_loss,
}


@dataclass(frozen=True)
class OneStep:
    """The inputs, intermediate values and changes of one optimizer step, all on the CPU."""

    step: int
    """Number of the step, counted from 1."""
    training: Training
    """The settings in this step, with all live changes."""
    lr: float
    indices: Tensor
    """int64 [n], the batch: places in the training part, in the batch's order."""
    x: Tensor
    """float32 [n, *input_shape]; of sequences int64."""
    y: Tensor
    """int64 [n] classes (a class for each token: [n, length]), or float32 [n, 1] values."""
    values: dict[int, Tensor]
    """Outputs [n, …] of each module for the batch, in training mode: dropout and batch statistics
    as in this step. The last one's are the network's outputs."""
    losses: Tensor
    """float32 [n], of each example (the mean over its tokens); their mean is `loss`."""
    loss: float
    penalty: float
    """The L1 penalty added to the loss; 0 without."""
    network: nn.Sequential
    """The network before the step, its buffers included."""
    gradients: dict[str, Tensor]
    """d(loss + penalty)/dw by parameter, before clipping; kept gradients of earlier steps are in
    it where the experiment keeps them."""
    used: dict[str, Tensor]
    """The gradients as the optimizer gets them: clipped, where the experiment clips."""
    before: dict[str, Tensor]
    """Weights and buffers."""
    after: dict[str, Tensor]

    @property
    def outputs(self) -> Tensor:
        """The network's answers for the batch: [n, k], or [n, length, k] with a class a token."""
        return self.values[max(self.values)]

    @property
    def is_clipped(self) -> bool:
        """Whether clipping made the gradients smaller in this step."""
        return any(not torch.equal(self.used[name], self.gradients[name]) for name in self.used)


class _One:
    """Controls of a run that makes some changes, takes one step, and ends."""

    def __init__(self, first: int, changes: Sequence[tuple[str, Any]]) -> None:
        self._first, self._changes = first, list(changes)

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        """The changes; ends the run after its first step."""
        if step > self._first:
            raise EndRun("stopped")
        due, self._changes = self._changes, []
        return [Control(id="", at=0, set=Set(path=path, value=value)) for path, value in due]


class _Watch:
    """Hooks on a run's modules, parameters and optimizer: what passes through them in its step."""

    def __init__(self, run: Fit) -> None:
        self.values: dict[int, Tensor] = {}
        self.gradients: dict[str, Tensor] = {}
        self.used: dict[str, Tensor] = {}
        self.before: dict[str, Tensor] = {}
        self.after: dict[str, Tensor] = {}
        self.lr = 0.0
        self._run = run
        for place, module in enumerate(run.model):
            module.register_forward_pre_hook(self._begin)
            module.register_forward_hook(self._keep(place))
        for name, parameter in run.model.named_parameters():
            parameter.register_post_accumulate_grad_hook(self._take(name))
        run.optimizer.register_step_pre_hook(self._step_begins)
        run.optimizer.register_step_post_hook(self._step_ended)

    def _begin(self, module: nn.Module, inputs: object) -> None:
        if module.training and not self.before:
            self.before = self._run.weights()

    def _keep(self, place: int) -> Callable[[nn.Module, Any, Tensor], None]:
        def keep(module: nn.Module, inputs: object, output: Tensor) -> None:
            if module.training:  # not when the run is evaluated
                self.values[place] = output.detach().cpu().clone()

        return keep

    def _take(self, name: str) -> Callable[[Tensor], None]:
        def take(parameter: Tensor) -> None:
            assert parameter.grad is not None, "the hook follows its accumulation"
            self.gradients[name] = parameter.grad.detach().cpu().clone()

        return take

    def _step_begins(self, *_optimizer: object) -> None:
        self.lr = float(self._run.optimizer.param_groups[0]["lr"])
        for name, parameter in self._run.model.named_parameters():
            if parameter.grad is not None:
                self.used[name] = parameter.grad.detach().cpu().clone()

    def _step_ended(self, *_optimizer: object) -> None:
        self.after = self._run.weights()


def one_step(
    experiment: Experiment,
    splits: Splits,
    state: State | None = None,
    changes: Sequence[tuple[str, Any]] = (),
    *,
    device: str = "cpu",
) -> OneStep:
    """The step that comes next, taken on a copy: `fit` itself does it, so it is the real one.

    Of the engine `stack` it is the real one but for rounding.

    Args:
        experiment: with `training.threads` as the run has them, for the same last bits.
        splits: its data.
        state: after the steps so far; None before the first. It is not changed.
        changes: live changes (path, value) made since the state was taken.
        device: where the run trains.

    Raises:
        NnlabError: there is no next step: the run is at its end; or pictures are augmented.
        InvalidExperimentError: the network does not fit the data.
    """
    first = state["step"] if state is not None else 0
    experiment = _with_modules(experiment)
    run = fit(experiment, splits, state, _One(first, changes), device=device)
    network = deepcopy(run.model).cpu()
    watch = _Watch(run)
    for _step in run:
        pass
    if not watch.after:
        raise NnlabError(_("There is no next step: the run has come to its end."))
    training = _as_it_holds(experiment, state, changes)
    network.load_state_dict(watch.before)
    indices = _batch(run, training, splits, state)
    x, y = splits.train.x[indices], splits.train.y[indices]
    values = _fixed_outputs(network, x) | watch.values
    outputs = values[max(values)]
    losses = EACH[training.loss](outputs, y, reduction="none")
    return OneStep(
        step=first + 1,
        training=training,
        lr=watch.lr,
        indices=indices,
        x=x,
        y=y,
        values=values,
        losses=losses.flatten(1).mean(1) if losses.dim() > 1 else losses,
        loss=EACH[training.loss](outputs, y).item(),
        penalty=penalty(network, training.l1).item(),
        network=network,
        gradients=watch.gradients,
        used=watch.used,
        before=watch.before,
        after=watch.after,
    )


def _fixed_outputs(network: nn.Sequential, x: Tensor) -> dict[int, Tensor]:
    """Return the outputs of the leading layers that learn nothing, by their places."""
    head, _tail = split_fixed(network)
    outputs, reached = dict[int, Tensor](), x
    with torch.no_grad():
        for place, module in enumerate(head):
            outputs[place] = reached = module(reached)
    return outputs


def _with_modules(experiment: Experiment) -> Experiment:
    """Return the experiment for PyTorch's own modules, which can be observed during a step.

    Raises:
        NnlabError: pictures are augmented, or dropout is known to the engine `stack` alone.
    """
    if experiment.training.augment is not None:
        raise NnlabError(_("A step on pictures that are changed at random cannot be looked at."))
    if experiment.engine == "module":
        return experiment
    if any(isinstance(layer, Dropout) and layer.p for layer in experiment.model.layers):
        raise NnlabError(
            _(
                "What dropout drops in this step is known to the engine of sweeps alone: train"
                " the experiment with the engine module to look at its steps."
            )
        )
    return experiment.with_set("engine", "module")


def penalty(network: nn.Module, l1: float) -> Tensor:
    """L1 times the sum of all weights' sizes, biases left out: what `fit` adds to the loss."""
    sizes = [parameter.abs().sum() for parameter in network.parameters() if parameter.dim() > 1]
    return l1 * torch.stack(sizes).sum() if l1 and sizes else torch.zeros(())


def _as_it_holds(
    experiment: Experiment, state: State | None, changes: Sequence[tuple[str, Any]]
) -> Training:
    made = {**(state["settings"] if state is not None else {}), **dict(changes)}
    return apply_changes(experiment, made).training


def _batch(run: Fit, training: Training, splits: Splits, state: State | None) -> Tensor:
    """The indices of the batch that comes next, drawn as the run draws them."""
    batches = Batches(
        len(splits.train),
        run.plan.batch_size,
        replacement=training.sampling == "replacement",
        seed=training.seed,
        device=torch.device("cpu"),
    )
    if state is not None:
        batches.restore(deepcopy(state["batches"]))
    drawn = batches.next()
    return torch.arange(len(splits.train)) if drawn is None else drawn


# The gradient, checked --------------------------------------------------------------------------


@dataclass(frozen=True)
class GradientCheck:
    """The slope of the loss along one weight, by two ways, both in double precision."""

    epsilon: float
    plus: float
    """The loss (with its penalty) at w + ε."""
    minus: float
    numeric: float
    """(plus - minus) / 2ε, the central difference."""
    autograd: float

    @property
    def rounding(self) -> float:
        """Largest error of `numeric` that the last bits of both losses alone can cause."""
        return sys.float_info.epsilon * max(abs(self.plus), abs(self.minus)) / self.epsilon

    @property
    def relative_error(self) -> float:
        """|numeric - autograd| over the larger of both sizes, or over `rounding` if that is larger.

        A slope that is 0 in truth (of a bias before a batch norm) has no relative error otherwise.
        """
        size = max(abs(self.numeric), abs(self.autograd), self.rounding)
        return abs(self.numeric - self.autograd) / size if size else 0.0


def check_gradient(
    step: OneStep, name: str, index: tuple[int, ...], epsilon: float = 1e-5
) -> GradientCheck:
    """The gradient of a step's loss by one weight: a finite difference beside autograd.

    Args:
        step: of `one_step`; its dropout is held fast.
        name: the parameter, as `2.weight`.
        index: of the weight in it.
        epsilon: how far to either side, above 0.
    """
    network = _in_double(step)
    weight = dict(network.named_parameters())[name]
    _loss(network, step).backward()
    assert weight.grad is not None, "every parameter takes part in the loss"
    slope = weight.grad[index].item()
    with torch.no_grad():
        value = weight[index].item()
        weight[index] = value + epsilon
        plus = _loss(network, step).item()
        weight[index] = value - epsilon
        minus = _loss(network, step).item()
    return GradientCheck(epsilon, plus, minus, (plus - minus) / (2 * epsilon), slope)


class _Masked(nn.Module):
    """Dropout that drops what it dropped in the step."""

    def __init__(self, mask: Tensor) -> None:
        super().__init__()
        self.mask = mask

    def forward(self, x: Tensor) -> Tensor:
        return x * self.mask


def _in_double(step: OneStep) -> nn.Sequential:
    network = deepcopy(step.network).double().train()
    for place, module in enumerate(network):
        if isinstance(module, nn.Dropout):
            given, passed = step.values[place - 1] if place else step.x, step.values[place]
            # What came in as 0 went out as 0 either way.
            network[place] = _Masked((passed != 0).double() / (1 - module.p) * (given != 0))
    return network


def _loss(network: nn.Sequential, step: OneStep) -> Tensor:
    y = step.y.double() if step.y.is_floating_point() else step.y
    x = step.x.double() if step.x.is_floating_point() else step.x
    loss = EACH[step.training.loss](network(x), y)
    return loss + penalty(network, step.training.l1)


def compare(predicted: Mapping[str, Tensor], actual: Mapping[str, Tensor]) -> tuple[int, int]:
    """Count the weights that are equal bit for bit, and all weights."""
    same = total = 0
    for name, values in predicted.items():
        same += int((values == actual[name]).sum())
        total += values.numel()
    return same, total
