"""Nothing moves when training starts, and a phone shows all of it."""

from typing import Any

from tests.browser.conftest import Open
from tests.browser.experiments import address, spiral
from tests.browser.lab import Lab
from tests.browser.server import App

BUTTONS = ("step", "epoch", "stop", "reset")
PLACES = (
    "transport",
    *BUTTONS,
    "boundary_chart",
    "network_drawing",
    "loss_chart",
    "accuracy_chart",
    "figures",
)

WATCH = """() => {
    window.seen = [];
    new MutationObserver(() => {
        const box = document.querySelector('.st-key-stop').getBoundingClientRect();
        const place = [Math.round(box.x), Math.round(box.y)].join();
        if (!window.seen.includes(place)) window.seen.push(place);
    }).observe(document.querySelector('.stMain'), {childList: true, subtree: true});
}"""
"""Notes every place at which Stop stands, whenever elements come or go."""


def boxes(lab: Lab) -> dict[str, Any]:
    return {key: lab.box(key) for key in PLACES}


def test_nothing_moves_when_training_starts_pauses_or_ends(lab: Lab) -> None:
    lab.open(address(spiral()))
    lab.wait_for("the first picture", lambda: lab.picture("boundary_chart"))
    lab.page.wait_for_timeout(500)
    untrained = boxes(lab)
    lab.click("train")
    lab.wait_step(500)
    lab.wait_equal("places", lambda: boxes(lab), untrained)
    lab.click("pause")
    lab.wait_status("paused")
    lab.wait_equal("places", lambda: boxes(lab), untrained)
    lab.click("stop")
    lab.wait_status("stopped")
    lab.wait_equal("places", lambda: boxes(lab), untrained)


def test_one_button_gives_way_to_another_without_pushing_the_rest_aside(lab: Lab) -> None:
    # For a moment both are on the page: a click on Stop must not miss it.
    lab.open(address(spiral()))
    lab.train()
    lab.page.evaluate(WATCH)
    for key, word in (("pause", "paused"), ("resume", "running")) * 3:
        lab.click(key)
        lab.wait_status(word)
    seen = lab.page.evaluate("window.seen")
    assert len(seen) == 1, f"Stop was seen at {seen}"


def test_a_phone_shows_the_result_first_and_every_button(app: App, open_page: Open) -> None:
    lab = open_page(app, width=390, height=844).open(address(spiral()))
    lab.wait_for("the first picture", lambda: lab.picture("boundary_chart"))
    overflow = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert lab.page.evaluate(overflow) == 0
    for key in ("train", *BUTTONS):
        box = lab.box(key)
        assert box["x"] >= 0, key
        assert box["x"] + box["width"] <= 390, key
    below = [lab.box(key)["y"] for key in ("boundary_chart", "network_drawing", "form")]
    assert below == sorted(below)
    assert len(set(below)) == 3
    lab.train()
    assert lab.page.evaluate(overflow) == 0
    lab.click("stop")
    lab.wait_status("stopped")
