"""What a lecturer can send to all, and how a page opens it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nnlab.classroom.state import Sent
from nnlab.config import from_link
from nnlab.errors import NnlabError, one_of
from nnlab.recipes import get
from nnlab.recipes.sweeps import SWEEPS
from nnlab.texts import _
from nnlab.ui.session.labs import open_in_lab
from nnlab.ui.session.sweep_state import open_sweep


def _no_words(_lesson: str, _step: int) -> str:
    return ""


def _no_lesson(lesson: str, _step: int) -> str:
    raise NnlabError(_("There is no lesson {lesson} here.", lesson=lesson))


@dataclass
class Lessons:
    """What the class has to know of lessons; whoever has some fills it. Steps count from 0."""

    titles: Callable[[], Mapping[str, str]] = dict
    """By the lesson's id."""
    steps: Callable[[str], int] = lambda _lesson: 0
    question: Callable[[str, int], str] = _no_words
    explanation: Callable[[str, int], str] = _no_words
    """Both in Markdown of the lab's own, or escaped."""
    open: Callable[[str, int], str] = _no_lesson
    """Lets the step's page show it when it is entered next. Returns which page.

    Raises NnlabError: there is no such step."""


SENDABLE = Lessons()
"""Those of this server: none until they are set."""


def open_sent(sent: Sent) -> str:
    """Make a page show what was sent when it is entered next. Returns which page.

    Raises:
        NnlabError: there is no such thing here, or it cannot be read.
    """
    match sent.kind:
        case "experiment":
            return open_in_lab(from_link(sent.what))
        case "recipe":
            recipe = get(sent.what)
            return open_in_lab(recipe.experiment, recipe=recipe.id)
        case "sweep_recipe":
            if sent.what not in SWEEPS:
                raise NnlabError(one_of(_("recipe"), sent.what, SWEEPS))
            open_sweep(SWEEPS[sent.what].sweep)
            return "sweep"
        case "lesson":
            return SENDABLE.open(sent.what, sent.step)
