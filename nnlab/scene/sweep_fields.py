"""Fields of an experiment that may vary, in words: the axes that the form offers."""

import difflib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from nnlab.config import Activation, Dropout, Experiment, Linear
from nnlab.config.axis_values import Value
from nnlab.texts import N_, _, number


@dataclass(frozen=True)
class SweepField:
    """A field that may vary."""

    label: str
    """Goes through `_` when it is shown."""
    counted: Callable[[int], str]
    """`8 learning rates`."""
    values: str
    """The initial values of an axis, in the notation of `Axis`."""


FIELDS: dict[str, SweepField] = {
    "training.optimizer.lr": SweepField(
        N_("learning rate"),
        lambda n: _("{n:,} learning rate", "{n:,} learning rates", n=n),
        "log:0.001..1:8",
    ),
    "model.seed": SweepField(
        N_("seed of the weights"),
        lambda n: _("{n:,} seed of the weights", "{n:,} seeds of the weights", n=n),
        "0..7",
    ),
    "training.batch_size": SweepField(
        N_("batch size"),
        lambda n: _("{n:,} batch size", "{n:,} batch sizes", n=n),
        "1,4,16,64",
    ),
    "activation": SweepField(
        N_("activation"),
        lambda n: _("{n:,} activation", "{n:,} activations", n=n),
        "relu,tanh,sigmoid,leaky_relu",
    ),
    "width": SweepField(
        N_("width of the hidden layers"),
        lambda n: _("{n:,} width", "{n:,} widths", n=n),
        "2,4,8,16",
    ),
    "depth": SweepField(
        N_("number of hidden layers"),
        lambda n: _("{n:,} depth", "{n:,} depths", n=n),
        "1..4",
    ),
    "optimizer": SweepField(
        N_("optimizer"),
        lambda n: _("{n:,} optimizer", "{n:,} optimizers", n=n),
        "sgd,adam,rmsprop",
    ),
    "training.seed": SweepField(
        N_("seed of the batches"),
        lambda n: _("{n:,} seed of the batches", "{n:,} seeds of the batches", n=n),
        "0..7",
    ),
    "data.seed": SweepField(
        N_("seed of the data"),
        lambda n: _("{n:,} seed of the data", "{n:,} seeds of the data", n=n),
        "0..7",
    ),
    "data.noise": SweepField(
        N_("noise of the data"),
        lambda n: _("{n:,} amount of noise", "{n:,} amounts of noise", n=n),
        "lin:0..0.5:6",
    ),
    "training.optimizer.weight_decay": SweepField(
        N_("weight decay (L2)"),
        lambda n: _("{n:,} weight decay", "{n:,} weight decays", n=n),
        "0,0.0001,0.001,0.01,0.1",
    ),
    "training.optimizer.momentum": SweepField(
        N_("momentum"),
        lambda n: _("{n:,} momentum", "{n:,} momenta", n=n),
        "0,0.5,0.9,0.99",
    ),
    "training.l1": SweepField(
        N_("L1"),
        lambda n: _("{n:,} strength of L1", "{n:,} strengths of L1", n=n),
        "0,0.0001,0.001,0.01",
    ),
    "training.clip_norm": SweepField(
        N_("gradient clipping"),
        lambda n: _("{n:,} clipping norm", "{n:,} clipping norms", n=n),
        "null,0.1,1,10",
    ),
}
"""Fields by path, in the order in which a newcomer might want them."""
DROPOUT = SweepField(
    N_("dropout"),
    lambda n: _("{n:,} dropout", "{n:,} dropouts", n=n),
    "0,0.1,0.2,0.5",
)


def fields_for(experiment: Experiment) -> dict[str, SweepField]:
    """The fields that an experiment has, by path."""
    layers = experiment.model.layers
    hidden = sum(isinstance(layer, Linear) for layer in layers) > 1
    needs = {
        "activation": any(isinstance(layer, Activation) for layer in layers),
        "width": hidden,
        "depth": hidden,
        "data.seed": hasattr(experiment.data, "seed"),
        "data.noise": hasattr(experiment.data, "noise"),
        "training.optimizer.momentum": hasattr(experiment.training.optimizer, "momentum"),
    }
    found = {path: field for path, field in FIELDS.items() if needs.get(path, True)}
    for index, layer in enumerate(layers):
        if isinstance(layer, Dropout):
            found[f"model.layers.{index}.p"] = DROPOUT
    return found


def label_of(path: str) -> str:
    """`learning rate`; the path itself of a field that has no word."""
    field = _field_of(path)
    if field is not None:
        return _(field.label)
    layer = path.removeprefix("model.layers.")
    return _("layer {n}", n=int(layer) + 1) if layer.isdecimal() else path


def nearest_field(said: str, fields: Collection[str]) -> str | None:
    """The field that a word means: its label, the last part of its path, or what is like them."""
    names = {
        name.casefold(): path
        for path in reversed(list(fields))
        for name in (path, path.rpartition(".")[2], label_of(path))
    }
    word = said.strip().casefold()
    if word in names:
        return names[word]
    parts = [path for name, path in names.items() if word and word in name.split()]
    if parts:
        return parts[-1]
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.8)
    return names[close[0]] if close else None


def guess_field(said: str, fields: Collection[str]) -> str:
    """The field whose label or path looks most like a word."""
    names = {name: path for path in fields for name in (label_of(path), path)}
    return names[difflib.get_close_matches(said.casefold(), names, n=1, cutoff=0.0)[0]]


def counted(path: str, n: int) -> str:
    """`8 learning rates`."""
    field = _field_of(path)
    if field is not None:
        return field.counted(n)
    return _("{n:,} value of {path}", "{n:,} values of {path}", n=n, path=path)


def value_text(value: Value) -> str:
    """A value of an axis as a person reads it."""
    if value is None:
        return _("none")
    if isinstance(value, bool):
        return _("on") if value else _("off")
    return value if isinstance(value, str) else number(value, 4)


def values_text(values: Sequence[Value], most: int = 8) -> str:
    """`0.001, 0.002683, …, 1`."""
    texts = [value_text(value) for value in values]
    if len(texts) > most:
        texts = [*texts[: most - 2], "…", texts[-1]]
    return ", ".join(texts)


def _field_of(path: str) -> SweepField | None:
    is_dropout = path.startswith("model.layers.") and path.endswith(".p")
    return FIELDS.get(path) or (DROPOUT if is_dropout else None)
