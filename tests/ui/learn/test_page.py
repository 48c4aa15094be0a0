"""The page Learn: the list, a chapter's frame, and its questions."""

import math

import pytest
import streamlit as st

from nnlab.learn.question import ChapterQuestion
from nnlab.lessons.lesson import ChoiceQuestion, NumberQuestion
from nnlab.ui.learn.chapter import Chapter, Formula, Tutorial
from tests.ui.learn.chapters import opened, ran, text

pytestmark = pytest.mark.usefixtures("quiet_server")


def root_of_two() -> float:
    return math.sqrt(2)


def second() -> float:
    return 2


def moves() -> None:
    st.caption("moves")


def chapter(name: str) -> Chapter:
    return Chapter(
        id=name,
        title=f"Chapter {name}",
        summary="What it is.",
        text="A text.",
        show=moves,
        formulas=(Formula("x^2", "x**2"),),
        questions=(
            ChapterQuestion(
                NumberQuestion(kind="number", text="How much?", low=0, high=2, tolerance=0.02),
                root_of_two,
                "Because of Pythagoras.",
            ),
            ChapterQuestion(
                ChoiceQuestion(kind="choice", text="Which?", choices=("one", "two")),
                second,
                "Because.",
            ),
        ),
        tutorial=Tutorial("A tutorial", "https://example.org/tutorial"),
    )


@pytest.fixture(autouse=True)
def two_chapters(monkeypatch: pytest.MonkeyPatch) -> None:
    chapters = chapter("first"), chapter("second")
    monkeypatch.setattr("nnlab.ui.learn.page.CHAPTERS", chapters)


def test_the_list_says_how_far_each_chapter_is_done() -> None:
    test = opened()
    assert text(test).count("5 minutes") == 2
    test.session_state["LearnState"].answers = {("first", 1): 1.0, ("first", 2): 2}
    test.session_state["LearnState"].answers |= {("second", 1): 1.0}
    ran(test)
    assert "✓ done" in text(test)
    assert "1 of 2 questions" in text(test)


def test_a_chapter_that_is_not_there_is_said_and_the_list_is_shown() -> None:
    test = opened(chapter="third")
    assert "third" in text(test)
    assert "first" in "\n".join(warning.value for warning in test.warning)
    assert test.title[0].value == "Learn"


def test_a_chapter_has_its_parts_and_the_address_keeps_it() -> None:
    test = opened(chapter="second")
    assert test.title[0].value == "2 · Chapter second"
    for part in ("A text.", "moves", "x**2", "https://example.org/tutorial"):
        assert part in text(test)
    assert test.query_params["chapter"] == "second"


@pytest.mark.parametrize(("said", "verdict"), [(1.4, "right"), (1.5, "not as predicted")])
def test_a_prediction_comes_before_the_answer_and_the_code_that_computes_it(
    said: float, verdict: str
) -> None:
    test = opened(chapter="first")
    assert test.button(key="learn_first_1_commit").disabled
    assert "math.sqrt(2)" not in text(test)
    test.number_input(key="learn_first_1").set_value(said)
    ran(test)
    test.button(key="learn_first_1_commit").click()
    ran(test)
    assert verdict in text(test)
    assert "1.414" in text(test)
    assert "return math.sqrt(2)" in text(test)
    assert "Pythagoras" in text(test)


def test_a_choice_is_told_by_its_words() -> None:
    test = opened(chapter="first")
    test.radio(key="learn_first_2").set_value(1)
    ran(test)
    test.button(key="learn_first_2_commit").click()
    ran(test)
    assert "two — not as predicted" in text(test)
