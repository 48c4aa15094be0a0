"""Chapter 9, as a page."""

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.learn.initial_weights.spread import spread
from nnlab.texts import number
from tests.ui.conftest import html
from tests.ui.learn.chapters import opened, ran

pytestmark = pytest.mark.usefixtures("quiet_server")


def words(test: AppTest) -> str:
    return "\n".join([*(e.value for e in (*test.markdown, *test.caption)), html(test)])


def test_the_spread_is_said_and_follows_the_controls() -> None:
    test = opened("initial-weights")
    assert number(spread("normal", "relu", 10).forward[-1]) in words(test)
    test.slider(key="learn_weights_layers").set_value(20)
    test.session_state["learn_weights_scheme"] = "zeros"
    test.session_state["learn_weights_function"] = "tanh"
    ran(test)
    assert "zeros, tanh: forward, the spread is 0 in layer 1 and 0 in layer 20" in words(test)


def test_all_four_train_and_another_setting_asks_again() -> None:
    test = opened("initial-weights")
    test.slider(key="learn_weights_layers").set_value(2)
    ran(test)
    test.button(key="learn_weights_train").click()
    ran(test)
    assert "stay for ever" in words(test)
    assert "%</td>" in html(test)
    test.slider(key="learn_weights_layers").set_value(1)
    ran(test)
    assert "stay for ever" not in words(test)


def test_both_questions_answer() -> None:
    test = opened("initial-weights")
    test.number_input(key="learn_initial-weights_1").set_value(14.0)
    ran(test)
    test.button(key="learn_initial-weights_1_commit").click()
    ran(test)
    test.radio(key="learn_initial-weights_2").set_value(2)
    ran(test)
    test.button(key="learn_initial-weights_2_commit").click()
    ran(test)
    assert "9.915 — not as predicted" in html(test)
    assert "Only the biases of the last layer — right" in html(test)
