"""What a chart sends to the browser: a part that stays is only named, once it is surely there."""

import json
import zlib
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.ui.components.chart_payload import TIMES


def page() -> None:
    import streamlit as st

    from nnlab.figures.boundary import Axis, boundary_figure
    from nnlab.ui.components.chart import show_chart
    from nnlab.ui.components.chart_payload import send_again

    if lacks := st.session_state.get("lacks"):
        send_again(lacks)
    points = {"type": "scatter", "x": [1.0, 2.0], "y": [st.session_state.get("up", 0.5)] * 2}
    axes = (Axis(st.session_state.get("across", "x₁")), Axis("x₂"))
    picture = f"data:image/png;base64,{st.session_state.get('frame', 0)}"
    show_chart(
        boundary_figure(picture, [points], axes=axes, dark=False), key="chart", alt="a plane"
    )


class Browser:
    """Keeps what it was sent, as chart.js does."""

    def __init__(self) -> None:
        self.test = AppTest.from_function(page)
        self.held: dict[str, tuple[str, Any]] = {}
        self.sent: set[str] = set()

    def frame(self, number: int, **state: object) -> dict[str, Any]:
        """The parts of the figure after one more run, those that were only named filled in."""
        for name, value in {"frame": number, **state}.items():
            self.test.session_state[name] = value
        self.test.run()
        assert not self.test.exception
        (chart,) = self.test.get("bidi_component")
        parts = json.loads(zlib.decompress(chart.proto.bytes))["parts"]
        self.sent = {part for part, (_, *what) in parts.items() if what}
        self.held |= {part: (name, what[0]) for part, (name, *what) in parts.items() if what}
        for part, (name, *_) in parts.items():
            assert self.held[part][0] == name
        return {part: self.held[part][1] for part in parts}


@pytest.fixture
def browser() -> Browser:
    """After the frames in which all is sent."""
    browser = Browser()
    for number in range(TIMES):
        browser.frame(number)
        assert browser.sent == {"data", "layout", "images"}
    return browser


def test_what_stays_is_sent_no_more_and_what_moves_is(browser: Browser) -> None:
    figure = browser.frame(TIMES)
    assert browser.sent == {"images"}
    assert figure["images"][0]["source"] == f"data:image/png;base64,{TIMES}"
    assert figure["data"][0]["y"] == [0.5, 0.5]
    assert figure["layout"]["xaxis"]["title"]["text"] == "x₁"


@pytest.mark.parametrize(
    ("name", "value", "part"), [("up", 2.5, "data"), ("across", "h", "layout")]
)
def test_a_part_that_changes_is_sent_at_once_and_again_when_it_changes_back(
    browser: Browser, name: str, value: object, part: str
) -> None:
    before = browser.frame(TIMES)
    after = browser.frame(TIMES + 1, **{name: value})
    assert browser.sent == {"images", part}
    assert after[part] != before[part]
    back = browser.frame(TIMES + 2, **{name: before["data"][0]["y"][0] if name == "up" else "x₁"})
    assert browser.sent == {"images", part}
    assert back[part] == before[part]


def test_a_browser_that_lacks_a_part_is_sent_all_of_the_chart(browser: Browser) -> None:
    browser.frame(TIMES)
    assert browser.sent == {"images"}
    browser.held.clear()
    figure = browser.frame(TIMES + 1, lacks="chart")
    assert browser.sent == {"data", "layout", "images"}
    assert figure["data"][0]["x"] == [1.0, 2.0]


def test_another_session_is_sent_all(browser: Browser) -> None:
    browser.frame(TIMES)
    other = Browser()
    assert other.frame(TIMES)["data"][0]["x"] == [1.0, 2.0]
    assert other.sent == {"data", "layout", "images"}


def test_a_chart_that_was_never_sent_costs_the_others_nothing(browser: Browser) -> None:
    browser.frame(TIMES, lacks="a chart of no page")
    assert browser.sent == {"images"}
