"""A lesson: a few steps, each an experiment, a question, and a rule for its outcome."""

import json
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from nnlab.config import Experiment, Images, from_link
from nnlab.config.base import Config
from nnlab.config.document import Document
from nnlab.config.live_fields import WEIGHTS
from nnlab.errors import InvalidExperimentError, NnlabError, one_of
from nnlab.lessons.measure import Condition, Coordinate, Measure
from nnlab.recipes import get
from nnlab.texts import _

MOST_STEPS = 20
HIDEABLE = (
    *("problem", "data", "noise", "split", "inputs", "network", "training", "optimizer", "batch"),
    *(
        "penalties",
        "rate",
        "schedule",
        "advanced",
        "picture",
        "plane",
        "figures",
        "curves",
        "past",
        "panels",
    ),
    "share",
)
"""The parts of the Playground that a step may put out of sight, as links name them."""

Page = Literal["playground", "images"]
Answer = int | float | tuple[float, float]
"""An answer: of a choice its number, from 1; of a number that number; of a place x₁ and x₂."""
Words = Annotated[str, Field(min_length=1, max_length=600)]
Short = Annotated[str, Field(min_length=1, max_length=120)]
LessonId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


# What is asked -----------------------------------------------------------------------------------


class ChoiceQuestion(Config):
    """A question with a few possible outcomes."""

    kind: Literal["choice"]
    text: Words
    choices: tuple[Short, ...] = Field(min_length=2, max_length=6)


class NumberQuestion(Config):
    """A number, which the run measures. It is right within `tolerance`."""

    kind: Literal["number"]
    text: Words
    unit: str = Field("", max_length=20)
    """`%`: the answer is a hundred times the figure, as for an accuracy."""
    low: float = Field(ge=-1e9, le=1e9)
    high: float = Field(ge=-1e9, le=1e9)
    tolerance: float = Field(ge=0, le=1e9)

    @model_validator(mode="after")
    def _range_is_one(self) -> "NumberQuestion":
        if not self.low < self.high:
            raise ValueError(
                _(
                    "low must be below high, got low={low:g} and high={high:g}",
                    low=self.low,
                    high=self.high,
                )
            )
        return self


class PlaceQuestion(Config):
    """A place of the plane, in the numbers of its axes."""

    kind: Literal["place"]
    text: Words
    tolerance: float = Field(ge=0, le=100)
    """Radius around the chosen place in which a right output is enough."""
    low: Coordinate = -6.0
    high: Coordinate = 6.0


Question = Annotated[ChoiceQuestion | NumberQuestion | PlaceQuestion, Field(discriminator="kind")]


# What tells the outcome --------------------------------------------------------------------------


class ChoiceRule(Config):
    """For each choice the condition under which it is the right one."""

    kind: Literal["choice"]
    when: tuple[Condition, ...] = Field(min_length=2, max_length=6)
    """Conditions in the order of the choices; no run may fulfil two."""
    stated: int = Field(ge=1, le=6)
    """The choice, from 1, that the explanation speaks of: the checker counts how often it comes."""


class NumberRule(Measure):
    """The figure that is the answer."""

    kind: Literal["number"]
    stated: tuple[float, float]
    """The lowest and the highest answer that the explanation is right about."""


class PlaceRule(Config):
    """A place is right where the network's `output` comes within the bounds close by."""

    kind: Literal["place"]
    above: float
    below: float
    """`above` 0.5 and `below` 0.5: the output crosses it there."""
    stated: tuple[Coordinate, Coordinate]
    """A place that is right, which the checker tries."""


Rule = Annotated[ChoiceRule | NumberRule | PlaceRule, Field(discriminator="kind")]


# A step ------------------------------------------------------------------------------------------


