"""The data of an experiment. Each `kind` names a data set that `nnlab.data` can make or load."""

import math
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from nnlab.config.base import Config, Seed, Task
from nnlab.config.own_data import Csv, PictureSet, Points
from nnlab.texts import _

PlaneClassKind = Literal["circle", "xor", "gauss", "spiral", "moons", "blobs"]
PlaneValueKind = Literal["plane", "bumps"]
CurveKind = Literal["quadratic", "parabola", "xsinx", "stairs"]
Page = Literal["playground", "images", "learn"]
"""A page with experiments: of points and tables, of pictures, of sequences."""
SequenceTask = Literal["copy", "reverse", "sort", "brackets"]
ImageKind = Literal[
    "digits",
    "mnist",
    "fashion-mnist",
    "kmnist",
    "emnist",
    "cifar10",
    "mnist-hands",
    "mnist-strokes",
    "digits-strokes",
    "handwriting",
    "pictures",
]


class _Made(Config):
    """Data made from a formula and a seed."""

    noise: float = Field(0.0, ge=0, le=0.5)
    """0 to 0.5 (0 to 50 %): points move by this share of the range of the data."""
    train_share: float = Field(0.5, ge=0.1, le=1)
    """The share of the points that is trained on; the rest validates. 1: all train, none do."""
    seed: Seed = 0
    """Which points are drawn, and which of them train."""


class PlaneClasses(_Made):
    """Points of [-6, 6]² with a class."""

    kind: PlaneClassKind
    points: int = Field(500, ge=10, le=5000)
    classes: int = Field(2, ge=2, le=10)
    """More than two only for `blobs`."""

    @model_validator(mode="after")
    def _classes_fit(self) -> "PlaneClasses":
        if self.kind != "blobs" and self.classes != 2:
            raise ValueError(
                _(
                    "'{kind}' has 2 classes, not {classes}: take 'blobs' for more",
                    kind=self.kind,
                    classes=self.classes,
                )
            )
        return self


class PlaneValues(_Made):
    """Points of [-6, 6]² with a number in [-1, 1]."""

    kind: PlaneValueKind
    points: int = Field(1200, ge=10, le=5000)


class Curve(_Made):
    """Points of a curve y = f(x), x in [low, high]."""

    kind: CurveKind
    points: int = Field(100, ge=10, le=5000)
    low: float = -2.0
    high: float = 2.0
    noise_above: float = Field(0.0, ge=0, le=1e6)
    """U(0, 1) times this is added to y: noise that lifts points above the curve."""

    @model_validator(mode="after")
    def _range_is_one(self) -> "Curve":
        if not self.low < self.high:
            raise ValueError(
                _(
                    "low must be below high, got low={low} and high={high}",
                    low=self.low,
                    high=self.high,
                )
            )
        return self


class Images(Config):
    """Pictures with a class, float in [0, 1]: 1×28×28, of `cifar10` 3×32×32.

    `digits` comes with scikit-learn and needs no internet; the others are torchvision's. `emnist`
    is its letters, 26 classes; all others have ten. `mnist-hands` and `mnist-strokes` train
    on 40,000 and `digits-strokes` on 20,000 digits besides, which the lab draws itself, those of
    `hands` in more forms and by more pens; validation and test stay the same.
    `handwriting` is what people here have drawn and kept, frozen as it was; it has no test part.
    `pictures` are a person's own, of one of two sizes, grey or in colour.
    """

    kind: ImageKind
    validation: int = Field(-1, ge=-1, le=50_000)
    """Training pictures held out to validate, from the end as published. -1: 300 of `digits`
    (with strokes or without), a fifth of `pictures`, 10,000 of the others; 0: none. Of `pictures`
    they are drawn by the seed, of each class its share."""
    train_size: int | None = Field(None, ge=10)
    """Train on that many pictures only, drawn by the seed; all of them where none is given."""
    test: Literal["sealed", "at_end", "validates"] = "sealed"
    """Who looks at the test pictures. `sealed`: nobody, until a person opens them. `at_end`: the
    run, once, when it ends. `validates`: they stand in for the validation pictures, as in many a
    published script, and none is held out. The latter two are counted as a look."""
    drawings: str | None = Field(None, pattern=r"^[1-9][0-9]{0,8}-[0-9a-f]{16}$")
    """Which kept drawings `handwriting` learns from: the name of a frozen set, which begins with
    their number (`nnlab.data.handwriting.freeze`)."""
    beside: ImageKind | None = None
    """Only for `handwriting`: some pictures of this set train beside the drawings, which are
    repeated, and its validation pictures validate. So a network learns a hand and keeps what it
    knows. None: the drawings alone, of which a fifth validates."""
    pictures: PictureSet | None = None
    """Which pictures `pictures` learns from."""
    seed: Seed = 0

    @model_validator(mode="after")
    def _pictures_are_own(self) -> "Images":
        if (self.kind == "pictures") != (self.pictures is not None):
            raise ValueError(
                _(
                    "the field pictures and the kind 'pictures' go together, got kind"
                    " '{kind}': bring a zip of pictures on /images, or run python -m nnlab"
                    " pictures FILE.zip, which prints them",
                    kind=self.kind,
                )
            )
        if self.pictures is not None:
            if self.test != "sealed" and not self.pictures.test:
                raise ValueError(
                    _(
                        "these pictures have no test part that test='{test}' could look at: leave"
                        " test out",
                        test=self.test,
                    )
                )
            if self.pictures.val and self.validation > 0:
                raise ValueError(
                    _(
                        "these pictures say by themselves which of them validate, so none are"
                        " held out: got validation={validation}, leave it out",
                        validation=self.validation,
                    )
                )
        return self

    @model_validator(mode="after")
    def _drawings_are_handwriting(self) -> "Images":
        if self.kind != "handwriting":
            if self.drawings is not None or self.beside is not None:
                raise ValueError(
                    _(
                        "drawings and beside belong to 'handwriting', not to '{kind}': leave"
                        " them out",
                        kind=self.kind,
                    )
                )
            return self
        if self.drawings is None:
            raise ValueError(
                _(
                    "'handwriting' needs drawings=…, the name of a frozen set of kept drawings:"
                    " choose it on /images, or see /draw, Teach"
                )
            )
        if self.train_size is not None or self.test != "sealed":
            raise ValueError(
                _(
                    "'handwriting' has neither a train_size nor a test part: leave train_size and"
                    " test out"
                )
            )
        if self.beside in ("handwriting", "pictures"):
            raise ValueError(_("beside names another data set than '{beside}'", beside=self.beside))
        return self

    @property
    def held_out(self) -> int:
        """The number of training pictures that validate."""
        if self.test == "validates":
            return 0
        if self.pictures is not None and self.pictures.val:
            return 0
        if self.validation >= 0:
            return self.validation
        if self.pictures is not None:
            return self.pictures.train // 5
        return 300 if self.kind in ("digits", "digits-strokes") else 10_000

    @model_validator(mode="after")
    def _one_part_validates(self) -> "Images":
        if self.test == "validates" and self.validation > 0:
            raise ValueError(
                _(
                    "test='validates' lets the test pictures validate, so none are held out: got"
                    " validation={validation}, leave it out",
                    validation=self.validation,
                )
            )
        return self


