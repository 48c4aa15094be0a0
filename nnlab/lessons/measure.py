"""A run's figures for a lesson, and conditions on them: a small grammar, never executed."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from nnlab.config.base import Config
from nnlab.texts import _

Metric = Literal["train_loss", "train_accuracy", "val_loss", "val_accuracy"]
Figure = Literal[
    "train_loss",
    "train_accuracy",
    "val_loss",
    "val_accuracy",
    "gap",
    "rise",
    "epochs",
    "steps",
    "diverged",
    "dead",
    "output",
    "moved",
]
"""`gap`: training less validation accuracy at the end. `rise`: the validation loss at the end over
its lowest. `epochs`: passes until `of` reached `reaches`, infinite where it never did. `steps`:
updates done. `diverged`: 1 or 0. `dead`: share of the hidden ReLU units that give 0 for every
training example. `output`: at `place`, the number, or of classes the probability of class 1.
`moved`: accuracy on the validation pictures, moved `by` pixels to the right and down."""
METRICS = frozenset({"train_loss", "train_accuracy", "val_loss", "val_accuracy"})
MAX_SHIFT = 14
"""Pixels: half a picture."""
FARTHEST = 1e6
Coordinate = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST)]
Shift = Annotated[int, Field(ge=-MAX_SHIFT, le=MAX_SHIFT)]


class Measure(Config):
    """One figure of a run."""

    figure: Figure
    at: str = Field("end", pattern=r"^(end|last|best|epoch [1-9][0-9]{0,6})$")
    """Moment of the figure, for losses and accuracies only. `end`: over the whole data with the
    final weights; `last` and `best`: of the evaluations at the ends of epochs; `epoch N`: the first
    of these from epoch N on."""
    of: Metric | None = None
    """The metric that must reach a value, for `epochs`."""
    reaches: float | None = None
    """The value to be reached: a loss falls to it, an accuracy rises to it."""
    place: tuple[Coordinate, ...] | None = Field(None, min_length=1, max_length=2)
    """The input for `output`: x, or x₁ and x₂."""
    by: tuple[Shift, Shift] | None = None
    """The shift for `moved`: pixels to the right, and down."""

    @model_validator(mode="after")
    def _fields_fit(self) -> "Measure":
        if self.at != "end" and self.figure not in METRICS:
            raise ValueError(
                _(
                    "'at' belongs to losses and accuracies, not to {figure}: leave it out",
                    figure=self.figure,
                )
            )
        for figure, names in NEEDED.items():
            for name in names:
                is_there = getattr(self, name) is not None
                if is_there != (self.figure == figure):
                    raise ValueError(
                        _("{figure} needs '{name}'", figure=figure, name=name)
                        if not is_there
                        else _(
                            "'{name}' belongs to {owner}, not to {figure}: leave it out",
                            name=name,
                            owner=figure,
                            figure=self.figure,
                        )
                    )
        return self


NEEDED = {"epochs": ("of", "reaches"), "output": ("place",), "moved": ("by",)}
"""The fields that a figure needs, and no other one has."""


class Bound(Measure):
    """A figure within bounds: at or above `above`, and strictly below `below`.

    A figure that the run does not have (the accuracy of one that diverged) is within none.
    """

    above: float | None = None
    below: float | None = None

    @model_validator(mode="after")
    def _bounds_fit(self) -> "Bound":
        if self.above is None and self.below is None:
            raise ValueError(_("a condition needs 'above', 'below' or both"))
        if self.above is not None and self.below is not None and not self.above < self.below:
            raise ValueError(
                _(
                    "above must be less than below, got above={above:g} and below={below:g}",
                    above=self.above,
                    below=self.below,
                )
            )
        return self

    @property
    def measure(self) -> Measure:
        """The figure alone."""
        return Measure(**{name: getattr(self, name) for name in Measure.model_fields})

    def has(self, value: float | None) -> bool:
        """Whether a value is within the bounds."""
        if value is None:
            return False
        return (self.above is None or value >= self.above) and (
            self.below is None or value < self.below
        )


class Every(Config):
    """All of the conditions hold."""

    all: tuple["Condition", ...] = Field(min_length=1, max_length=8)


class Some(Config):
    """At least one of the conditions holds."""

    any: tuple["Condition", ...] = Field(min_length=1, max_length=8)


def _sort_of(value: Any) -> str:
    names = value if isinstance(value, dict) else getattr(type(value), "model_fields", {})
    return next((name for name in ("all", "any") if name in names), "bound")


Condition = Annotated[
    Annotated[Bound, Tag("bound")] | Annotated[Every, Tag("all")] | Annotated[Some, Tag("any")],
    Discriminator(_sort_of),
]

Every.model_rebuild()
Some.model_rebuild()


def bounds_of(condition: Bound | Every | Some) -> tuple[Bound, ...]:
    """All bounds within a condition."""
    if isinstance(condition, Bound):
        return (condition,)
    inner = condition.all if isinstance(condition, Every) else condition.any
    return tuple(bound for one in inner for bound in bounds_of(one))


def holds(condition: Bound | Every | Some, values: Mapping[Measure, float | None]) -> bool:
    """Whether a condition holds, given the figures that it names."""
    match condition:
        case Bound():
            return condition.has(values[condition.measure])
        case Every():
            return all(holds(one, values) for one in condition.all)
        case Some():
            return any(holds(one, values) for one in condition.any)
