"""The loop: an iterator of events, the same for worker, command line, tests and cluster."""

import math
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

import torch
from torch import Tensor, nn

import nnlab
from nnlab.config import Experiment
from nnlab.config.data import opens_test
from nnlab.config.live_fields import WEIGHTS
from nnlab.data.splits import Part, Splits
from nnlab.models import build
from nnlab.training import device as devices
from nnlab.training.augment import augment
from nnlab.training.batches import Batches
from nnlab.training.best import BestSoFar
from nnlab.training.check import plan
from nnlab.training.controls import Action, Control, Controls, EndRun, NoControls
from nnlab.training.events import (
    ControlApplied,
    Diverged,
    EpochEnded,
    Evaluated,
    Event,
    FitEnded,
    FitStarted,
    Progress,
    Reason,
)
from nnlab.training.live import LiveSettings
from nnlab.training.memory import free_memory, must_fit_in_memory
from nnlab.training.meter import Meter, NotFiniteError
from nnlab.training.metrics import LOSSES, Totals, evaluate
from nnlab.training.optimizers import Schedules, build_optimizer, uses_fused
from nnlab.training.pace import Pace
from nnlab.training.prepare import prepared, split_fixed
from nnlab.training.seeds import augmenting
from nnlab.training.state import State, clone
from nnlab.training.target import Target

PROGRESS_SECONDS = 0.1
"""`progress` comes at most this often."""
ENDS: dict[Action | None, Reason] = {"stop": "stopped", "release": "released"}
"""What ends a session there and then, and the reason that `fit_ended` gives."""
CHEAP_FLOPS = 10**8
"""A validation of at most this many operations is done with every `progress`."""


def fit(
    experiment: Experiment,
    splits: Splits,
    state: State | None = None,
    controls: Controls | None = None,
    *,
    device: str = "cpu",
    clock: Callable[[], float] = time.perf_counter,
    sleep: Callable[[float], object] = time.sleep,
) -> "Fit":
    """Train and yield what happens, one event at a time.

    The weights depend on the experiment, the machine and the thread count alone, never on who
    listens, how fast, or at which pace. With `state` (a `Fit.snapshot()` of the same experiment) it
    goes on with the same numbers, bit for bit.

    Raises:
        InvalidExperimentError: the network, the batch or the loss does not fit the data.
        NnlabError: the device is not here.
    """
    return Fit(experiment, splits, state, controls or NoControls(), device, Pace(clock, sleep))


