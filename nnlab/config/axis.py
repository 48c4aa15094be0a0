"""An axis of a sweep: what varies, over which values, and the experiment with one of them."""

import json
import math
import re
from collections.abc import Sequence
from typing import Any, Literal, get_args

from pydantic import Field, field_validator

from nnlab.config.base import Part
from nnlab.config.experiment import Experiment
from nnlab.config.layers import Activation, ActivationKind, Layer, Linear
from nnlab.config.received import MAX_NAME
from nnlab.errors import InvalidExperimentError, one_of, shortened, shown
from nnlab.texts import _

Value = bool | int | float | str | None
"""What an axis may set: a number, a word, true, false, or null."""
Scale = Literal["linear", "log"]

NAMES = ("activation", "width", "depth", "optimizer")
"""What changes all hidden layers, or the optimizer's kind, under one name."""
MOST_VALUES = 1024
"""Of one axis."""
DIGITS = 4
"""Significant digits of the values of a range between its ends."""

_RANGE = re.compile(r"(?:(lin|log):)?([^:,]+?)\.\.([^:,]+?)(?::(\d{1,9}))?")


class Axis(Part):
    """A field by its dotted path, or one of NAMES, and the values that it takes.

    The values are written out, or as on the command line: `0..7` for whole numbers,
    `log:0.001..1:8` and `lin:0..0.5:6` for so many numbers of a range, `relu,tanh`.
    """

    path: str = Field(min_length=1, max_length=MAX_NAME)
    values: tuple[Value, ...] | str

    @field_validator("values")
    @classmethod
    def _can_be_read(cls, values: tuple[Value, ...] | str) -> tuple[Value, ...] | str:
        try:
            read_values(values)
        except InvalidExperimentError as error:
            raise ValueError(str(error).removesuffix(".")) from error  # explain adds it
        return values

    @property
    def scale(self) -> Scale:
        """`log` where the values grow by a factor, which a chart's axis then does, too."""
        if isinstance(self.values, str):
            return "log" if self.values.strip().startswith("log:") else "linear"
        numbers = [
            value
            for value in self.values
            if isinstance(value, int | float) and not isinstance(value, bool)
        ]
        if len(numbers) < 3 or len(numbers) < len(self.values) or min(numbers) <= 0:
            return "linear"
        return "log" if max(numbers) / min(numbers) >= 50 else "linear"


def parse_axis(text: str) -> Axis:
    """The axis that `path=values` says, as in `model.seed=0..7`.

    Raises:
        InvalidExperimentError: no such form; names the mend.
    """
    path, equals, values = text.partition("=")
    if not equals or not 0 < len(path.strip()) <= MAX_NAME:
        raise InvalidExperimentError(
            _(
                "'{text}' is no axis: write path=values, as training.optimizer.lr=log:0.001..1:8"
                " or model.seed=0..7.",
                text=shortened(text),
            )
        )
    read_values(values)
    return Axis(path=path.strip(), values=values.strip())


def read_values(values: Sequence[Value] | str) -> tuple[Value, ...]:
    """The values that an axis says, in their order.

    Raises:
        InvalidExperimentError: none, more than MOST_VALUES, one twice, or a range that cannot be
            read or runs backwards.
    """
    found = _from_text(values.strip()) if isinstance(values, str) else tuple(values)
    if not found:
        raise InvalidExperimentError(
            _("An axis needs at least one value: write them as 0.01,0.1 or as a range, 0..7.")
        )
    if len(found) > MOST_VALUES:
        raise _too_many(len(found))
    for value in found:
        if isinstance(value, float) and not math.isfinite(value):
            raise InvalidExperimentError(
                _("{value} is no value of an axis: take finite numbers.", value=value)
            )
    written = [json.dumps(value) for value in found]
    for place, value in enumerate(written):
        if value in written[:place]:
            raise InvalidExperimentError(
                _("The value {value} stands twice in an axis: once is enough.", value=value)
            )
    return found


