"""Asks Optuna for trials, tells it how they go, and hears which ones to give up."""

import math
from typing import Any, Literal

from nnlab.config.axis_values import Value
from nnlab.config.sweep import Search, Sweep
from nnlab.runs.search.space import Space
from nnlab.runs.sweeps.quiet_optuna import quiet_optuna

Outcome = Literal["complete", "pruned", "fail"]

MEDIAN_FROM = 5
"""Trials, a quarter of a small search, that run to their end before the median prunes."""
SEED_STEP = 1_000_003


class Asker:
    """A study of Optuna in memory. The lower a trial's loss, the better.

    Each trial's choice depends on the search's seed, on its number and on what was told before:
    a study that is told the same again goes on as the first one would. Trials that train side by
    side end in another order each time, and TPE then chooses other values.
    """

    def __init__(self, sweep: Sweep, search: Search) -> None:
        optuna = quiet_optuna()
        self._space = Space(sweep, search)
        self._seed = search.seed
        self._study = optuna.create_study(study_name="search", pruner=self._pruner(sweep, search))
        self._trials: list[Any] = []
        self._told: dict[int, int] = {}
        """The newest epoch that was reported of each trial."""

    @property
    def count(self) -> int:
        """Trials asked for so far; the next one has this number."""
        return len(self._trials)

    def ask(self) -> tuple[Value, ...] | None:
        """The values of the next trial, one for each axis; None where all were asked for."""
        if self.count >= self._space.count:
            return None
        values = self._space.at(self.count)
        if values is None:
            sampler = quiet_optuna().samplers.TPESampler(
                seed=(self._seed * SEED_STEP + self.count) % 2**32
            )
            self._study.sampler = sampler
            return self._ask()
        return self.repeat(values)

    def repeat(self, values: tuple[Value, ...]) -> tuple[Value, ...]:
        """The next trial has these values, as it had them in an earlier session."""
        self._study.enqueue_trial(dict(zip(self._space.distributions, values, strict=True)))
        return self._ask()

    def report(self, number: int, epoch: int, loss: float | None) -> bool:
        """The loss of a trial after an epoch. Returns whether it is to be given up."""
        if loss is None or not math.isfinite(loss) or epoch <= self._told.get(number, 0):
            return False
        self._told[number] = epoch
        self._trials[number].report(loss, epoch)
        return bool(self._trials[number].should_prune())

    def tell(self, number: int, outcome: Outcome, loss: float | None = None) -> None:
        """Report the outcome of a trial. One that is complete without a loss has failed."""
        states = quiet_optuna().trial.TrialState
        has_loss = loss is not None and math.isfinite(loss)
        if outcome == "complete" and has_loss:
            self._study.tell(number, loss)
        elif outcome == "pruned":
            self._study.tell(number, state=states.PRUNED)
        else:
            self._study.tell(number, state=states.FAIL)

    def _ask(self) -> tuple[Value, ...]:
        trial = self._study.ask(self._space.distributions)
        self._trials.append(trial)
        return tuple(trial.params[path] for path in self._space.distributions)

    def _pruner(self, sweep: Sweep, search: Search) -> Any:
        pruners = quiet_optuna().pruners
        match search.pruning:
            case "none":
                return pruners.NopPruner()
            case "median":
                least = max(1, min(MEDIAN_FROM, self._space.count // 4))
                return pruners.MedianPruner(n_startup_trials=least)
            case "hyperband":
                epochs = sweep.experiment.training.epochs
                varies = any(axis.path == "training.epochs" for axis in sweep.axes)
                most = "auto" if epochs is None or varies else epochs
                return pruners.HyperbandPruner(max_resource=most)
