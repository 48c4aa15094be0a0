"""A stack under way: its networks, how they do, and those that have ended."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nnlab.config import Experiment
from nnlab.config.data import Data, opens_test
from nnlab.config.stacks import Stack as Shape
from nnlab.data.splits import Part, Splits
from nnlab.training.best import BestSoFar
from nnlab.training.check import plan
from nnlab.training.ensemble.evaluation import Evaluation
from nnlab.training.ensemble.meter import StackMeter, Sums, totals_of
from nnlab.training.ensemble.run_state import StackRunState
from nnlab.training.ensemble.shown import ShownWeights
from nnlab.training.ensemble.stack import Stack
from nnlab.training.ensemble.standing import Ended, Standing
from nnlab.training.ensemble.states import net_state
from nnlab.training.events import Reason
from nnlab.training.machine import device as devices
from nnlab.training.machine.memory import free_memory, must_fit_in_memory
from nnlab.training.metrics import LOSSES, Totals, evaluate
from nnlab.training.prepare import prepared, split_fixed
from nnlab.training.state import State, clone
from nnlab.training.stop_at_loss import StopAtLoss


class StackRun(Standing):
    """Trains the networks of one stack. Those that stop early or diverge leave it."""

    def __init__(
        self,
        shape: Shape,
        experiments: list[Experiment],
        splits: Mapping[Data, Splits],
        device: str,
    ) -> None:
        """`experiments` are those of `shape.nets`; `splits` have the data of each."""
        first = experiments[0]
        own = [splits[one.data] for one in experiments]
        info = own[0].info
        super().__init__(shape.nets, plan(first, info, len(own[0].train)))
        self._experiments = experiments
        self.device = devices.choose_device(device, self.plan.step_flops)
        must_fit_in_memory(first, self.plan, free_memory(self.device))
        self.threads = devices.choose_threads(first.training.threads, self.plan.step_flops)
        parts = [one.train for one in own]
        self._stack = Stack(experiments, parts, info.input_shape, self.plan, self.device)
        self._models = list(self._stack.models)
        self._bodies = [split_fixed(model)[1] for model in self._models]
        self._trains = list(self._stack.trains)
        self._vals = self._prepared([one.val for one in own])
        tests = [one.test for one in own if one.test is not None]
        opens = opens_test(first.data) == "at_end" and len(tests) == len(own)
        self._tests = self._prepared(tests) if opens else None
        if self.val_size:
            widths, loss = self._stack.widths, first.training.loss
            self._evaluation = Evaluation(self._vals, widths, loss)
        self._loss = LOSSES[first.training.loss]
        self._classes = first.task == "classification"
        self._meter = StackMeter(len(experiments), classes=self._classes)
        self._best = [BestSoFar(one.training.early_stopping) for one in experiments]
        self._stops_at_loss = [StopAtLoss() for _ in experiments]
        self.members = list(range(len(experiments)))
        """The rows that the stack still has."""
        self._states: dict[int, State] = {}
        self._news: list[Ended] = []
        self._shown = ShownWeights(self._models)

    @property
    def train_size(self) -> int:
        """Examples that train each network."""
        return len(self._trains[0])

    @property
    def val_size(self) -> int:
        """Examples that validate each."""
        return len(self._vals[0])

    def step(self) -> bool:
        """One step of each network. True where something has ended or was measured."""
        step = self._stack.step()
        self.taken += 1
        if self._meter.add(step):
            self.read()
        is_last = self.taken >= self.plan.total_steps
        is_due = is_last or self._stack.batches.epoch % self.plan.evaluate_every == 0
        if step.epoch_ended and is_due:
            self._measure()
        if is_last:
            self._complete()
        return (step.epoch_ended and is_due) or is_last

    def read(self) -> None:
        """Sum up the steps so far. Networks that have diverged leave."""
        gone = {}
        for found in self._meter.read():
            row, step = self.members[found.row], self.taken - found.steps_ago
            epoch = -(-step // self.plan.steps_per_epoch)
            gone[row] = Ended(self.nets[row], "diverged", step, epoch, found.value)
            for figures in self.figures.values():
                figures[row] = np.nan
        self._leave(gone)

    def take_recent(self) -> None:
        """Let `figures` have the means over the steps since the last call."""
        self.read()
        recent = self._meter.take_recent()
        if recent.count:
            self.figures["train_loss"][self.members] = recent.loss / recent.count
            if self._classes:
                self.figures["train_accuracy"][self.members] = recent.correct / recent.count

    def take_news(self) -> list[Ended]:
        """Return the networks that ended since the last call."""
        news, self._news = self._news, []
        return news

    def last_figures(self) -> list[dict[str, Any]]:
        """Return each network's figures for its `fit_ended`, with its present weights."""
        return [self._last(row) for row in range(len(self.nets))]

    def weights(self) -> dict[str, Tensor]:
        """Weights and buffers of all networks for viewers, float16 [n, …]."""
        is_whole = len(self.members) == len(self.nets)
        return self._shown.of(self._stack.weights(), None if is_whole else self.members)

    def state(self) -> StackRunState:
        """The full state, not copied. What the steps made has been read."""
        return StackRunState(
            taken=self.taken,
            members=list(self.members),
            stack=self._stack.state(),
            totals=self._meter.state(),
            best=[best.state() for best in self._best],
            target_met=[stop.reached for stop in self._stops_at_loss],
            ended=[{"row": row, **asdict(ended)} for row, ended in self.ended.items()],
            states={str(row): state for row, state in self._states.items()},
        )

    def restore(self, state: StackRunState) -> None:
        """Go on where `state` was taken."""
        for text, own in state["states"].items():
            self._models[int(text)].load_state_dict(own["model"])
        self._shown.hold()
        if len(state["members"]) < len(self.members):
            self._keep([row for row in self.members if row in set(state["members"])])
        self._stack.restore(state["stack"])
        self._meter.restore(state["totals"])
        self.taken = state["taken"]
        for best, was in zip(self._best, state["best"], strict=True):
            best.restore(was)
        for stop, limit in zip(self._stops_at_loss, state["target_met"], strict=True):
            stop.reached = limit
        self.ended = {
            one["row"]: Ended(one["net"], one["reason"], one["step"], one["epoch"], one["value"])
            for one in state["ended"]
        }
        self._states = {int(text): own for text, own in state["states"].items()}
        self._news = list(self.ended.values())  # a session begins by naming them

    def _last(self, row: int) -> dict[str, Any]:
        ended, best = self.ended.get(row), self._best[row].best
        has_diverged = ended is not None and ended.reason == "diverged"
        found: dict[str, Any] = {} if has_diverged else self._whole_figures(row)
        if best is not None:
            found["best_val_loss"] = best["val_loss"]
            found["best_val_accuracy"] = best["val_accuracy"]
            found["best_epoch"] = best["epoch"]
        return found

    def _whole_figures(self, row: int) -> dict[str, float | None]:
        """Loss and accuracy over all that trains and all that validates.

        Over the test part, too, where the experiment looks at it at the end and the network has
        come to its end.
        """
        body, found = self._bodies[row], dict[str, float | None]()
        parts = {"train": self._trains[row], "val": self._vals[row]}
        ended = self.ended.get(row)
        if self._tests and ended is not None and ended.reason in ("completed", "early_stopped"):
            parts["test"] = self._tests[row]
        for name, part in parts.items():
            totals = evaluate(body, part, self._loss)
            found |= {f"{name}_loss": totals.mean_loss, f"{name}_accuracy": totals.accuracy}
        return found

    def _measure(self) -> None:
        """Evaluate each network, as `fit` does at the end of an epoch."""
        self.read()
        if not self.trains:
            return  # all that were left have just diverged
        epoch, gone = self._meter.take_epoch(), {}
        sums = self._evaluation.measure(self._stack.answer) if self.val_size else Sums.of(0)
        for place, row in enumerate(self.members):
            train_loss = float(epoch.loss[place]) / epoch.count
            val = totals_of(sums, place, classes=self._classes) if sums.count else Totals()
            self.figures["train_loss"][row] = train_loss
            if self._classes:
                self.figures["train_accuracy"][row] = float(epoch.correct[place]) / epoch.count
            self.figures["val_loss"][row] = _number(val.mean_loss)
            self.figures["val_accuracy"][row] = _number(val.accuracy)
            best, passes = self._best[row], self._stack.batches.epoch
            best.see(train_loss, val, epoch=passes, step=self.taken)
            reason: Reason | None = None
            if best.out_of_patience:
                reason = "early_stopped"
            elif self._stops_at_loss[row].is_reached(
                self._experiments[row].training.stop_at_loss, train_loss, val.mean_loss
            ):
                reason = "stopped"
            if reason is not None:
                gone[row] = Ended(self.nets[row], reason, self.taken, self.epoch)
        self._leave(gone)

    def _complete(self) -> None:
        """End all networks still in the stack: the budget of steps is spent."""
        self.read()
        for row in self.members:
            if row not in self.ended:
                self.ended[row] = Ended(self.nets[row], "completed", self.taken, self.epoch)
                self._news.append(self.ended[row])

    def _leave(self, gone: dict[int, Ended]) -> None:
        """Take networks out of the stack, each with its state; the others are unchanged."""
        if not gone:
            return
        stack, totals = self._stack.state(), self._meter.state()
        for row in gone:
            own = net_state(stack, totals, self.members.index(row))
            self._states[row] = clone(self._whole(own, row))
        self.ended |= gone
        self._news += gone.values()
        staying = [row for row in self.members if row not in gone]
        self._shown.hold()
        if staying:
            self._keep(staying)

    def _whole(self, state: State, row: int) -> State:
        training = self._experiments[row].training
        state["step"] = self.taken
        state["random"] = devices.seeded(training.seed, self.device)
        state["epoch_totals"]["classes"] = self._classes
        state["best"], state["target_met"] = (
            self._best[row].state(),
            self._stops_at_loss[row].reached,
        )
        return state

    def _keep(self, rows: list[int]) -> None:
        places = [self.members.index(row) for row in rows]
        self._stack.keep(places)
        self._meter.keep(places)
        if self.val_size:
            self._evaluation.keep(torch.tensor(places, device=self.device))
        self.members = rows

    def _prepared(self, parts: list[Part]) -> list[Part]:
        head, _body = split_fixed(self._models[0])
        once = {id(part): prepared(part, head, self.device) for part in parts}
        return [once[id(part)] for part in parts]


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
