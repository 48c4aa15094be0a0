"""Chapter 4, as a page."""

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.learn.softmax.scores import Scores
from nnlab.learn.softmax.steps import steps_of
from nnlab.texts import number
from tests.ui.conftest import html
from tests.ui.learn.chapters import opened, ran

pytestmark = pytest.mark.usefixtures("quiet_server")


def test_the_table_has_pytorchs_digits_of_what_was_set() -> None:
    test = opened(chapter="softmax")
    scores = Scores((1.5, -2.25, 0.5), 2, 2.0, 0.1)
    test.session_state["learn_softmax_scores"] = scores
    ran(test)
    steps = steps_of(scores)
    for value in (*steps.probabilities.tolist(), *steps.gradient.tolist(), steps.loss):
        assert f"<td>{number(value, None)}</td>" in html(test)


def test_each_closer_look_opens_and_overflow_is_seen() -> None:
    test = opened(chapter="softmax")
    for look in ("losses", "sigmoid", "overflow"):
        test.session_state["learn_softmax_closer"] = look
        ran(test)
    assert "NaN" not in html(test)
    test.slider(key="learn_softmax_shift").set_value(90)
    ran(test)
    assert "NaN" in html(test)
    assert "∞" in html(test)


def test_a_problem_of_the_picture_is_said() -> None:
    test: AppTest = opened(chapter="softmax")
    test.session_state["learn_softmax_problem"] = "The picture has 2 to 6 logits."
    ran(test)
    assert "2 to 6 logits" in test.error[0].value
