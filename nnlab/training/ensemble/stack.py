"""A stack: networks of one shape that take their steps together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import torch
from torch import Tensor

from nnlab.config import Dropout, Experiment, Training
from nnlab.data.splits import Part
from nnlab.models import build
from nnlab.models.shapes import Shape
from nnlab.training.check import Plan
from nnlab.training.ensemble import formulas
from nnlab.training.ensemble.batches import StackBatches, StackBatchState
from nnlab.training.ensemble.draws import Draws, DrawState
from nnlab.training.ensemble.forward import Rows, forward, widths_of
from nnlab.training.ensemble.layout import Layout
from nnlab.training.ensemble.optimizers import StackOptimizer
from nnlab.training.ensemble.settings import share_settings
from nnlab.training.prepare import prepared, split_fixed


class StackState(TypedDict):
    """The full state of a stack between two steps; tensors are [n, …] by a parameter's name."""

    model: dict[str, Tensor]
    """Parameters and buffers."""
    gradients: dict[str, Tensor]
    """Gradients that are kept from step to step; empty where they are zeroed."""
    slots: dict[str, dict[str, Tensor]]
    """The optimizer's state, by PyTorch's names."""
    steps: int
    """Steps of the optimizer."""
    settings: list[dict[str, Any]]
    """The optimizer's numbers and the schedule, once for networks that share them."""
    which: list[int]
    """Which of the settings each network has."""
    batches: StackBatchState
    draws: DrawState


@dataclass(frozen=True)
class Step:
    """The results of a step."""

    losses: Tensor
    """[n], before the step."""
    outputs: Tensor
    """[n, padded, k]."""
    targets: Tensor
    """[n, padded, …]."""
    rows: Rows
    epoch_ended: bool


