"""Several experiments side by side, field by field under their own names."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nnlab.config import Experiment
from nnlab.scene.words import layer_lines
from nnlab.texts import _, number

ABSENT = "–"
LONGEST = 60
LEFT_OUT = ("schema_version",)


@dataclass(frozen=True)
class Row:
    """A field and what each experiment says there."""

    name: str
    """`training.optimizer.lr`, or `model.layers.0`."""
    texts: tuple[str, ...]
    """Values as texts for people; equal texts mean equal values."""

    @property
    def differs(self) -> bool:
        """Whether not all experiments say the same."""
        return len(set(self.texts)) > 1

    @property
    def marked(self) -> tuple[bool, ...]:
        """Whether each experiment differs from the first one."""
        return tuple(text != self.texts[0] for text in self.texts)


def rows(experiments: Sequence[Experiment]) -> list[Row]:
    """Every field that at least one of the experiments has, in the order of the experiment.

    A field that one of them has not (a layer, an optimizer's own number) is a dash there.
    """
    written = [_fields(experiment) for experiment in experiments]
    names: list[str] = []
    for fields in written:
        names = _merged(names, list(fields))
    return [
        Row(name, tuple(fields.get(name, ABSENT) for fields in written))
        for name in names
        if name not in LEFT_OUT
    ]


def _merged(known: list[str], more: list[str]) -> list[str]:
    """Both lists' names, each new one right after the one that it follows."""
    merged = list(known)
    place = 0
    for name in more:
        if name in merged:
            place = merged.index(name) + 1
        else:
            merged.insert(place, name)
            place += 1
    return merged


def _fields(experiment: Experiment) -> dict[str, str]:
    value = experiment.model_dump(mode="json")
    value["model"]["layers"] = _layers(experiment)
    return dict(_leaves(value, ""))


def _layers(experiment: Experiment) -> dict[str, str]:
    """Each layer as PyTorch writes it, and behind it the `init` that PyTorch leaves out."""
    lines = layer_lines(experiment.model, experiment.data)
    texts = {}
    for index, (layer, line) in enumerate(zip(experiment.model.layers, lines, strict=True)):
        written = layer.model_dump(mode="json", exclude_defaults=True)
        init = written.get("init", {})
        own = {name: value for name, value in init.items() if name != "kind"}
        told = ", ".join(f"{name}={_short(value)}" for name, value in own.items())
        suffix = f", init {init['kind']}({told})" if init else ""
        texts[str(index)] = line[0] + suffix if line[1] != ABSENT else _unbuilt(written)
    return texts


def _unbuilt(written: dict[str, Any]) -> str:
    """A layer of a network that does not fit its data, in the experiment's own words."""
    told = ", ".join(f"{name}={_short(value)}" for name, value in written.items() if name != "kind")
    return f"{written['kind']}({told})"


def _leaves(value: Any, path: str) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [
            leaf
            for name, inner in value.items()
            for leaf in _leaves(inner, f"{path}.{name}" if path else name)
        ]
    return [(path, _short(value))]


def _short(value: Any) -> str:
    if value is None:
        return _("none")
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if isinstance(value, float):
        return number(value, None)
    if isinstance(value, str):
        return value
    text = json.dumps(value)
    if len(text) <= LONGEST:
        return text
    # Rows of points: their number, and enough of what they are to tell two sets apart.
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return _("{count:,} rows, sha256 {digest}", count=len(value), digest=digest)
