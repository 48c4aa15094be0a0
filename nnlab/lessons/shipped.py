"""The lessons that come with nnlab, in the order in which a course might take them."""

from functools import cache
from pathlib import Path

from nnlab.errors import NnlabError, one_of
from nnlab.lessons.lesson import Lesson
from nnlab.lessons.read import read_lesson_file
from nnlab.texts import _

FOLDER = Path(__file__).with_name("shipped")
FIRST = "first-network"
"""The lesson for beginners, which the home page offers."""
ORDER = (
    FIRST,
    "one-neuron",
    "hidden-layer",
    "learning-rate",
    "xor-by-hand",
    "overfitting",
    "batch-size",
    "dead-relus",
    "sgd-adam",
    "extrapolation",
    "your-seven",
)
"""The ids, which are the names of their files, too."""


@cache
def lessons() -> tuple[Lesson, ...]:
    """All of them: read once."""
    return tuple(read_lesson_file(FOLDER / f"{name}.toml") for name in ORDER)


def lesson_by_id(lesson_id: str) -> Lesson:
    """The lesson of that id.

    Raises:
        NnlabError: there is none; lists them all and guesses.
    """
    for lesson in lessons():
        if lesson.id == lesson_id:
            return lesson
    raise NnlabError(one_of(_("lesson"), lesson_id, ORDER))