class Fit(Iterator[Event]):
    """A run under way. Iterate it for its events; between two of them `snapshot()` its state."""

    def __init__(
        self,
        experiment: Experiment,
        splits: Splits,
        state: State | None,
        controls: Controls,
        device: str,
        pace: Pace,
    ) -> None:
        training = experiment.training
        self.plan = plan(experiment, splits.info, len(splits.train))
        self.device = devices.choose_device(device, self.plan.step_flops)
        must_fit_in_memory(experiment, self.plan, free_memory(self.device))
        self.threads = devices.choose_threads(training.threads, self.plan.step_flops)
        self.fused = uses_fused(training.optimizer, training.fused)
        self.model = build(experiment.model, splits.info.input_shape).to(self.device)
        """The network itself, on its device."""
        self.after_step: Callable[[], object] = _nothing
        """Called after each step, for whoever looks at the weights oftener than events come.

        It costs its own time, at every step; it may read `step` and `weights()`, and nothing else:
        no event of this step has come yet, and random numbers are the run's own.
        """
        self.step = 0
        self._pace = pace
        self._controls = controls
        self._loss = LOSSES[training.loss]
        self._head, self._body = split_fixed(self.model)
        self._train = prepared(splits.train, self._head, self.device)
        self._val = prepared(splits.val, self._head, self.device)
        self._test: Part | None = None
        if opens_test(experiment.data) == "at_end" and splits.test is not None:
            self._test = prepared(splits.test, self._head, self.device)
        self._pictures = splits.train.x.to(self.device) if training.augment else None
        self._augmenting = augmenting(training.seed)
        self._batches = Batches(
            len(self._train),
            self.plan.batch_size,
            replacement=training.sampling == "replacement",
            seed=training.seed,
            device=self.device,
        )
        self._parameters = tuple(self.model.parameters())
        self._optimizer = build_optimizer(training.optimizer, self._parameters, self.fused)
        self._schedules = Schedules(
            training.schedule, self._optimizer, training.optimizer.lr, self.plan.total_steps
        )
        self._live = LiveSettings(experiment, self.model, self._optimizer, self._schedules)
        self._meter = Meter(classes=experiment.task == "classification")
        self._best = BestSoFar(training.early_stopping)
        self._target = Target()
        self._is_edited = False
        """Whether a weight was set by hand since the last step."""
        self._grad_norm: Tensor | None = None
        self._random = devices.seeded(training.seed, self.device)
        if state is not None:
            self._restore(state)
        self._started_at = self.step
        self._pace.start(state["seconds"] if state is not None else 0.0)
        self._events = self._run()

    def __next__(self) -> Event:
        with devices.own_world(self._random, self.device, self.threads):
            return next(self._events)

    def snapshot(self) -> State:
        """The full state between two steps, copied to the CPU.

        Raises:
            NotFiniteError: the run has diverged since its last event.
        """
        self._meter.read()
        gradients = {
            name: parameter.grad
            for name, parameter in self.model.named_parameters()
            if parameter.grad is not None
        }
        return clone(
            State(
                step=self.step,
                seconds=self.seconds,
                batches=self._batches.state(),
                model=self.model.state_dict(),
                optimizer=self._optimizer.state_dict(),
                schedule=self._schedules.state(),
                random=self._random,
                augmenting=self._augmenting.get_state(),
                gradients=gradients,
                epoch_totals=self._meter.state(),
                best=self._best.state(),
                target_met=self._target.met,
                is_edited=self._is_edited,
                settings=self._live.changed,
            )
        )

    def weights(self) -> dict[str, Tensor]:
        """The newest weights and buffers, copied to the CPU."""
        return clone(self.model.state_dict())

    @property
    def optimizer(self) -> torch.optim.Optimizer:
        """The optimizer itself, for whoever looks at what it gets."""
        return self._optimizer

    @property
    def epoch(self) -> int:
        """The pass over the training data that the last step belonged to, counted from 1."""
        return self._batches.epoch + (self._batches.position > 0)

    @property
    def seconds(self) -> float:
        """Seconds of training so far, pauses and waits for a step's turn left out."""
        return self._pace.seconds

    @property
    def paused(self) -> bool:
        """Whether the run stands still until a control lets it go on."""
        return self._pace.paused

    # The loop ----------------------------------------------------------------------------------

    def _run(self) -> Iterator[Event]:
        yield self._started()
        try:
            reason = yield from self._until_end()
            self._meter.read()
            figures = self._final_figures(reason)
        except NotFiniteError as error:
            yield self._diverged(error)
            reason, figures = "diverged", {}  # its weights are worth nothing
        yield self._ended(reason, figures)

    def _until_end(self) -> Generator[Event, None, Reason]:
        try:
            yield from self._steps()
        except EndRun as end:
            if end.control is not None:
                yield self._applied(end.control)
            return end.reason
        return "completed"

    def _steps(self) -> Iterator[Event]:
        self.model.train()
        if self._best.out_of_patience:  # and its last sitting did not come to say so
            raise EndRun("early_stopped")
        next_progress = self._pace.clock() + PROGRESS_SECONDS
        while self.step < self.plan.total_steps:
            is_news = False  # whether weights were set by hand that nobody has measured yet
            for control in self._controls.poll(self.step, paused=self.paused):
                if control.do in ENDS:
                    raise EndRun(ENDS[control.do], control)
                yield self._apply(control)
                is_news |= self._is_edited and control.set is not None
            if self._pace.is_due(self.step):
                self._pace.pause()
                yield self._progress()
                is_news = self._is_edited
            if self.paused or self._pace.waits():
                if is_news:
                    yield self._evaluated()
                continue
            epoch_ended = self._train_step()
            self.after_step()
            if epoch_ended and self._is_evaluated():
                ended = self._end_epoch()
                yield ended
                if self._best.out_of_patience:
                    raise EndRun("early_stopped")
                target = self._live.training.stop_at_loss
                if self._target.see(target, ended.train_loss, ended.val_loss):
                    raise EndRun("stopped")
            if self._is_watched_by_step() or self._pace.clock() >= next_progress:
                yield self._progress()
                next_progress = self._pace.clock() + PROGRESS_SECONDS

    def _train_step(self) -> bool:
        """One optimizer step. True where it was the last of its epoch."""
        training = self._live.training
        indices = self._batches.next()
        inputs = self._train.x if self._pictures is None else self._pictures
        x, y = inputs, self._train.y
        if indices is not None:
            x, y = x.index_select(0, indices), y.index_select(0, indices)
        if training.augment is not None:
            x = self._head(augment(x, training.augment, self._augmenting))
        outputs = self._body(x)
        loss = self._loss(outputs, y)
        (loss + self._penalty() if training.l1 else loss).backward()
        if training.clip_norm is not None:
            self._grad_norm = nn.utils.clip_grad_norm_(self.model.parameters(), training.clip_norm)
        self._optimizer.step()
        if training.zero_grad:
            for parameter in self._parameters:  # as `zero_grad()`, at a fraction of its cost
                parameter.grad = None
        self._meter.add(loss.detach(), outputs.detach(), y)
        self.step += 1
        self._is_edited = False
        epoch_ended = self._batches.position == 0
        self._schedules.step_ended(epoch_ended)
        return epoch_ended

    def _penalty(self) -> Tensor:
        weights = [p.abs().sum() for p in self.model.parameters() if p.dim() > 1]
        total = torch.stack(weights).sum() if weights else torch.zeros((), device=self.device)
        return self._live.training.l1 * total

    def _is_watched_by_step(self) -> bool:
        """Whether the pace is so slow that each step has its own `progress`."""
        return 0 < self._pace.steps_per_second <= 1 / PROGRESS_SECONDS

    def _is_evaluated(self) -> bool:
        is_last = self.step >= self.plan.total_steps
        return is_last or self._batches.epoch % self.plan.evaluate_every == 0

    # Controls ----------------------------------------------------------------------------------

    def _apply(self, control: Control) -> ControlApplied:
        error = None
        match control.do:
            case "pause" | "resume" | "step" | "epoch":
                left = self.plan.steps_per_epoch - self._batches.position
                self._pace.ask(control.do, step=self.step, left_in_epoch=left)
            case None if control.pace is not None:
                self._pace.steps_per_second = control.pace
            case None if control.set is not None:
                error = self._live.set(control.set.path, control.set.value)
                self._is_edited |= error is None and control.set.path.startswith(WEIGHTS)
            case _:
                self._meter.read()  # whoever listens saves a checkpoint: not of a diverged run
        return self._applied(control, error)

    def _applied(self, control: Control, error: str | None = None) -> ControlApplied:
        asked = control.set.model_dump() if control.set is not None else None
        return ControlApplied(
            **self._where(),
            id=control.id,
            do=control.do,
            why=control.why,
            set=asked,
            pace=control.pace,
            error=error,
        )

    # Events ------------------------------------------------------------------------------------

    def _where(self) -> dict[str, Any]:
        return {"step": self.step, "epoch": self.epoch, "seconds": round(self.seconds, 4)}

    def _started(self) -> FitStarted:
        return FitStarted(
            **self._where(),
            schema=1,
            nnlab=nnlab.__version__,
            torch=torch.__version__,
            device=devices.device_name(self.device),
            threads=self.threads,
            fused=self.fused,
            processor=devices.processor_name(),
            parameters=self.plan.parameters,
            train_size=len(self._train),
            val_size=len(self._val),
            steps_per_epoch=self.plan.steps_per_epoch,
            total_steps=self.plan.total_steps,
        )

    def _progress(self) -> Progress:
        self._meter.read()
        recent = self._meter.take_recent()
        flops = len(self._val) * sum(row.flops for row in self.plan.rows)
        if self.paused or flops <= CHEAP_FLOPS:
            val = evaluate(self._body, self._val, self._loss)
        else:
            val = Totals()
        return Progress(
            **self._where(),
            train_loss=recent.mean_loss,
            train_accuracy=recent.accuracy,
            val_loss=val.mean_loss,
            val_accuracy=val.accuracy,
            lr=self._schedules.lr,
            grad_norm=None if self._grad_norm is None else float(self._grad_norm),
            paused=self.paused,
        )

    def _evaluated(self) -> Evaluated:
        return Evaluated(**self._where(), **self._whole_figures())

    def _whole_figures(self) -> dict[str, Any]:
        """Loss and accuracy over all that trains and all that validates, by the newest weights."""
        train = evaluate(self._body, self._train, self._loss)
        val = evaluate(self._body, self._val, self._loss)
        return {
            "train_loss": train.mean_loss,
            "train_accuracy": train.accuracy,
            "val_loss": val.mean_loss,
            "val_accuracy": val.accuracy,
        }

    def _end_epoch(self) -> EpochEnded:
        self._meter.read()
        train = self._meter.take_epoch()
        val = evaluate(self._body, self._val, self._loss)
        assert train.mean_loss is not None, "an epoch has at least one step"
        is_best = self._best.see(train.mean_loss, val, epoch=self._batches.epoch, step=self.step)
        return EpochEnded(
            **self._where(),
            train_loss=train.mean_loss,
            train_accuracy=train.accuracy,
            val_loss=val.mean_loss,
            val_accuracy=val.accuracy,
            lr=self._schedules.lr,
            best=is_best,
        )

    def _diverged(self, error: NotFiniteError) -> Diverged:
        bad_step = self.step - error.steps_ago
        return Diverged(
            step=bad_step,
            epoch=-(-bad_step // self.plan.steps_per_epoch),
            seconds=round(self.seconds, 4),
            quantity="train_loss",
            value=error.value,
            first_loss=self._meter.first if self._started_at == 0 else None,
        )

    def _final_figures(self, reason: Reason) -> dict[str, float | None]:
        figures = self._whole_figures()
        loss = figures["train_loss"]
        if loss is not None and not math.isfinite(loss):
            raise NotFiniteError(0, loss)
        if self._test is not None and reason in ("completed", "early_stopped"):
            test = evaluate(self._body, self._test, self._loss)
            figures |= {"test_loss": test.mean_loss, "test_accuracy": test.accuracy}
        return figures

    def _ended(self, reason: Reason, figures: dict[str, Any]) -> FitEnded:
        if best := self._best.best:
            figures |= {
                "best_val_loss": best["val_loss"],
                "best_val_accuracy": best["val_accuracy"],
                "best_epoch": best["epoch"],
            }
        if reason == "stopped":
            figures |= {"reached": self._target.loss}
        return FitEnded(**self._where(), reason=reason, **figures)

    # Restoring ---------------------------------------------------------------------------------

    def _restore(self, state: State) -> None:
        state = clone(state)  # the optimizer would train the caller's tensors
        self.step = state["step"]
        self.model.load_state_dict(state["model"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedules.restore(state["schedule"])
        self._batches.restore(state["batches"])
        self._meter.restore(state["epoch_totals"])
        self._best.restore(state["best"])
        self._target.met = state.get("target_met")
        self._is_edited = state.get("is_edited", False)
        self._live.restore(state["settings"])
        self._random.update(state["random"])
        if "augmenting" in state:
            self._augmenting.set_state(state["augmenting"])
        for name, parameter in self.model.named_parameters():
            if name in state["gradients"]:
                parameter.grad = state["gradients"][name].to(self.device)


def _nothing() -> None:
    """Nobody looks between events."""
