"""Training of one network, as an iterator of events: for workers, the command line and tests."""

import math
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

import torch
from torch import Tensor

from nnlab.config import Experiment
from nnlab.config.data import opens_test
from nnlab.config.live_fields import WEIGHTS
from nnlab.data.splits import Part, Splits
from nnlab.training.best import BestSoFar
from nnlab.training.check import plan
from nnlab.training.controls import Controls, NoControls
from nnlab.training.ensemble.alone import StackOfOne
from nnlab.training.events import (
    Diverged,
    EpochEnded,
    Evaluated,
    Event,
    FitEnded,
    FitStarted,
    Progress,
    Reason,
)
from nnlab.training.learner import Learner, ModuleLearner
from nnlab.training.live import LiveSettings
from nnlab.training.loop import Loop
from nnlab.training.machine import device as devices
from nnlab.training.machine.memory import free_memory, must_fit_in_memory
from nnlab.training.machine.processor import processor_name
from nnlab.training.meter import Meter, NotFiniteError
from nnlab.training.metrics import LOSSES, Totals, evaluate
from nnlab.training.optimizers import uses_fused
from nnlab.training.prepare import prepared, split_fixed
from nnlab.training.run_clock import RunClock
from nnlab.training.sharpness.of_fit import SharpnessOfFit
from nnlab.training.state import State, clone
from nnlab.training.stop_at_loss import StopAtLoss
from nnlab.version import VERSION

CHEAP_FLOPS = 10**8
"""Every `progress` includes a validation that takes at most this many operations."""


def fit(  # noqa: PLR0913 - clock, sleep and device are passed in for tests
    experiment: Experiment,
    splits: Splits,
    state: State | None = None,
    controls: Controls | None = None,
    *,
    device: str = "cpu",
    clock: Callable[[], float] = time.perf_counter,
    sleep: Callable[[float], object] = time.sleep,
) -> "Fit":
    """Train one network; iterate the result for its events.

    The weights depend only on the experiment, the machine and the thread count, never on the
    readers of the events, their speed or the pace. With `state` (a `Fit.snapshot()` of the same
    experiment) training continues with the same numbers, bit for bit.

    Raises:
        InvalidExperimentError: the network, the batch or the loss does not fit the data.
        NnlabError: this machine does not have the device.
    """
    return Fit(experiment, splits, state, controls or NoControls(), device, RunClock(clock, sleep))


