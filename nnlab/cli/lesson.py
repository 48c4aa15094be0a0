"""`python -m nnlab lesson`: list the lessons, or check one by training its steps."""

import json
import sys
from pathlib import Path

from nnlab.errors import NnlabError
from nnlab.lessons import Lesson, lesson_by_id, lessons
from nnlab.lessons.check import check_step, must_be_sound
from nnlab.lessons.read import read_lesson_file
from nnlab.lessons.shipped import ORDER
from nnlab.settings import read_settings
from nnlab.texts import _

MOST_SEEDS = 1000


def list_lessons() -> int:
    """Print the lessons that ship, and as the last line one JSON list of their ids."""
    for lesson in lessons():
        print(f"{lesson.id:16} {_(lesson.title)}")
        print(f"{'':16} {_(lesson.summary)}")
    print(json.dumps([lesson.id for lesson in lessons()]))
    return 0


def check_lesson(what: str, seeds: int) -> int:
    """Check a lesson and train its steps under `seeds` seeds each. 0, or 1 where one does not hold.

    The last line is one JSON object: lesson, holds, and for each step its number, seeds, held and
    seconds a run.

    Raises:
        NnlabError: the lesson is not valid, or its data are not here.
    """
    if not 1 <= seeds <= MOST_SEEDS:
        raise NnlabError(_("--seeds takes 1 to {most}, got {seeds}.", most=MOST_SEEDS, seeds=seeds))
    lesson = _read(what)
    must_be_sound(lesson)
    data_dir = read_settings().data_dir
    found = []
    for number, step in enumerate(lesson.steps, start=1):
        done = check_step(step, number, range(seeds), data_dir, _say)
        found.append(done)
        _say(
            _(
                "step {step}: held under {held} of {n} seed, {seconds:.1f} s a run",
                "step {step}: held under {held} of {n} seeds, {seconds:.1f} s a run",
                n=seeds,
                step=number,
                held=done.held,
                seconds=done.seconds / seeds,
            )
        )
    holds = all(one.holds for one in found)
    steps = [
        {
            "step": one.number,
            "seeds": one.seeds,
            "held": one.held,
            "seconds": round(one.seconds / one.seeds, 3),
        }
        for one in found
    ]
    print(json.dumps({"lesson": lesson.id, "holds": holds, "steps": steps}), flush=True)
    return 0 if holds else 1


def _read(what: str) -> Lesson:
    return lesson_by_id(what) if what in ORDER else read_lesson_file(Path(what))


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)