class Stack:
    """Networks whose parameters lie in the rows of one tensor.

    `models` are the same networks as PyTorch modules, whose parameters and buffers are views of the
    rows: they are read, evaluated and changed as any other.
    """

    widths: list[int]
    """Widths of the inputs of activation functions."""

    def __init__(
        self,
        experiments: Sequence[Experiment],
        data: Sequence[Part],
        input_shape: Shape,
        planned: Plan,
        device: torch.device,
    ) -> None:
        """`experiments` differ by values alone (`nnlab.config.stacks`).

        `data` trains each; many may be the same object, and are kept once.
        """
        first, layers = experiments[0].training, experiments[0].model.layers
        self.models = [build(one.model, input_shape).to(device).eval() for one in experiments]
        self._loss, self._zeroes_gradients = first.loss, first.zero_grad
        self._device = device
        head, _body = split_fixed(self.models[0])  # the same of all: no value is in it
        once = {id(part): prepared(part, head, device) for part in data}
        self.trains = [once[id(part)] for part in data]
        """Each network's training set on the device, as its first trainable layer takes it."""
        rows = list(enumerate(planned.rows))[len(head) :]
        self._layers = [(place, row.layer, self.models[0][place]) for place, row in rows]
        self.widths = widths_of([row for _, row in rows])
        padded = formulas.padded_rows(planned.batch_size, self.widths)
        trainings = [one.training for one in experiments]
        self.batches = StackBatches(self.trains, trainings, planned.batch_size, padded)
        drawn = {
            place: row.output_shape[0] for place, row in rows if isinstance(layers[place], Dropout)
        }
        self._draws = Draws([one.seed for one in trainings], drawn, padded, device)
        self._layout = Layout(self.models[0])
        self._parameters = torch.zeros(len(experiments), self._layout.length, device=device)
        self._buffers = {
            name: torch.stack([model.get_buffer(name) for model in self.models])
            for name in self.models[0].state_dict()
            if name not in self._layout.places
        }
        for row, model in enumerate(self.models):
            drawn = dict(model.named_parameters())
            _fill({n: view[row] for n, view in self._layout.views(self._parameters).items()}, drawn)
        self._gradients = torch.zeros_like(self._parameters)
        self._penalised = torch.zeros(self._layout.length, device=device)
        for place in self._layout.places.values():
            self._penalised[place.start : place.end] = len(place.shape) > 1
        self.settings, self._which = share_settings(trainings, self.models, planned.total_steps)
        groups = [self.settings[place].optimizer.param_groups[0] for place in self._which]
        self._optimizer = StackOptimizer(first.optimizer, groups, self._parameters)
        self.set_penalties(trainings)
        self.norms: Tensor | None = None
        """[n, 1]: of the last step's gradients, where they are clipped."""
        self._alias()

    def __len__(self) -> int:
        return len(self.models)

    def step(self) -> Step:
        """One optimizer step of every network."""
        x, y, rows = self.batches.next()
        outputs = forward(self._layers, self._tensors, x, rows, self._draws.next())
        losses = formulas.losses(outputs, y, rows.share, self._loss)
        found = torch.autograd.grad(losses.sum(), self._leaves)
        with torch.no_grad():
            self._take(found)
            if self._l1 is not None:
                signs = self._parameters.sign().mul_(self._penalised)
                self._gradients.add_(signs.mul_(self._l1))
            if self._clip is not None:
                self.norms = formulas.clip(self._gradients, self._clip)
            self._optimizer.step(self._parameters, self._gradients)
            for counted in self._counted:
                counted += 1
        epoch_ended = self.batches.position == 0
        if self._is_scheduled:
            for setting in self.settings:
                setting.schedules.step_ended(epoch_ended)
            self._optimizer.refresh()
        return Step(losses.detach(), outputs.detach(), y, rows, epoch_ended)

    @torch.no_grad()
    def answer(self, x: Tensor, rows: Rows) -> Tensor:
        """The outputs for x [n, rows, inputs] in evaluation mode, [n, rows, k]."""
        return forward(self._layers, self._tensors, x, rows, None)

    def set_penalties(self, trainings: Sequence[Training]) -> None:
        """Take over `l1` and `clip_norm` of each network, as they hold from now on."""
        l1 = [one.l1 for one in trainings]
        most = [float("inf") if one.clip_norm is None else one.clip_norm for one in trainings]
        self._is_scheduled = any(one.schedule is not None for one in trainings)
        self._l1 = self._column(l1) if any(l1) else None
        self._clip = self._column(most) if min(most) < float("inf") else None

    def refresh(self) -> None:
        """Take over numbers of the optimizer after they were changed in `settings`."""
        self._optimizer.refresh()

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with some of the networks alone; nothing changes for them."""
        kept = torch.tensor(rows, dtype=torch.int64)
        self.models = [self.models[row] for row in rows]
        self.trains = [self.trains[row] for row in rows]
        self._which = [self._which[row] for row in rows]
        self.batches.keep(kept)
        self._draws.keep(kept)
        kept = kept.to(self._device)
        self._parameters, self._gradients = self._parameters[kept], self._gradients[kept]
        self._buffers = {name: buffer[kept] for name, buffer in self._buffers.items()}
        self._l1 = None if self._l1 is None else self._l1[kept]
        self._clip = None if self._clip is None else self._clip[kept]
        self._optimizer.keep(kept)
        self._alias()

    def weights(self) -> dict[str, Tensor]:
        """Parameters and buffers by name, [n, …]: views that the next step changes."""
        return self._layout.views(self._parameters) | self._buffers

    def state(self) -> StackState:
        """The full state; its tensors are views that the next step changes."""
        return StackState(
            model=self.weights(),
            gradients={} if self._zeroes_gradients else self._layout.views(self._gradients),
            slots={name: self._layout.views(s) for name, s in self._optimizer.slots.items()},
            steps=self._optimizer.steps,
            settings=[one.state() for one in self.settings],
            which=list(self._which),
            batches=self.batches.state(),
            draws=self._draws.state(),
        )

    def restore(self, state: StackState) -> None:
        """Go on where `state` was taken: the same networks, in the same order."""
        _fill(self.weights(), state["model"])
        _fill(self._layout.views(self._gradients), state["gradients"])
        self._optimizer.steps = state["steps"]
        for name, kept in state["slots"].items():
            slot = self._optimizer.slots.setdefault(name, torch.zeros_like(self._parameters))
            _fill(self._layout.views(slot), kept)
        for setting, was in zip(self.settings, state["settings"], strict=True):
            setting.restore(was)
        self._optimizer.refresh()
        self.batches.restore(state["batches"])
        self._draws.restore(state["draws"])

    def _take(self, found: tuple[Tensor, ...]) -> None:
        if self._zeroes_gradients:
            torch._foreach_copy_(self._gradient_views, found)
        else:
            torch._foreach_add_(self._gradient_views, found)

    def _alias(self) -> None:
        """Make the modules' tensors views of the rows, and the rows' views what is derived from."""
        views = self._layout.views(self._parameters)
        for name, stacked in (views | self._buffers).items():
            path, _dot, own = name.rpartition(".")
            for row, model in enumerate(self.models):
                module = model.get_submodule(path)
                if name in views:
                    module.get_parameter(own).data = stacked[row]
                else:
                    module._buffers[own] = stacked[row]
        leaves = {name: view.detach().requires_grad_() for name, view in views.items()}
        self._leaves = list(leaves.values())
        self._tensors: dict[str, Tensor] = leaves | self._buffers
        self._gradient_views = list(self._layout.views(self._gradients).values())
        for row, model in enumerate(self.models):
            grads = self._layout.views(self._gradients)
            for name, parameter in model.named_parameters():
                parameter.grad = None if self._zeroes_gradients else grads[name][row]
        self._counted = [b for name, b in self._buffers.items() if name.endswith("tracked")]

    def _column(self, values: Sequence[float]) -> Tensor:
        return torch.tensor(values, dtype=torch.float32, device=self._device).unsqueeze(1)


def _fill(views: Mapping[str, Tensor], values: Mapping[str, Tensor]) -> None:
    with torch.no_grad():
        for name, value in values.items():
            views[name].copy_(value)
