"""Which networks of a sweep share a stack: those that differ by values alone, not by a shape."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nnlab.config.experiment import Experiment
from nnlab.config.sweep import Net

_BY_VALUE = {
    "data": ("seed", "noise"),
    "model": ("seed",),
    "training": ("seed", "l1", "clip_norm", "stop_at_loss", "early_stopping", "schedule"),
}
"""Fields that may differ within a stack, besides the optimizer's numbers."""


@dataclass(frozen=True)
class Stack:
    """Networks of one shape, which a step computes together."""

    nets: tuple[int, ...]
    """Numbers of the networks in the sweep, ascending: row i of each stacked tensor is
    `nets[i]`."""
    experiment: Experiment
    """The experiment of the first network; its layers are those of all."""


def stacks_of(nets: Sequence[Net]) -> tuple[Stack, ...]:
    """The stacks of a sweep, in the order of their first networks."""
    found: dict[str, list[Net]] = {}
    for net in nets:
        found.setdefault(_shape(net.experiment), []).append(net)
    return tuple(
        Stack(tuple(net.number for net in same), same[0].experiment) for same in found.values()
    )


def _shape(experiment: Experiment) -> str:
    written: dict[str, Any] = experiment.model_dump(mode="json")
    for part, names in _BY_VALUE.items():
        for name in names:
            written[part].pop(name, None)
    optimizer = written["training"]["optimizer"]
    # Nesterov's formula is another one; all else are numbers in the same.
    kept = {name: optimizer[name] for name in ("kind", "nesterov") if name in optimizer}
    written["training"]["optimizer"] = kept
    return json.dumps(written, sort_keys=True)
