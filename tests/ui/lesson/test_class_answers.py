"""What a student answers is kept for the wall: of the class's lessons, and of no file of theirs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nnlab.classroom.answers import answers
from nnlab.classroom.class_lessons import give_lesson
from nnlab.classroom.classroom import Classroom
from nnlab.lessons.outcome import Outcome
from nnlab.lessons.read import read_lesson
from nnlab.ui.lesson import class_answers
from nnlab.visitor import Visitor
from tests.classroom.of_server import class_of_server
from tests.lessons.conftest import LESSON

ADA = Visitor("ada", "", "student")
RUDE = LESSON.replace('"few", "many"', '"something rude", "many"')


@pytest.fixture
def room(runs_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Classroom]:
    monkeypatch.setattr(class_answers, "visitor", lambda: ADA)
    with class_of_server(monkeypatch) as found:
        yield found


def bars() -> list[str]:
    kept = answers()
    assert kept is not None
    found = kept.histogram("mine", 0).bars + kept.outcomes("mine", 0).bars
    return [words for words, _count in found]


def test_a_file_of_a_student_says_nothing_on_the_wall(room: Classroom) -> None:
    lesson, theirs = give_lesson(room, LESSON.encode()), read_lesson(RUDE.encode())
    class_answers.keep_prediction(theirs, 1, 1)
    class_answers.keep_outcome(theirs, 1, Outcome("told", choice=1))
    assert bars() == []
    class_answers.keep_prediction(lesson, 1, 1)
    class_answers.keep_outcome(lesson, 1, Outcome("told", choice=2))
    assert bars() == ["few", "many"]


def test_a_lesson_that_the_class_was_not_given_fills_no_file(room: Classroom) -> None:
    class_answers.keep_prediction(read_lesson(LESSON.encode()), 1, 1)
    assert not (room.folder / "answers.jsonl").exists()