class Setup(Config):
    """The training of a step: a recipe, an experiment's JSON or a link, and changes to it."""

    recipe: str | None = None
    from_json: str | None = None
    link: str | None = None
    set: dict[str, Any] = Field(default_factory=dict, max_length=40)
    """Dotted paths and values, as the command line's `--set` has them: a text is read as JSON, and
    is taken as it stands where it is none. So `"null"` is nothing, for which TOML has no word."""

    def __hash__(self) -> int:
        return hash((self.recipe, self.from_json, self.link, repr(self.set)))

    def made(self) -> Experiment:
        """The experiment.

        Raises:
            InvalidExperimentError: not exactly one source, or no valid experiment.
        """
        sources = [name for name in (self.recipe, self.from_json, self.link) if name is not None]
        if len(sources) != 1:
            raise InvalidExperimentError(
                _(
                    "an experiment needs one of 'recipe', 'from_json' and 'link', got {n}",
                    n=len(sources),
                )
            )
        if self.recipe is not None:
            experiment = get(self.recipe).experiment
        elif self.from_json is not None:
            experiment = Experiment.from_json(self.from_json)
        else:
            experiment = from_link(self.link or "")
        for path, value in self.set.items():
            experiment = experiment.with_set(path, _read_value(value))
        return experiment


def _read_value(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


class Step(Config):
    """One prediction: what is read, trained, asked, and explained once the run has told."""

    text: Words
    page: Page = "playground"
    experiment: Setup
    hide: tuple[str, ...] = Field((), max_length=len(HIDEABLE))
    weights: dict[str, Annotated[float, Field(ge=-1e6, le=1e6)]] = Field(
        default_factory=dict, max_length=32
    )
    """Weights that the student sets by hand in place of training, by path: `0.weight.1.2`."""
    question: Question
    outcome: Rule
    explanation: Annotated[str, Field(min_length=1, max_length=1200)]

    def __hash__(self) -> int:
        return hash((self.text, self.experiment, self.question, self.explanation))

    @model_validator(mode="before")
    @classmethod
    def _rule_has_its_questions_kind(cls, value: Any) -> Any:
        if isinstance(value, dict):
            question, rule = value.get("question"), value.get("outcome")
            if isinstance(question, dict) and isinstance(rule, dict):
                return {**value, "outcome": {"kind": question.get("kind"), **rule}}
        return value

    @model_validator(mode="after")
    def _parts_fit(self) -> "Step":
        for name in self.hide:
            if name not in HIDEABLE:
                raise ValueError(one_of(_("part to hide"), name, HIDEABLE).removesuffix("."))
        if self.outcome.kind != self.question.kind:
            raise ValueError(
                _(
                    "the outcome is of the kind '{rule}' and the question of '{question}':"
                    " leave the outcome's kind out",
                    rule=self.outcome.kind,
                    question=self.question.kind,
                )
            )
        if isinstance(self.question, ChoiceQuestion) and isinstance(self.outcome, ChoiceRule):
            _must_be_as_many(self.question, self.outcome)
        try:
            pictures = isinstance(self.made.data, Images)
        except NnlabError as error:
            raise ValueError(
                _("experiment: {error}", error=str(error).removesuffix("."))
            ) from error
        if pictures != (self.page == "images"):
            raise ValueError(
                _(
                    "the experiment's data belong to the page '{page}', got page='{received}'",
                    page="images" if pictures else "playground",
                    received=self.page,
                )
            )
        return self

    @cached_property
    def made(self) -> Experiment:
        """The experiment that the step trains."""
        return self.experiment.made()

    @property
    def is_by_hand(self) -> bool:
        """Whether weights are set by hand in place of training."""
        return bool(self.weights)

    @property
    def changes(self) -> dict[str, float]:
        """The weights to be set by hand, by the paths that a run's controls have."""
        return {f"{WEIGHTS}{path}": value for path, value in self.weights.items()}


def _must_be_as_many(question: ChoiceQuestion, rule: ChoiceRule) -> None:
    if len(question.choices) != len(rule.when):
        raise ValueError(
            _(
                "question.choices has {choices} choices and outcome.when {when} conditions: each"
                " choice needs one",
                choices=len(question.choices),
                when=len(rule.when),
            )
        )
    if rule.stated > len(rule.when):
        raise ValueError(
            _(
                "outcome.stated is {stated}, of {choices} choices",
                stated=rule.stated,
                choices=len(rule.when),
            )
        )


class Lesson(Document):
    """A lesson of some minutes."""

    id: LessonId
    title: Annotated[str, Field(min_length=1, max_length=80)]
    summary: Annotated[str, Field(min_length=1, max_length=200)]
    minutes: int = Field(5, ge=1, le=120)
    steps: tuple[Step, ...] = Field(min_length=1, max_length=MOST_STEPS)
