"""The page of lessons: the list, how far each is done, and one from a file."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.lessons import lessons
from nnlab.lessons.outcome import Outcome
from nnlab.ui.session.lesson_state import LessonState
from tests.lessons.conftest import LESSON

REPOSITORY = Path(__file__).parents[3]
pytestmark = pytest.mark.usefixtures("quiet_server")


def page() -> AppTest:
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
    return ran(test.switch_page("pages/lessons.py"))


def ran(test: AppTest) -> AppTest:
    test.run()
    assert not test.exception
    return test


def words(test: AppTest) -> str:
    return "\n".join(e.value for e in (*test.error, *test.success, *test.caption, *test.markdown))


def test_all_are_there_and_one_click_opens_one() -> None:
    test = page()
    keys = {button.key for button in test.button}
    assert {f"lessons_open_{lesson.id}" for lesson in lessons()} <= keys
    test.button(key="lessons_open_xor-by-hand").click()
    ran(test)
    assert test.button(key="train").disabled
    assert test.session_state["LessonState"].place == ("xor-by-hand", 1)


def test_a_lesson_says_how_far_it_is_done_and_goes_on_there() -> None:
    test = page()
    state = LessonState(is_read=True)
    state.outcomes = {("batch-size", 1): Outcome("told"), ("one-neuron", 1): Outcome("told")}
    state.outcomes |= {("one-neuron", step): Outcome("told") for step in (2, 3)}
    test.session_state["LessonState"] = state
    ran(test)
    assert "1 of 3 steps" in words(test)
    assert "✓ done" in words(test)
    test.button(key="lessons_open_batch-size").click()
    ran(test)
    assert state.place == ("batch-size", 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LESSON, "1 step: Mine"),
        (LESSON.replace('title = "Mine"', 'title = "**x** <b>"'), r"\*\*x\*\* \<b\>"),
        (LESSON.replace('"mine"', '"one-neuron"'), "take another"),
        ("id = 3", "title: missing"),
        ("#" * 70_000, "64 kB"),
    ],
)
def test_a_lesson_from_a_file_is_taken_or_refused_in_words(text: str, said: str) -> None:
    test = page()
    test.file_uploader(key="lessons_file").set_value(("mine.toml", text.encode(), "text/plain"))
    ran(test)
    assert said in words(test)
