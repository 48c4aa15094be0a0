"""The lessons that come with nnlab: sound, short, and their outcomes hold."""

import re

import pytest

from nnlab.errors import NnlabError
from nnlab.lessons import Lesson, lesson_by_id, lessons
from nnlab.lessons.check import check_step, must_be_sound
from nnlab.lessons.exclusive import must_be_exclusive
from nnlab.lessons.lesson import ChoiceRule
from nnlab.lessons.shipped import FOLDER
from tests.hold.bounds import FULL

every_lesson = pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.id)
STEPS = [(lesson, number) for lesson in lessons() for number in range(1, len(lesson.steps) + 1)]
SEEDS = range(20) if FULL else range(2)


def test_there_are_eleven_and_each_file_is_one_of_them() -> None:
    assert len(lessons()) == 11
    assert {path.stem for path in FOLDER.glob("*.toml")} == {lesson.id for lesson in lessons()}


@every_lesson
def test_a_lesson_can_be_run_and_told(lesson: Lesson) -> None:
    must_be_sound(lesson)
    assert 2 <= len(lesson.steps) <= 5
    assert lesson_by_id(lesson.id) is lesson


@every_lesson
def test_a_lesson_needs_no_download(lesson: Lesson) -> None:
    kinds = {step.made.data.kind for step in lesson.steps}
    assert kinds <= {"circle", "xor", "gauss", "spiral", "moons", "quadratic", "digits"}


@every_lesson
def test_its_texts_fit_a_strip(lesson: Lesson) -> None:
    """At 1280 pixels a line of the strip holds some 85 letters, and it has seven lines."""
    for step in lesson.steps:
        assert len(step.text) <= 330
        assert len(step.question.text) <= 90
        assert len(step.explanation) <= 480
        assert re.search(r"[.?!]$", step.explanation)


def test_every_run_of_a_shipped_choice_fits_one_answer() -> None:
    """No gap lies between the bounds, as far as single figures go."""
    rules = [
        step.outcome
        for lesson in lessons()
        for step in lesson.steps
        if isinstance(step.outcome, ChoiceRule)
    ]
    assert len(rules) > 20
    for rule in rules:
        must_be_exclusive(rule, 1)


def test_an_unknown_lesson_is_refused_with_a_guess() -> None:
    with pytest.raises(NnlabError, match="Did you mean 'one-neuron'"):
        lesson_by_id("one-neurone")


@pytest.mark.proof
@pytest.mark.parametrize(
    ("lesson", "number"), STEPS, ids=[f"{lesson.id}-{number}" for lesson, number in STEPS]
)
def test_the_stated_outcome_holds_under_19_of_20_seeds(lesson, number, data_dir):
    """Of data, weights and batches alike. `make proofs FULL=1` takes all twenty, else two."""
    found = check_step(lesson.steps[number - 1], number, SEEDS, data_dir, print)
    assert found.holds, found.missed