class Fit(Loop):
    """The training of one network. Iterate it for its events; `snapshot()` between two of them."""

    def __init__(
        self,
        experiment: Experiment,
        splits: Splits,
        state: State | None,
        controls: Controls,
        device: str,
        clock: RunClock,
    ) -> None:
        training = experiment.training
        self.plan = plan(experiment, splits.info, len(splits.train))
        self.total_steps = self.plan.total_steps
        self.device = devices.choose_device(device, self.plan.step_flops)
        must_fit_in_memory(experiment, self.plan, free_memory(self.device))
        self.threads = devices.choose_threads(training.threads, self.plan.step_flops)
        self.fused = _is_fused(experiment)
        super().__init__(controls, clock, devices.seeded(training.seed, self.device))
        self._learner: Learner = (
            StackOfOne(experiment, splits, self.plan, self.device)
            if experiment.engine == "stack"
            else ModuleLearner(experiment, splits, self.plan, self.device, self.fused)
        )
        self.model = self._learner.model
        """The network that trains, on its device; no copy."""
        self._loss = LOSSES[training.loss]
        head, _body = split_fixed(self.model)
        self._val = prepared(splits.val, head, self.device)
        self._test: Part | None = None
        if opens_test(experiment.data) == "at_end" and splits.test is not None:
            self._test = prepared(splits.test, head, self.device)
        self._live = LiveSettings(
            experiment, self.model, self._learner.optimizer, self._learner.schedules
        )
        self._meter = Meter(classes=experiment.task == "classification")
        self._best = BestSoFar(training.early_stopping)
        self._stop_at_loss = StopAtLoss()
        self._sharpness = SharpnessOfFit(experiment, clock.now)
        if state is not None:
            self._restore(state)
        self.begin(state["seconds"] if state is not None else 0.0)

    def snapshot(self) -> State:
        """Return the full state between two steps, copied to the CPU.

        Raises:
            NotFiniteError: the run has diverged since its last event.
        """
        self._meter.read()
        return clone(
            State(
                step=self.step,
                seconds=self.seconds,
                **self._learner.state(),
                random=self._random,
                epoch_totals=self._meter.state(),
                best=self._best.state(),
                target_met=self._stop_at_loss.reached,
                is_edited=self._is_edited,
                settings=self._live.changed,
            )
        )

    def weights(self) -> dict[str, Tensor]:
        """Return the newest weights and buffers, copied to the CPU."""
        return clone(self.model.state_dict())

    @property
    def optimizer(self) -> torch.optim.Optimizer:
        """The optimizer that trains the network; no copy."""
        return self._learner.optimizer

    @property
    def epoch(self) -> int:
        """Epoch (pass over the training set) of the last step, counted from 1."""
        return self._learner.passes + (self._learner.position > 0)

    # Steps -------------------------------------------------------------------------------------

    def _reason_to_end(self) -> Reason | None:
        # Already true before the first step where the last session ended before it reported this.
        return "early_stopped" if self._best.out_of_patience else None

    def _train_step(self) -> bool:
        """Take one optimizer step. Return whether it ends an epoch that is to be evaluated."""
        self._meter.add(*self._learner.step())
        self.step += 1
        self._is_edited = False
        if self._learner.position > 0:
            return False
        is_last = self.step >= self.plan.total_steps
        return is_last or self._learner.passes % self.plan.evaluate_every == 0

    def _evaluation(self) -> Generator[Event, None, Reason | None]:
        ended = self._end_epoch()
        yield ended
        if self._best.out_of_patience:
            return "early_stopped"
        limit = self._live.training.stop_at_loss
        if self._stop_at_loss.is_reached(limit, ended.train_loss, ended.val_loss):
            return "stopped"
        return None

    def _steps_left_in_epoch(self) -> int:
        return self.plan.steps_per_epoch - self._learner.position

    def _set(self, path: str, value: Any) -> str | None:
        error = self._live.set(path, value)
        if error is None:
            self._learner.changed(self._live.training)
            self._sharpness.changed()
            self._is_edited |= path.startswith(WEIGHTS)
        return error

    def _request_sharpness(self, seconds: float) -> str | None:
        error = self._sharpness.refusal(self.plan, len(self._learner.train)) if seconds else None
        if error is None:
            self._sharpness.ask(seconds)
        return error

    def _sharpness_events(self) -> Iterator[Event]:
        if self._sharpness.is_due(self.step):
            yield from self._sharpness.events(self._learner, self._live.training, self._where())

    def _before_checkpoint(self) -> None:
        self._meter.read()  # raises NotFiniteError: no checkpoint is saved of a diverged run

    def _run(self) -> Iterator[Event]:
        yield self._started()
        try:
            self.model.train()
            reason = yield from self._train()
            self._meter.read()
            figures = self._final_figures(reason)
        except NotFiniteError as error:
            yield self._diverged(error)
            reason, figures = "diverged", {}  # figures of these weights would mean nothing
        yield self._ended(reason, figures)

    # Events ------------------------------------------------------------------------------------

    def _started(self) -> FitStarted:
        return FitStarted(
            **self._where(),
            schema=1,
            nnlab=VERSION,
            torch=torch.__version__,
            device=devices.device_name(self.device),
            threads=self.threads,
            fused=self.fused,
            processor=processor_name(),
            parameters=self.plan.parameters,
            train_size=len(self._learner.train),
            val_size=len(self._val),
            steps_per_epoch=self.plan.steps_per_epoch,
            total_steps=self.plan.total_steps,
        )

    def _progress(self) -> Iterator[Progress]:
        self._meter.read()
        recent = self._meter.take_recent()
        flops = len(self._val) * sum(row.flops for row in self.plan.rows)
        if self.paused or flops <= CHEAP_FLOPS:
            val = self._learner.evaluate(self._val)
        else:
            val = Totals()
        grad_norm = self._learner.grad_norm
        yield Progress(
            **self._where(),
            train_loss=recent.mean_loss,
            train_accuracy=recent.accuracy,
            val_loss=val.mean_loss,
            val_accuracy=val.accuracy,
            lr=self._learner.schedules.lr,
            grad_norm=None if grad_norm is None else float(grad_norm),
            paused=self.paused,
        )

    def _edited(self) -> Evaluated:
        return Evaluated(**self._where(), **self._whole_figures())

    def _whole_figures(self) -> dict[str, Any]:
        """Return loss and accuracy of the newest weights over the training and validation set."""
        train = evaluate(self._learner.body, self._learner.train, self._loss)
        val = evaluate(self._learner.body, self._val, self._loss)
        return {
            "train_loss": train.mean_loss,
            "train_accuracy": train.accuracy,
            "val_loss": val.mean_loss,
            "val_accuracy": val.accuracy,
        }

    def _end_epoch(self) -> EpochEnded:
        self._meter.read()
        train = self._meter.take_epoch()
        val = self._learner.evaluate(self._val)
        assert train.mean_loss is not None, "an epoch has at least one step"
        is_best = self._best.see(train.mean_loss, val, epoch=self._learner.passes, step=self.step)
        return EpochEnded(
            **self._where(),
            train_loss=train.mean_loss,
            train_accuracy=train.accuracy,
            val_loss=val.mean_loss,
            val_accuracy=val.accuracy,
            lr=self._learner.schedules.lr,
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
            test = evaluate(self._learner.body, self._test, self._loss)
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
            figures |= {"reached": self._stop_at_loss.loss}
        return FitEnded(**self._where(), reason=reason, **figures)

    # Restoring ---------------------------------------------------------------------------------

    def _restore(self, state: State) -> None:
        state = clone(state)  # else the optimizer would change the caller's tensors
        self.step = state["step"]
        self._learner.restore(state)
        self._meter.restore(state["epoch_totals"])
        self._best.restore(state["best"])
        self._stop_at_loss.reached = state.get("target_met")
        self._is_edited = state.get("is_edited", False)
        self._live.restore(state["settings"])
        self._learner.changed(self._live.training)
        self._random.update(state["random"])


def _is_fused(experiment: Experiment) -> bool:
    """Whether the optimizer is PyTorch's fused one; the engine `stack` has its own optimizers."""
    training = experiment.training
    return experiment.engine == "module" and uses_fused(training.optimizer, training.fused)
