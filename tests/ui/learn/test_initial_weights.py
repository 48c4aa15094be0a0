"""Chapter 9, as a page."""

import pytest

from nnlab.learn.initial_weights.spread import spread
from nnlab.texts import number
from tests.ui.conftest import html
from tests.ui.learn.chapters import opened, ran, text

pytestmark = pytest.mark.usefixtures("quiet_server")


def test_the_spread_is_said_and_follows_the_controls() -> None:
    test = opened(chapter="initial-weights")
    assert number(spread("normal", "relu", 10).forward[-1]) in text(test)
    test.slider(key="learn_weights_layers").set_value(20)
    test.session_state["learn_weights_scheme"] = "zeros"
    test.session_state["learn_weights_function"] = "tanh"
    ran(test)
    assert "zeros, tanh: forward, the spread is 0 in layer 1 and 0 in layer 20" in text(test)


def test_all_four_train_and_another_setting_asks_again() -> None:
    test = opened(chapter="initial-weights")
    test.slider(key="learn_weights_layers").set_value(2)
    ran(test)
    assert "of 2 layers, the last of 10 units and those before of 32, learns" in text(test)
    test.button(key="learn_weights_train").click()
    ran(test)
    assert "from two layers on, zeros stay there" in text(test)
    assert "%</td>" in html(test)
    test.slider(key="learn_weights_layers").set_value(1)
    ran(test)
    assert "zeros stay there" not in text(test)
    assert "A network of 1 layer, Linear(64, 10), learns" in text(test)