class Sequences(Config):
    """Short rows of tokens, whole numbers from 0, no two rows alike.

    `copy`, `reverse` and `sort` ask for a token at each place, `brackets` whether all brackets of
    the row are balanced (token 0 opens, token 1 closes): half of the rows are.
    """

    kind: Literal["sequences"] = "sequences"
    task: SequenceTask = "copy"
    length: int = Field(8, ge=2, le=16)
    """Tokens of a row; of `brackets` an even number."""
    symbols: int = Field(10, ge=2, le=16)
    """How many different tokens there are; of `brackets` 2, also where nothing is said."""
    examples: int = Field(5000, ge=100, le=20_000)
    """Rows in all. Where nothing is said, fewer than 5,000 if no more exist."""
    train_share: float = Field(0.8, ge=0.1, le=1)
    """The share of the rows that is trained on; the rest validates. 1: all train, none do."""
    seed: Seed = 0
    """Which rows are drawn, and which of them train."""

    @model_validator(mode="before")
    @classmethod
    def _defaults_follow_the_task(cls, given: Any) -> Any:
        """Fill omitted fields with the task's defaults, so that `task` alone is a valid choice."""
        if not isinstance(given, dict):
            return given
        task, length = given.get("task", "copy"), given.get("length", 8)
        if task == "brackets" and "symbols" not in given:
            given = {**given, "symbols": 2}
        symbols = given.get("symbols", 10)
        sizes = (length, symbols)
        if "examples" not in given and all(type(one) is int and 2 <= one <= 16 for one in sizes):
            most = most_sequences(task, length, symbols)
            if 100 <= most < 5000:
                given = {**given, "examples": most}
        return given

    @model_validator(mode="after")
    def _rows_exist(self) -> "Sequences":
        if self.task == "brackets" and self.symbols != 2:
            raise ValueError(
                _(
                    "'brackets' has 2 symbols, an opening and a closing bracket, not {symbols}:"
                    " leave symbols out",
                    symbols=self.symbols,
                )
            )
        if self.task == "brackets" and self.length % 2:
            raise ValueError(
                _(
                    "balanced brackets come in pairs, so length is even, got {length}: take {even}",
                    length=self.length,
                    even=self.length + 1,
                )
            )
        most = most_sequences(self.task, self.length, self.symbols)
        if self.examples > most:
            raise ValueError(
                _(
                    "'{task}' with length {length} and {symbols} symbols has at most {most:,}"
                    " examples without repeats{half}, got examples={examples:,}: {mend}",
                    task=self.task,
                    length=self.length,
                    symbols=self.symbols,
                    most=most,
                    half=_(" (half of them balanced)") if self.task == "brackets" else "",
                    examples=self.examples,
                    mend=_("take fewer, or a greater length")
                    if most >= 100
                    else _("take a greater length, from 12 on")
                    if self.task == "brackets"
                    else _("take a greater length or more symbols"),
                )
            )
        return self


def most_sequences(task: SequenceTask, length: int, symbols: int) -> int:
    """How many different rows a task can have.

    Of `brackets` twice the balanced ones, whose number is that of Catalan (Stanley, *Catalan
    Numbers*, 2015): C(2n, n) / (n + 1) for n pairs.
    """
    if task == "brackets":
        pairs = length // 2
        return 2 * math.comb(2 * pairs, pairs) // (pairs + 1)
    return symbols**length


def task_of(data: "Data") -> Task:
    """Return the task of a network on this data: classification or regression."""
    if isinstance(data, Points | Csv):
        return data.task
    return "regression" if isinstance(data, PlaneValues | Curve) else "classification"


def page_of(data: "Data") -> Page:
    """The page that an experiment on this data belongs to."""
    if isinstance(data, Sequences):
        return "learn"
    return "images" if isinstance(data, Images) else "playground"


def opens_test(data: "Data") -> Literal["sealed", "at_end", "validates"]:
    """Return when a run evaluates the test part of this data by itself: see `Images.test`."""
    return data.test if isinstance(data, Images) else "sealed"


Data = Annotated[
    PlaneClasses | PlaneValues | Curve | Points | Csv | Images | Sequences,
    Field(discriminator="kind"),
]
