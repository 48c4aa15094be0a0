"""Experiments, recipes and lessons that a lecturer can send to all, and how a page opens them."""

from nnlab.classroom.class_lessons import class_lessons
from nnlab.classroom.classroom import Classroom
from nnlab.classroom.state import Sent
from nnlab.config import from_link
from nnlab.errors import NnlabError, one_of
from nnlab.lessons import lessons
from nnlab.recipes import get
from nnlab.recipes.sweeps import SWEEPS
from nnlab.texts import _
from nnlab.ui.lesson.answers import open_lesson
from nnlab.ui.session.labs import open_in_lab
from nnlab.ui.session.sweep_state import open_sweep


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
            return open_lesson(sent.what, sent.step + 1)


def lesson_titles(room: Classroom) -> dict[str, str]:
    """Return the titles of the shipped lessons and of the class's own, by id."""
    return {
        **{lesson.id: _(lesson.title) for lesson in lessons()},
        **{lesson.id: lesson.title for lesson in class_lessons(room).values()},
    }
