"""An axis of a sweep: what varies, and over which values."""

from typing import Any, Literal

from pydantic import Field, field_validator

from nnlab.config.axis_values import Value, read_values
from nnlab.config.base import Config
from nnlab.config.experiment import Experiment
from nnlab.config.received import MAX_NAME
from nnlab.errors import InvalidExperimentError, shortened
from nnlab.texts import _

Scale = Literal["linear", "log"]


class Axis(Config):
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
    if not equals or len(path) > MAX_NAME or len(path.split()) != 1:
        raise InvalidExperimentError(
            _(
                "'{text}' is no axis: write path=values, as training.optimizer.lr=log:0.001..1:8"
                " or model.seed=0..7.",
                text=shortened(text),
            )
        )
    read_values(values)
    return Axis(path=path.strip(), values=values.strip())


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
