"""The strip of a lesson on its page: the gate, the outcome, and the way on."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.lessons import Lesson, lesson_by_id, lessons
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.worker import train
from nnlab.ui.session.lesson_state import LessonState
from tests.ui.conftest import html

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


@pytest.mark.slow
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


def commit(test: AppTest, lesson: str, number: int, choice: int) -> AppTest:
    test.radio(key=f"playground_lesson_{lesson}_{number}").set_value(choice)
    ran(test)
    test.button(key=f"playground_lesson_{lesson}_{number}_commit").click()
    return ran(test)


def test_a_committed_prediction_opens_train_and_stands_in_the_address() -> None:
    test = opened("batch-size", 1)
    assert test.button(key="playground_lesson_batch-size_1_commit").disabled
    commit(test, "batch-size", 1, 2)
    assert not test.button(key="train").disabled
    assert state(test).answers == {("batch-size", 1): 2}
    assert test.query_params["said"] == "2"


def test_another_experiment_is_free_to_train_and_the_steps_can_be_brought_back() -> None:
    test = opened("batch-size", 1)
    test.selectbox(key="batch_size").set_value(10)
    ran(test)
    assert not test.button(key="train").disabled
    test.button(key="playground_lesson_back").click()
    ran(test)
    assert test.button(key="train").disabled
    assert test.selectbox(key="batch_size").value == "all"


def finished(store: Store, lesson: Lesson, number: int) -> Run:
    run = store.create(lesson.steps[number - 1].made, name="of the lesson")
    assert list(train(run, data_dir=store.root.parent))
    return run


def test_a_finished_run_tells_what_happened_and_leads_to_the_next_step(store: Store) -> None:
    lesson = lesson_by_id("batch-size")
    run = finished(store, lesson, 1)
    test = opened("batch-size", 1, said="1", run=run.id)
    told = state(test).outcomes["batch-size", 1]
    assert (told.choice, told.is_right) == (2, False)
    text = html(test)
    assert "not as predicted" in text
    assert lesson.steps[0].explanation[:40] in text
    test.button(key="playground_lesson_next").click()
    ran(test)
    assert state(test).place == ("batch-size", 2)
    assert test.button(key="train").disabled


def test_leaving_a_lesson_leaves_its_experiment_and_the_address_alone() -> None:
    test = opened("batch-size", 1)
    test.button(key="playground_lesson_leave").click()
    ran(test)
    assert not test.button(key="train").disabled
    assert "lesson" not in test.query_params


@pytest.mark.parametrize("name", ["none", "<script>alert(1)</script>", "*x*" * 50])
def test_an_unknown_lesson_of_the_address_is_a_word(name: str) -> None:
    test = opened(name)
    assert any("Unknown lesson" in warning.value for warning in test.warning)
    assert not test.button(key="train").disabled


@pytest.mark.parametrize("said", ["3", "0", "x", "1e999", "nan", "1,2", "-1"])
def test_what_is_no_answer_in_the_address_commits_nothing(said: str) -> None:
    test = opened("batch-size", 1, said=said)
    assert state(test).answers == {}
    assert test.button(key="train").disabled