def points_of(axis: Axis, experiment: Experiment) -> tuple[Value, ...]:
    """The values of an axis of an experiment.

    Those of a range are rounded where a whole number belongs there, each once. Raises as
    `read_values`.
    """
    values = read_values(axis.values)
    is_range = isinstance(axis.values, str) and ".." in axis.values
    if not (is_range and is_whole(experiment, axis.path)):
        return values
    return tuple(dict.fromkeys(round(v) if isinstance(v, float) else v for v in values))


def is_whole(experiment: Experiment, path: str) -> bool:
    """Whether what an axis of that path varies is a whole number."""
    place: Any = experiment
    for name in path.split("."):
        if isinstance(place, tuple) and name.isdecimal() and int(name) < len(place):
            place = place[int(name)]
        else:
            place = getattr(place, name, None)
    return path in ("width", "depth") or (isinstance(place, int) and not isinstance(place, bool))


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


# The values of a text --------------------------------------------------------------------------


def _from_text(text: str) -> tuple[Value, ...]:
    if not text:
        return ()
    if (form := _RANGE.fullmatch(text)) is not None:
        return _range(text, *form.groups())
    if ":" in text.partition("..")[0] or ".." in text:
        raise InvalidExperimentError(
            _(
                "'{text}' is no range: write 0..7 for whole numbers, lin:0..0.5:6 or"
                " log:0.001..1:8 for so many numbers between two.",
                text=shortened(text),
            )
        )
    items = text.split(",", MOST_VALUES)
    if len(items) > MOST_VALUES:
        raise _too_many(text.count(",") + 1)
    return tuple(_one(item.strip()) for item in items)


def _one(text: str) -> Value:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = text
    if isinstance(value, dict | list) or value == "":
        raise InvalidExperimentError(
            _(
                "{text} is no value of an axis: numbers and words are, separated by commas.",
                text=shown(text),
            )
        )
    return value


def _range(
    text: str, kind: str | None, low: str, high: str, count: str | None
) -> tuple[Value, ...]:
    first, last = _number(low, text), _number(high, text)
    if not first < last and not (first == last and count in (None, "1")):
        raise InvalidExperimentError(
            _("The range {text} is empty: its first number is the smaller one.", text=text)
        )
    if kind is None:
        if count is not None or not (first % 1 == last % 1 == 0):
            raise InvalidExperimentError(
                _(
                    "{text}: a..b are whole numbers; write lin:a..b:n or log:a..b:n for others.",
                    text=text,
                )
            )
        if last - first >= MOST_VALUES:
            raise _too_many(int(last - first) + 1)
        return tuple(range(int(first), int(last) + 1))
    if count is None:
        raise InvalidExperimentError(
            _("{text} does not say how many: write {text}:8, say.", text=text)
        )
    if int(count) < 2 and first != last:
        raise InvalidExperimentError(
            _("{text}: a range has at least 2 numbers, got {count}.", text=text, count=count)
        )
    if int(count) > MOST_VALUES:
        raise _too_many(int(count))
    if kind == "log" and first <= 0:
        raise InvalidExperimentError(
            _("{text}: a logarithmic range begins above 0, got {low}.", text=text, low=low)
        )
    return _between(first, last, int(count), is_log=kind == "log")


def _between(first: float, last: float, count: int, *, is_log: bool) -> tuple[Value, ...]:
    shares = [place / max(1, count - 1) for place in range(count)]
    if is_log:
        ratio = math.log(last) - math.log(first)
        numbers = [math.exp(math.log(first) + ratio * share) for share in shares]
    else:
        numbers = [first + (last - first) * share for share in shares]
    for digits in (DIGITS, 8, 12, 17):
        values = [float(f"{number:.{digits}g}") for number in numbers]
        values[0], values[-1] = first, last
        if len(set(values)) == count:
            break
    return tuple(int(value) if value % 1 == 0 else value for value in values)


def _number(text: str, whole: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > 1e18:
        raise InvalidExperimentError(
            _(
                "{whole}: '{text}' is no number that a range may have.",
                whole=shortened(whole),
                text=shortened(text),
            )
        )
    return value


def _too_many(count: int) -> InvalidExperimentError:
    return InvalidExperimentError(
        _(
            "An axis has at most {most:,} values, got {count:,}: take fewer.",
            most=MOST_VALUES,
            count=count,
        )
    )


# The experiment with a value -------------------------------------------------------------------


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
