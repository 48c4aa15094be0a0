"""Check a lesson: that it can be run, that its outcomes can be told, and how often they hold."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from nnlab.config import Experiment
from nnlab.data.description import describe
from nnlab.data.registry import load, sizes
from nnlab.data.splits import Part
from nnlab.errors import InvalidLessonError, NnlabError
from nnlab.lessons.exclusive import must_be_exclusive
from nnlab.lessons.figures import Evidence
from nnlab.lessons.lesson import ChoiceRule, Lesson, NumberRule, PlaceRule, Step
from nnlab.lessons.outcome import SEEDS, Outcome, judge
from nnlab.models import build
from nnlab.runs.record.history import History
from nnlab.texts import _
from nnlab.training.check import plan
from nnlab.training.controls import Action, Control, EndRun, Set
from nnlab.training.fit import fit

ENOUGH = 0.95
"""The share of seeds under which a step's stated outcome has to hold: 19 of 20."""


@dataclass
class StepCheck:
    """The results of checking one step."""

    number: int
    """Number of the step, from 1."""
    seeds: int = 0
    held: int = 0
    seconds: float = 0.0
    """Seconds of all its runs together."""
    missed: list[tuple[int, str]] = field(default_factory=list)
    """The seeds under which something else happened, and what."""

    @property
    def holds(self) -> bool:
        """Whether the outcome held often enough."""
        return self.held >= ENOUGH * self.seeds


def must_be_sound(lesson: Lesson) -> None:
    """Check the lesson for mistakes that show before anything trains.

    Raises:
        InvalidLessonError: names the step and what is wrong with it.
    """
    for number, step in enumerate(lesson.steps, start=1):
        experiment = step.made
        try:
            info = describe(experiment.data)
            plan(experiment, info, sizes(experiment.data)[0])
            network = build(experiment.model, info.input_shape)
        except NnlabError as error:
            raise InvalidLessonError(
                _("step {step}: experiment: {error}", step=number, error=error)
            ) from error
        parameters = network.state_dict()
        for path in step.weights:
            layer, parameter, *index = path.split(".")
            tensor = parameters.get(f"{layer}.{parameter}")
            fits = (
                tensor is not None
                and all(part.isdecimal() for part in index)
                and len(index) == tensor.dim()
                and all(int(at) < most for at, most in zip(index, tensor.shape, strict=True))
            )
            if not fits:
                raise InvalidLessonError(
                    _(
                        "step {step}: weights: the network has no weight '{path}': as in"
                        " 0.weight.1.2, layer, parameter, unit and input, from 0.",
                        step=number,
                        path=path,
                    )
                )
        if isinstance(step.outcome, ChoiceRule):
            must_be_exclusive(step.outcome, number)


def check_step(
    step: Step, number: int, seeds: Sequence[int], data_dir: Path, say: Callable[[str], object]
) -> StepCheck:
    """Train a step once for each seed, and count how often its stated outcome came.

    Raises:
        NnlabError: its data are not here, or it cannot be trained.
    """
    found = StepCheck(number)
    for seed in seeds:
        begun = time.perf_counter()
        outcome = outcome_under(step, seed, data_dir)
        found.seconds += time.perf_counter() - begun
        found.seeds += 1
        if is_as_stated(step, outcome):
            found.held += 1
        else:
            found.missed.append((seed, outcome.words))
            say(_("step {step}, seed {seed}: {words}", step=number, seed=seed, words=outcome.words))
    return found


def outcome_under(step: Step, seed: int, data_dir: Path) -> Outcome:
    """Train the step in this process with its three seeds set to `seed`, and tell its outcome."""
    answer = step.outcome.stated if isinstance(step.outcome, PlaceRule) else None
    return judge(step, evidence_of(step, seed, data_dir), answer)


def is_as_stated(step: Step, outcome: Outcome) -> bool:
    """Whether what happened is what the explanation speaks of."""
    match step.outcome:
        case ChoiceRule() as rule:
            return outcome.choice == rule.stated
        case NumberRule() as rule:
            low, high = rule.stated
            return outcome.number is not None and low <= outcome.number <= high
        case PlaceRule():
            return outcome.is_right is True


def evidence_of(step: Step, seed: int, data_dir: Path) -> Evidence:
    """A run of the step, trained in this process."""
    experiment = with_seed(step.made, seed)
    splits = load(experiment.data, data_dir)
    running = fit(experiment, splits, controls=_ByHand(step) if step.is_by_hand else None)
    history = History(running)
    network = build(experiment.model, splits.info.input_shape)
    network.load_state_dict(running.weights())
    network.eval()

    def part(name: Literal["train", "val"]) -> Part:
        return splits.train if name == "train" else splits.val

    return Evidence(experiment, history, lambda: network, part)


def with_seed(experiment: Experiment, seed: int) -> Experiment:
    """The experiment with all its seeds set to one; data that are given as they are have none."""
    for path in SEEDS:
        if path != "data.seed" or hasattr(experiment.data, "seed"):
            experiment = experiment.with_set(path, seed)
    return experiment


class _ByHand:
    """Pauses at the beginning, sets the step's weights, and ends the run there."""

    def __init__(self, step: Step) -> None:
        sets = [
            Control(id=path, at=0.0, set=Set(path=path, value=value))
            for path, value in step.changes.items()
        ]
        self._orders: Iterator[list[Control]] = iter([[_ask("pause")], sets])

    def poll(self, step: int, *, paused: bool) -> Sequence[Control]:
        orders = next(self._orders, None)
        if orders is None:
            raise EndRun("stopped")
        return orders


def _ask(do: Action) -> Control:
    return Control(id=do, at=0.0, do=do)
