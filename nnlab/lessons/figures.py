"""The figures that a lesson measures, read from a run's history and its network."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from nnlab.config import Experiment
from nnlab.data.splits import Part
from nnlab.insight.doctor.diagnosis import examine
from nnlab.lessons.measure import METRICS, Measure
from nnlab.models.eval_mode import eval_mode
from nnlab.runs.record.history import History
from nnlab.texts import N_, _

AT_ONCE = 250
"""Pictures."""
RINGS, SPOKES = 4, 24
"""Rings and spokes of the places examined close to one."""


@dataclass(frozen=True)
class Evidence:
    """A run, as far as a lesson looks at it. Networks and data are asked for when needed."""

    experiment: Experiment
    history: History
    network: Callable[[], nn.Sequential]
    """Makes the network with the newest weights, in evaluation mode."""
    part: Callable[[Literal["train", "val"]], Part]
    """The examples that train, or validate."""
    known: dict[Measure, float | None] = field(default_factory=dict, compare=False)

    def value(self, measure: Measure) -> float | None:
        """The figure; infinite where it was not reached, None where the run does not have it."""
        if measure not in self.known:
            value = _value(self, measure)
            is_number = value is not None and not math.isnan(value)
            self.known[measure] = value if is_number else None
        return self.known[measure]

    def outputs_near(self, place: tuple[float, float], within: float) -> tuple[float, float] | None:
        """The lowest and the highest output at places no further than `within` from one."""
        radius = within * np.arange(1, RINGS + 1) / RINGS
        angle = 2 * np.pi * np.arange(SPOKES) / SPOKES
        ring = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        offsets = (radius[:, None, None] * ring).reshape(-1, 2)
        places = np.concatenate([[place], np.array(place) + offsets])
        found = _outputs(self, torch.tensor(places, dtype=torch.float32))
        low, high = float(found.min()), float(found.max())
        return (low, high) if math.isfinite(low) and math.isfinite(high) else None


def _value(evidence: Evidence, measure: Measure) -> float | None:
    history = evidence.history
    match measure.figure:
        case "diverged":
            return float(history.diverged is not None)
        case "steps":
            return float(history.step)
        case "epochs":
            return _epochs(history, measure)
        case "gap":
            train, val = (_metric(history, f"{part}_accuracy", "end") for part in ("train", "val"))
            return None if train is None or val is None else train - val
        case "rise":
            end, best = (_metric(history, "val_loss", at) for at in ("end", "best"))
            return None if not best or end is None else end / best
        case "dead":
            return _dead_share(evidence)
        case "output":
            assert measure.place is not None, "an output has a place"
            return float(_outputs(evidence, torch.tensor([measure.place], dtype=torch.float32))[0])
        case "moved":
            assert measure.by is not None, "what is moved says by how much"
            return _accuracy_moved(evidence, measure.by)
        case name:
            return _metric(history, name, measure.at)


# Of the history ----------------------------------------------------------------------------------


def _metric(history: History, name: str, at: str) -> float | None:
    assert name in METRICS, name
    if at == "end":
        return history.latest(name)
    epochs, values = history.epochs["epoch"], history.epochs[name]
    kept = np.isfinite(values)
    epochs, values = epochs[kept], values[kept]
    if not len(values):
        return None
    if at == "last":
        return float(values[-1])
    if at == "best":
        return float(values.min() if name.endswith("_loss") else values.max())
    after = values[epochs >= int(at.removeprefix("epoch "))]
    return float(after[0]) if len(after) else None


def _epochs(history: History, measure: Measure) -> float | None:
    assert measure.of is not None, "a measure of epochs says of what"
    assert measure.reaches is not None, "and which value it has to reach"
    epochs, values = history.epochs["epoch"], history.epochs[measure.of]
    if not np.isfinite(values).any():
        return None
    is_loss = measure.of.endswith("_loss")
    reached = values <= measure.reaches if is_loss else values >= measure.reaches
    return float(epochs[reached][0]) if reached.any() else math.inf


# Of the network ----------------------------------------------------------------------------------


def _outputs(evidence: Evidence, places: Tensor) -> Tensor:
    """float64 [n]: of numbers the value, of classes the probability of class 1."""
    network = evidence.network()
    with eval_mode(network), torch.inference_mode():
        answers = network(places).double()
    if evidence.experiment.task == "classification":
        return answers.softmax(dim=1)[:, 1]
    return answers[:, 0]


def _dead_share(evidence: Evidence) -> float | None:
    part = evidence.part("train")
    layers = examine(evidence.network(), part.x, part.y, lr=0.0).layers
    relus = [layer for layer in layers if layer.name.endswith("ReLU")]
    units = sum(layer.units for layer in relus)
    return sum(len(layer.dead) for layer in relus) / units if units else None


def _accuracy_moved(evidence: Evidence, by: tuple[int, int]) -> float | None:
    part, network = evidence.part("val"), evidence.network()
    if not len(part):
        return None
    right = 0
    with eval_mode(network), torch.inference_mode():
        for x, y in zip(part.x.split(AT_ONCE), part.y.split(AT_ONCE), strict=True):
            right += int((network(moved(x, by)).argmax(dim=1) == y).sum())
    return right / len(part)


def moved(pictures: Tensor, by: tuple[int, int]) -> Tensor:
    """Pictures [n, channels, height, width], moved to the right and down; 0 where they were."""
    height, width = pictures.shape[2:]
    right, down = by
    found = torch.zeros_like(pictures)
    rows = slice(max(0, down), height + min(0, down)), slice(max(0, -down), height + min(0, -down))
    columns = (
        slice(max(0, right), width + min(0, right)),
        slice(max(0, -right), width + min(0, -right)),
    )
    found[:, :, rows[0], columns[0]] = pictures[:, :, rows[1], columns[1]]
    return found


# In words ----------------------------------------------------------------------------------------

METRIC_WORDS = {
    "train_loss": N_("training loss"),
    "train_accuracy": N_("training accuracy"),
    "val_loss": N_("validation loss"),
    "val_accuracy": N_("validation accuracy"),
}


def in_words(measure: Measure, value: float | None) -> str:
    """`validation accuracy at the end: 52.4%`."""
    return f"{_what(measure)}: {_written(measure, value)}"


def _what(measure: Measure) -> str:
    match measure.figure:
        case "diverged":
            return _("diverged")
        case "steps":
            return _("updates done")
        case "epochs":
            return _(
                "epochs until the {metric} was {reaches:g}",
                metric=_(METRIC_WORDS[str(measure.of)]),
                reaches=measure.reaches,
            )
        case "gap":
            return _("training accuracy less validation accuracy")
        case "rise":
            return _("validation loss at the end over its lowest")
        case "dead":
            return _("dead ReLU units")
        case "output":
            place = ", ".join(f"{value:g}" for value in measure.place or ())
            return _("output at ({place})", place=place)
        case "moved":
            return _("validation accuracy with every picture moved")
        case name:
            what = _(METRIC_WORDS[name])
    if measure.at == "end":
        return _("{what} at the end", what=what)
    if measure.at == "best":
        return _("best {what}", what=what)
    if measure.at == "last":
        return _("last {what} on the way", what=what)
    return _("{what} after {at}", what=what, at=measure.at)


def _written(measure: Measure, value: float | None) -> str:
    if value is None:
        return _("none")
    if measure.figure == "diverged":
        return _("yes") if value else _("no")
    if math.isinf(value) and measure.figure == "epochs":
        return _("never reached")
    if measure.figure in ("train_accuracy", "val_accuracy", "gap", "dead", "moved"):
        return _("{value:.1%}", value=value)
    if measure.figure in ("steps", "epochs"):
        return _("{value:,.0f}", value=value)
    if measure.figure == "rise":
        return _("{value:.3g} times", value=value)
    return _("{value:.3g}", value=value)
