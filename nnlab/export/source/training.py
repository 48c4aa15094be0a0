"""Source of a run's training: optimizer, schedule, batches, the loop and changes made in it."""

import inspect
import json
from collections.abc import Sequence
from typing import Any

from nnlab.config import Experiment, OneCycleSchedule, Schedule, Training
from nnlab.config.live_fields import OPTIMIZER, WEIGHTS, apply_changes
from nnlab.config.training import CosineSchedule, ExponentialSchedule, StepSchedule
from nnlab.data.description import describe
from nnlab.export.timeline import Phase, Timeline, split_address
from nnlab.models.code import Source
from nnlab.training.batches import batch_of
from nnlab.training.metrics import CHUNK
from nnlab.training.optimizers import CLASSES
from nnlab.visible import visible

LOSSES = {"cross_entropy": "F.cross_entropy", "nll": "F.nll_loss", "mse": "F.mse_loss"}


def _loss_call(experiment: Experiment, outputs: str) -> str:
    """The mean loss of `outputs`, an expression, against `y`."""
    if describe(experiment.data).for_each_token:
        outputs += ".transpose(1, 2)"  # PyTorch wants the classes in the second place
    return f"{LOSSES[experiment.training.loss]}({outputs}, y)"


CHANGE_RATE = '''\
def change_rate(ratio):
    """Another rate to start from, now and for the rest of the schedule."""
    for group in optimizer.param_groups:
        for name in ("lr", "initial_lr", "max_lr", "min_lr"):
            if name in group:
                group[name] *= ratio
    scheduler.base_lrs = [base * ratio for base in scheduler.base_lrs]
'''


def optimizer_source(experiment: Experiment, *, fused: bool, total_steps: int) -> str:
    """Statements that make `optimizer` and, where there is a schedule, `scheduler`."""
    optimizer = experiment.training.optimizer
    made = CLASSES[optimizer.kind]
    defaults = inspect.signature(made).parameters
    arguments: dict[str, Any] = {name: value for name, value in optimizer if name != "kind"}
    if "fused" in defaults:
        arguments["fused"] = fused
    said = [
        f"{name}={value!r}"
        for name, value in arguments.items()
        if name in ("lr", "fused") or value != defaults[name].default
    ]
    text = f"optimizer = torch.optim.{made.__name__}(parameters, {', '.join(said)})\n"
    schedule = experiment.training.schedule
    if schedule is not None:
        text += f"scheduler = lr_scheduler.{_schedule(schedule, optimizer.lr, total_steps)}\n"
    return text


def _schedule(schedule: Schedule, lr: float, total_steps: int) -> str:
    match schedule:
        case StepSchedule():
            return f"StepLR(optimizer, {schedule.step_size}, {schedule.gamma!r})"
        case ExponentialSchedule():
            return f"ExponentialLR(optimizer, {schedule.gamma!r})"
        case CosineSchedule():
            return f"CosineAnnealingLR(optimizer, {total_steps}, {schedule.eta_min!r})"
        case OneCycleSchedule():
            options = "".join(
                f"\n    {name}={literal(value)}," for name, value in schedule if name != "kind"
            )
            fixed = f"\n    optimizer,\n    max_lr={lr!r},\n    total_steps={total_steps},"
            return f"OneCycleLR({fixed}{options}\n)"


def batches_source(training: Training, train_size: int, steps_per_epoch: int) -> str:
    """The generator function `batches`: tensors of indices, or None for all in their order."""
    size = batch_of(training, train_size)
    seeded = f"order = torch.Generator().manual_seed({training.seed})"
    if training.sampling == "replacement":
        drawn = f"torch.randint({train_size}, ({steps_per_epoch * size},), generator=order)"
        says = "Every batch drawn at random."
    elif size == train_size:
        return ""
    else:
        drawn = f"torch.randperm({train_size}, generator=order)"
        says = "Every example once an epoch, in a seeded order."
    return (
        f'def batches():\n    """{says}"""\n    {seeded}\n    while True:\n'
        f"        yield from {drawn}.split({size})\n"
    )


