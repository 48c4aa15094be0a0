"""The strip of a lesson on its page: the gate, the outcome, and the way on."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.lessons import Lesson, lessons
from nnlab.ui.session.lesson_state import LessonState

REPOSITORY = Path(__file__).parents[3]
pytestmark = pytest.mark.usefixtures("quiet_server")

STEPS = [(lesson, number) for lesson in lessons() for number in range(1, len(lesson.steps) + 1)]


def opened(lesson: str, step: int = 1, page: str = "playground", **address: str) -> AppTest:
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
    for name, value in {"lesson": lesson, "step": str(step), **address}.items():
        test.query_params[name] = value
    return ran(test.switch_page(f"pages/{page}.py"))


def ran(test: AppTest) -> AppTest:
    test.run()
    assert not test.exception
    return test


def state(test: AppTest) -> LessonState:
    return test.session_state["LessonState"]


@pytest.mark.parametrize(
    ("lesson", "number"), STEPS, ids=[f"{lesson.id}-{number}" for lesson, number in STEPS]
)
def test_the_page_opens_with_the_steps_experiment_and_does_not_train_it(
    lesson: Lesson, number: int
) -> None:
    step = lesson.steps[number - 1]
    test = opened(lesson.id, number, step.page)
    assert test.session_state[f"lab_{step.page}"].draft == step.made
    for key in ("train", "step", "epoch"):
        assert test.button(key=key).disabled, key
