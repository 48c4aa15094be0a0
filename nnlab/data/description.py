"""Facts on data that need no data at hand: the shape of an input, the names of classes.

No PyTorch here: whoever only looks at a run starts without it.
"""

from dataclasses import dataclass

from nnlab.config.data import Csv, Curve, Data, Images, PlaneClasses, Points, Sequences, task_of
from nnlab.data.published import DIGIT_NAMES, SETS, WITH_STROKES

CLASS_NAMES: dict[str, tuple[str, ...]] = {
    "digits": DIGIT_NAMES,
    **{kind: published.class_names for kind, published in SETS.items()},
    **dict.fromkeys((*WITH_STROKES, "handwriting"), DIGIT_NAMES),
}
SHAPES: dict[str, tuple[int, int, int]] = {
    "digits": (1, 28, 28),
    **{kind: published.shape for kind, published in SETS.items()},
    **dict.fromkeys((*WITH_STROKES, "handwriting"), (1, 28, 28)),
}
"""Channels, height and width of a picture."""


BALANCED_NAMES = ("unbalanced", "balanced")
BRACKETS = ("(", ")")


@dataclass(frozen=True)
class Info:
    """Shapes and names.

    `input_shape` is without the batch: (2,) for points of the plane, (1, 28, 28) for pictures, (8,)
    for sequences of eight tokens. `class_names` is None where the target is a number.
    """

    input_shape: tuple[int, ...]
    class_names: tuple[str, ...] | None
    symbols: int | None = None
    """Number of tokens of sequences: inputs are int64 from 0 to one less. None: inputs are
    float32."""
    for_each_token: bool = False
    """Each token of an input has a class of its own."""

    @property
    def outputs(self) -> int:
        """The values of one answer: one a class, or one number."""
        return len(self.class_names) if self.class_names else 1

    @property
    def output_shape(self) -> tuple[int, ...]:
        """A network's output shape: (outputs,), or (length, outputs) with a class per token."""
        return (*self.input_shape, self.outputs) if self.for_each_token else (self.outputs,)


def describe(data: Data) -> Info:
    """The shape of an input and the names of the classes, without making or loading anything."""
    if isinstance(data, Images):
        return Info(shape_of(data), names_of(data))
    if isinstance(data, Sequences):
        answers = data.task != "brackets"
        names = token_names(data) if answers else BALANCED_NAMES
        return Info((data.length,), names, data.symbols, for_each_token=answers)
    if task_of(data) == "regression":
        return Info((_inputs(data),), None)
    if isinstance(data, Csv):
        return Info((_inputs(data),), data.classes)
    if isinstance(data, Points):
        # Classes that nobody used in between count too: a network's outputs go by number.
        classes = max((2, *(int(row[-1]) + 1 for row in data.rows)))
    else:
        classes = data.classes if isinstance(data, PlaneClasses) else 2
    return Info((_inputs(data),), tuple(str(number) for number in range(classes)))


def shape_of(data: Images) -> tuple[int, int, int]:
    """Channels, height and width of a picture."""
    return SHAPES[data.kind] if data.pictures is None else data.pictures.shape


def names_of(data: Images) -> tuple[str, ...]:
    """The names of the classes of pictures."""
    return CLASS_NAMES[data.kind] if data.pictures is None else data.pictures.classes


def token_names(data: Sequences) -> tuple[str, ...]:
    """How each token of the data is written: brackets, else its number."""
    if data.task == "brackets":
        return BRACKETS
    return tuple(str(token) for token in range(data.symbols))


def _inputs(data: Data) -> int:
    if isinstance(data, Points):
        return data.width
    if isinstance(data, Csv):
        return len(data.inputs)
    return 1 if isinstance(data, Curve) else 2
