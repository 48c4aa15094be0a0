"""The lecturer's actions for the whole class. Each checks that a lecturer takes it."""

import secrets
import time
from collections.abc import Callable
from typing import Literal

from nnlab.classroom import freeze
from nnlab.classroom.classroom import Classroom
from nnlab.classroom.current import classroom
from nnlab.classroom.rights import must_lead
from nnlab.classroom.state import MAX_LINK, Sent
from nnlab.config import Experiment, to_link
from nnlab.errors import NnlabError
from nnlab.recipes import RECIPES
from nnlab.recipes.sweeps import SWEEPS
from nnlab.texts import _
from nnlab.ui import doors, services
from nnlab.ui.lesson.answers import lesson_of
from nnlab.ui.messages import say
from nnlab.ui.room.state import RoomSession
from nnlab.ui.run_names import title
from nnlab.ui.session.labs import lab_of
from nnlab.ui.session.typed import of_session
from nnlab.ui.visitors import visitor

MOST_TITLE = 200


def led() -> Classroom:
    """Return the class, if the visitor leads it.

    Raises:
        NotAllowedError: the visitor does not lead it.
        NnlabError: there is no class.
    """
    must_lead(visitor())
    room = classroom()
    if room is None:
        raise NnlabError(_("There is no class here: `make class` starts one."))
    return room


def tried(do: Callable[..., None], *given: object) -> None:
    """Do what a click asks for; where it is refused, the page says why."""
    try:
        do(*given)
    except NnlabError as error:
        say("error", error, icon=":material/error:")


def send_experiment(experiment: Experiment) -> None:
    """Offer an experiment to all. Raises NnlabError: it is too long for that."""
    led()  # before anything is done for them
    link = to_link(experiment)
    if len(link) > MAX_LINK:
        raise NnlabError(
            _(
                "This experiment is too long to be sent ({count:,} characters of at most {most:,}):"
                " take fewer points of your own, or a table.",
                count=len(link),
                most=MAX_LINK,
            )
        )
    _send("experiment", lab_of(experiment), link, title(experiment))


def send_recipe(recipe_id: str) -> None:
    """Offer a recipe to all, of an experiment or of a sweep."""
    led()  # before anything is done for them
    if recipe_id in SWEEPS:
        _send("sweep_recipe", "sweep", recipe_id, _(SWEEPS[recipe_id].title))
        return
    recipe = RECIPES[recipe_id]
    _send("recipe", lab_of(recipe.experiment), recipe_id, _(recipe.title))


def send_lesson(lesson: str, step: int) -> None:
    """Offer a step of a lesson to all, counted from 0: the class is at it from now on.

    Raises:
        NnlabError: there is no such lesson, or it has no such step.
    """
    led()  # before anything is done for them
    found = lesson_of(lesson)
    if not 0 <= step < len(found.steps):
        raise NnlabError(
            _(
                "The lesson has {n} step, got step {step}.",
                "The lesson has {n} steps, got step {step}.",
                n=len(found.steps),
                step=step + 1,
            )
        )
    words = _("{lesson}, step {step}", lesson=_(found.title), step=step + 1)
    _send("lesson", found.steps[step].page, lesson, words, step)
    led().change(lesson=lesson, lesson_step=step, stage="predict")


def end_lesson() -> None:
    """End the lesson of the class."""
    led().change(lesson=None, lesson_step=0, stage="predict")


def show_stage_of_lesson(stage: Literal["predict", "outcome", "explanation"]) -> None:
    """Set how much of the lesson's step the wall shows."""
    led().change(stage=stage)


def follow_run(run_id: str, *, newest: bool) -> None:
    """Let all students watch a run of the lecturer.

    Args:
        run_id: which.
        newest: the lecturer's next runs take its place as they begin.
    """
    room = led()
    doors.must_change(doors.store().get(run_id))
    room.change(following=run_id)
    of_session(RoomSession).leads = newest


def stop_following() -> None:
    """Return all students to their own runs."""
    led().change(following=None)
    of_session(RoomSession).leads = False


def freeze_all() -> None:
    """Prevent everybody but the lecturer from training."""
    freeze.freeze(led(), services.store(), services.launcher())


def go_on() -> None:
    """Allow everybody to train again."""
    freeze.go_on(led(), services.store(), services.launcher())


def hide(parts: tuple[str, ...]) -> None:
    """Hide parts of the Playground, by their names, from students."""
    led().change(hidden=parts)


def _send(
    kind: Literal["experiment", "recipe", "sweep_recipe", "lesson"],
    page: str,
    what: str,
    said: str,
    step: int = 0,
) -> None:
    room = led()
    sent = Sent(
        id=secrets.token_hex(4),
        kind=kind,
        page=page,
        what=what,
        step=step,
        title=said[:MOST_TITLE],
        at=time.time(),
    )
    room.change(sent=sent)