class Loop:
    """The function `train(until)`, and the statements that live changes become."""

    def __init__(self, timeline: Timeline, network: Source, first_layer: int) -> None:
        """`network` leaves out the first layers up to `first_layer`, which learn nothing."""
        self._phases = timeline.phases
        self._network = network
        self._first_layer = first_layer
        self._now = timeline.phases[0].experiment
        changed = [change.path for phase in timeline.phases for change in phase.changes]
        training = self._now.training
        self._has_l1 = bool(training.l1) or "training.l1" in changed
        self._has_clip = training.clip_norm is not None or "training.clip_norm" in changed
        self._has_rates = training.schedule is not None and f"{OPTIMIZER}lr" in changed

    def function(self) -> str:
        """Settings that may change, and `train`."""
        training = self._now.training
        is_stack = self._now.engine == "stack"
        settings = [
            *([f"l1 = {training.l1!r}"] if self._has_l1 or is_stack else []),
            *([f"clip_norm = {training.clip_norm!r}"] if self._has_clip or is_stack else []),
        ]
        has_batches = bool(self._batches())
        start = "step, indices = 0, batches()" if has_batches else "step = 0"
        lines = [
            "def train(until):",
            '    """Take steps until so many are taken."""',
            "    global step",
            "    while step < until:",
            *(f"        {line}" for line in self._step(has_batches)),
            "        step += 1",
            *(f"        {line}" for line in self._schedule_step()),
        ]
        helpers = [CHANGE_RATE, "\n"] if self._has_rates else []
        return "\n".join([*helpers, *settings, start, "", "", *lines]) + "\n"

    def _batches(self) -> str:
        started = self._phases[0].started
        return batches_source(self._now.training, started.train_size, started.steps_per_epoch)

    def _step(self, has_batches: bool) -> list[str]:
        training, device = self._now.training, self._phases[0].device
        augments = training.augment is not None
        inputs = "pictures" if augments and self._first_layer else "train_x"
        if has_batches:
            take = [
                "batch = next(indices)"
                if device == "cpu"
                else f'batch = next(indices).to("{device}")',
                f"x, y = {inputs}.index_select(0, batch), train_y.index_select(0, batch)",
            ]
        else:
            take = [f"x, y = {inputs}, train_y"]
        if augments:
            changed = "augment(x, strengths, drawn)"
            take.append(f"x = {f'prepared({changed})' if self._first_layer else changed}")
        if self._now.engine == "stack":
            return [*take, "take_step(x, y)"]
        loss = f"loss = {_loss_call(self._now, self._network.train_call)}"
        lines = [*take, loss]
        if self._has_l1:
            sums = "torch.stack([p.abs().sum() for p in parameters if p.dim() > 1]).sum()"
            lines += ["if l1:", f"    loss = loss + l1 * {sums}"]
        lines.append("loss.backward()")
        if self._has_clip:
            clip = "nn.utils.clip_grad_norm_(parameters, clip_norm)"
            lines += ["if clip_norm is not None:", f"    {clip}"]
        lines.append("optimizer.step()")
        # Gradients that are kept add up from step to step.
        lines += ["optimizer.zero_grad()"] if training.zero_grad else []
        return lines

    def _schedule_step(self) -> list[str]:
        schedule, started = self._now.training.schedule, self._phases[0].started
        if schedule is None:
            return []
        if isinstance(schedule, StepSchedule | ExponentialSchedule):
            condition = f"if step % {started.steps_per_epoch} == 0:"
        else:
            condition = f"if step < {started.total_steps}:"
        return [condition, "    scheduler.step()"]

    def phases(self) -> list[tuple[str, str]]:
        """Return each phase's description and statements, in order."""
        return [self._phase(number, phase) for number, phase in enumerate(self._phases)]

    def _phase(self, number: int, phase: Phase) -> tuple[str, str]:
        lines: list[str] = []
        if number:
            name = " ".join(visible(phase.name).split())
            title = f"Branch '{name}' at step {phase.first_step:,}"
            threads = phase.started.threads
            if threads != self._phases[number - 1].started.threads:
                lines.append(f"torch.set_num_threads({threads})")
        else:
            title = "Train"
        at = None
        for change in phase.changes:
            if change.step != at and change.step > phase.first_step:
                lines += [f"train(until={change.step})"]
            at = change.step
            lines += self._changed(change.path, change.value)
        lines.append(f"train(until={phase.last_step})")
        return title, "\n".join(lines) + "\n"

    def _changed(self, path: str, value: Any) -> Sequence[str]:
        if path.startswith(WEIGHTS):
            name, indices = split_address(path)
            layer, _, parameter = name.partition(".")
            tensor = self._network.names[f"{int(layer) - self._first_layer}.{parameter}"]
            place = ", ".join(map(str, indices))
            return ["with torch.no_grad():", f"    {tensor}[{place}] = {float(value)!r}"]
        before = self._now.training
        self._now = apply_changes(self._now, {path: value})
        after = self._now.training
        if path == f"{OPTIMIZER}lr":
            if self._has_rates:
                return [f"change_rate({after.optimizer.lr!r} / {before.optimizer.lr!r})"]
            return _set_group("lr", after.optimizer.lr)
        if path.startswith(OPTIMIZER):
            name = path.removeprefix(OPTIMIZER)
            return _set_group(name, getattr(after.optimizer, name))
        name = path.removeprefix("training.")
        return [f"{name} = {getattr(after, name)!r}"]


def _set_group(name: str, value: Any) -> list[str]:
    return [
        "for group in optimizer.param_groups:",
        f"    group[{literal(name)}] = {literal(value)}",
    ]


def literal(value: Any) -> str:
    """A plain value as source, strings in double quotes."""
    return json.dumps(value) if isinstance(value, str) else repr(value)


def final_loss_source(experiment: Experiment, network: Source, *, is_module: bool) -> str:
    """Statements that print the mean loss over the training set, as a run's end measures it."""
    loss = _loss_call(experiment, network.eval_call)
    evaluated = "network.eval()\n" if is_module else ""
    return (
        f"{evaluated}total = 0.0\n"
        "with torch.inference_mode():\n"
        f"    for x, y in zip(train_x.split({CHUNK}), train_y.split({CHUNK}), strict=True):\n"
        f"        total += {loss}.item() * len(y)\n"
        'print("train_loss", total / len(train_y))\n'
    )
