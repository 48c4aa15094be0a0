"""The chapter of the three ways on its page."""

import pytest

from nnlab.errors import NnlabError
from nnlab.ui.learn.chapters.three_ways import steps
from tests.ui.conftest import html
from tests.ui.learn.chapters import opened, ran, text

pytestmark = pytest.mark.usefixtures("quiet_server")


def test_every_layer_of_the_small_network_is_the_same_three_times() -> None:
    test = opened(chapter="three-ways")
    assert text(test).count("Equal in every bit") == 1
    assert "all 8 values" in text(test), "of its first layer, nn.Linear(2, 8)"
    sources = html(test)
    for line in ("F.linear(x, weight1, bias1)", "self.linear1(x)", "network[0](x)"):
        assert line in sources
    (layer,) = [one for one in test.slider if one.label == "After layer"]
    layer.set_value(layer.max)
    ran(test)
    assert text(test).count("Equal in every bit") == 1
    assert html(test) != sources


def test_the_scripts_run_when_they_are_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = tuple((1.0 + number / 1e6, 0.5) for number in range(6))
    monkeypatch.setattr(steps, "_losses", lambda: runs)
    test = opened(chapter="three-ways")
    assert "1.000001000" not in html(test)
    test.button(key="learn_ways_run").click()
    ran(test)
    assert "1.000001000" in html(test)
    assert "0.000001" in text(test)
    test.slider(key="learn_ways_step").set_value(5)
    ran(test)
    assert "1.000005000" in html(test)


def test_scripts_that_fail_are_told_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def failed() -> None:
        raise NnlabError("The scripts did not run to their end: no digits")

    monkeypatch.setattr(steps, "_losses", failed)
    test = opened(chapter="three-ways")
    test.button(key="learn_ways_run").click()
    ran(test)
    assert "no digits" in text(test)
