"""The fields of an experiment that may change while a run trains, and what is done with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nnlab.config.experiment import Experiment
from nnlab.errors import InvalidExperimentError
from nnlab.texts import N_

OPTIMIZER = "training.optimizer."
"""Every number of the optimizer may change live: `training.optimizer.betas.0`, too."""
WEIGHTS = "weights."
"""A single weight, by its parameter and indices: `weights.0.weight.3.1`."""


@dataclass(frozen=True)
class LiveField:
    """A number that may change in the middle of a run."""

    label: str
    """Goes through `_` when it is shown."""
    low: float
    high: float


LIVE_FIELDS: dict[str, LiveField] = {
    "training.optimizer.lr": LiveField(N_("learning rate"), 1e-8, 1000.0),
    "training.optimizer.momentum": LiveField(N_("momentum"), 0.0, 0.999),
    "training.optimizer.weight_decay": LiveField(N_("weight decay (L2)"), 0.0, 1000.0),
    "training.l1": LiveField(N_("L1"), 0.0, 1000.0),
    "training.clip_norm": LiveField(N_("gradient clipping"), 1e-6, 1e6),
    "training.stop_at_loss": LiveField(N_("stop at a loss of"), 1e-9, 1e9),
}
"""Fields that may change while a run trains, by dotted path."""
BUDGET_FIELDS: dict[str, LiveField] = {
    "training.epochs": LiveField(N_("budget in epochs"), 1, 1_000_000),
    "training.steps": LiveField(N_("budget in steps"), 1, 1_000_000_000),
}
"""Fields that a branch may change, but not a training run, by dotted path."""
BRANCH_FIELDS = LIVE_FIELDS | BUDGET_FIELDS
"""Numbers that a branch may change, by dotted path."""


def is_live(path: str) -> bool:
    """Whether the field at a dotted path may be changed in the middle of a run."""
    if path.startswith(OPTIMIZER):
        return path != f"{OPTIMIZER}kind"
    return path in LIVE_FIELDS or path.startswith(WEIGHTS)


def value_at(experiment: Experiment, path: str) -> float | None:
    """The number at a dotted path; None where the experiment has none there."""
    place: Any = experiment
    for name in path.split("."):
        place = getattr(place, name, None)
    return None if place is None else float(place)


def apply_changes(experiment: Experiment, changes: Mapping[str, Any]) -> Experiment:
    """The experiment with new values at dotted paths. A weight is none of its fields.

    Raises:
        InvalidExperimentError: no such path, or a value that is not valid there.
    """
    for path, value in changes.items():
        if not path.startswith(WEIGHTS):
            experiment = experiment.with_set(path, value)
    return experiment


def live_changes(before: Experiment, after: Experiment) -> dict[str, object] | None:
    """Dotted paths and new values, in an order in which each step is valid by itself.

    Empty where both are the same; None where something differs that cannot change in the middle
    of a run.
    """
    if (before.data, before.model, before.engine) != (after.data, after.model, after.engine):
        return None
    old, new = (one.training.model_dump(mode="json") for one in (before, after))
    changes: dict[str, Any] = {}
    for name, value in new.items():
        if name == "optimizer" and value["kind"] == old[name]["kind"]:
            fields = {
                f"{name}.{key}": part for key, part in value.items() if part != old[name][key]
            }
        else:
            fields = {name: value} if value != old[name] else {}
        changes |= {f"training.{key}": part for key, part in fields.items()}
    if not all(is_live(path) for path in changes):
        return None
    # Nesterov needs a momentum: on comes after it, off before it.
    for ordered in (list(changes.items()), list(changes.items())[::-1]):
        if _are_valid(before, ordered):
            return dict(ordered)
    return None


def _are_valid(experiment: Experiment, changes: Iterable[tuple[str, object]]) -> bool:
    try:
        for path, value in changes:
            experiment = experiment.with_set(path, value)
    except InvalidExperimentError:
        return False
    return True
