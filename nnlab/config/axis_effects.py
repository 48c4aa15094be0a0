"""The effect of an axis on an experiment: setting one of the axis's values."""

from collections.abc import Sequence
from typing import Any, get_args

from nnlab.config.axis_values import Value
from nnlab.config.experiment import Experiment
from nnlab.config.layers import Activation, ActivationKind, Layer, Linear
from nnlab.errors import InvalidExperimentError, one_of, shown
from nnlab.texts import _

NAMES = ("activation", "width", "depth", "optimizer")
"""Names of axes that change all hidden layers, or the optimizer's kind."""


def with_value(experiment: Experiment, path: str, value: Value) -> Experiment:
    """The experiment in which an axis has one of its values.

    Raises:
        InvalidExperimentError: there is no such path, or the value is not valid there.
    """
    match path:
        case "activation":
            return _with_activation(experiment, value)
        case "width":
            return _with_width(experiment, value)
        case "depth":
            return _with_depth(experiment, value)
        case "optimizer":
            return _with_optimizer(experiment, value)
        case _:
            if "." not in path:
                raise InvalidExperimentError(
                    _(
                        "{problem} Or a dotted path of the experiment, as training.optimizer.lr.",
                        problem=one_of(_("axis"), path, NAMES),
                    )
                )
            return experiment.with_set(path, value)


def _with_activation(experiment: Experiment, value: Value) -> Experiment:
    if value not in get_args(ActivationKind):
        raise InvalidExperimentError(one_of("activation", str(value), get_args(ActivationKind)))
    layers = [
        {"kind": value} if isinstance(layer, Activation) else layer
        for layer in experiment.model.layers
    ]
    if layers == list(experiment.model.layers) and not any(
        isinstance(layer, Activation) for layer in layers
    ):
        raise InvalidExperimentError(
            _("activation: the network has no activation to change: add a hidden layer.")
        )
    return experiment.with_set("model.layers", _written(layers))


def _with_width(experiment: Experiment, value: Value) -> Experiment:
    width = _count("width", value, least=1)
    layers = experiment.model.layers
    hidden = [i for i, layer in enumerate(layers) if isinstance(layer, Linear)][:-1]
    if not hidden:
        raise InvalidExperimentError(_("width: the network has no hidden layer to widen: add one."))
    changed = [
        layer.model_copy(update={"out_features": width}) if i in hidden else layer
        for i, layer in enumerate(layers)
    ]
    return experiment.with_set("model.layers", _written(changed))


def _with_depth(experiment: Experiment, value: Value) -> Experiment:
    depth = _count("depth", value, least=0)
    layers = experiment.model.layers
    linear = [i for i, layer in enumerate(layers) if isinstance(layer, Linear)]
    if len(linear) < 2:
        raise InvalidExperimentError(
            _("depth: the network has no hidden layer to repeat: add one.")
        )
    block = layers[linear[0] : linear[1]]
    changed = (*layers[: linear[0]], *block * depth, *layers[linear[-1] :])
    return experiment.with_set("model.layers", _written(changed))


def _with_optimizer(experiment: Experiment, value: Value) -> Experiment:
    kinds = ("sgd", "adam", "adamw", "rmsprop")
    if value not in kinds:
        raise InvalidExperimentError(one_of("optimizer", str(value), kinds))
    now = experiment.training.optimizer.model_dump(mode="json", exclude_defaults=True)
    now["lr"] = experiment.training.optimizer.lr
    kept = ("lr", "weight_decay") if now["kind"] != value else tuple(now)
    changed = {
        "kind": value,
        **{name: now[name] for name in kept if name in now and name != "kind"},
    }
    return experiment.with_set("training.optimizer", changed)


def _written(layers: Sequence[Layer | dict[str, Any]]) -> list[Any]:
    return [
        layer if isinstance(layer, dict) else layer.model_dump(mode="json", exclude_defaults=True)
        for layer in layers
    ]


def _count(name: str, value: Value, *, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= 4096:
        raise InvalidExperimentError(
            _(
                "{name} is a whole number from {least} to 4096, got {value}.",
                name=name,
                least=least,
                value=shown(value),
            )
        )
    return value
