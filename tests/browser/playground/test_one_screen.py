"""The Playground on one screen: what a lecture needs in view, on a phone the result first."""

from collections.abc import Mapping
from typing import Any

import pytest

from nnlab.runs.record.log import EventReader
from tests.browser.conftest import Open
from tests.browser.experiments import address, spiral
from tests.browser.lab import Lab
from tests.browser.server import App

LISTED = (
    *("dataset", "inputs", "playground_hidden_layers", "activation", "lr", "optimizer"),
    *("penalties", "batch_size", "train", "step", "epoch", "stop", "reset", "status"),
    *("network_drawing", "boundary_chart", "figures", "loss_chart", "accuracy_chart"),
    *("past_slider",),
)
PLANE, CURVE, TEXT = 280, 110, 13
"""The least pixels: of the plane's side, of a chart's height, of a letter."""

SMALL_TEXTS = """least => {
    const main = document.querySelector('.stMain');
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    const small = [];
    while (walker.nextNode()) {
        const text = walker.currentNode, element = text.parentElement;
        if (!text.data.trim() || !element.checkVisibility({visibilityProperty: true})) continue;
        if (element.closest('style, template, [data-testid=stIconMaterial], sub, sup')) continue;
        const size = parseFloat(getComputedStyle(element).fontSize);
        if (size < least) small.push(`${text.data.trim()} ${size}`);
    }
    return small;
}"""
SCROLLED_BOXES = """() => [...document.querySelectorAll('.stMain *')].filter(element => {
    const {overflowY, overflowX} = getComputedStyle(element);
    const scrolls = (how, size, room) => /auto|scroll/.test(how) && size > room + 1;
    return scrolls(overflowY, element.scrollHeight, element.clientHeight)
        || scrolls(overflowX, element.scrollWidth, element.clientWidth);
}).map(element => element.outerHTML.slice(0, 120))"""
BROKEN_WORDS = """() => [...document.querySelectorAll('.stMain button p')]
    .filter(({scrollWidth, clientWidth}) => scrollWidth > clientWidth + 1)
    .map(element => element.textContent)"""


def plane_of(lab: Lab) -> Mapping[str, Any]:
    """The rectangle of the axes."""
    return lab.at("boundary_chart").locator(".nsewdrag").bounding_box() or {}


def is_in_view(lab: Lab, key: str) -> bool:
    box, size = lab.box(key), lab.page.viewport_size
    assert size is not None
    inside = box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
    return inside and box["y"] >= 0 and box["y"] + box["height"] <= size["height"]


def opened(app: App, open_page: Open, width: int, height: int) -> Lab:
    lab = open_page(app, width=width, height=height).open(address(spiral()))
    lab.wait_for("the first picture", lambda: lab.picture("boundary_chart"))
    lab.page.wait_for_selector(".st-key-accuracy_chart .nsewdrag", state="attached")
    return lab


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (960, 600), (1440, 900)])
def test_everything_that_a_lecture_needs_is_in_view(
    app: App, open_page: Open, width: int, height: int
) -> None:
    lab = opened(app, open_page, width, height)
    for key in LISTED:
        lab.wait_for(f"{key} in view", lambda key=key: is_in_view(lab, key), seconds=20)
    heads = lab.page.locator(".nnlab-width")
    assert heads.count() == len(spiral().model.layers) // 2, "each hidden layer says its width"
    assert lab.page.evaluate(SMALL_TEXTS, TEXT) == []
    assert lab.page.evaluate(SCROLLED_BOXES) == [] or width < 1280
    assert lab.page.evaluate(BROKEN_WORDS) == []
    assert min(lab.box(key)["height"] for key in ("loss_chart", "accuracy_chart")) >= CURVE
    plane = plane_of(lab)
    assert plane["width"] == pytest.approx(plane["height"], abs=1), "the plane is a square"
    if width >= 1280:
        assert plane["width"] >= PLANE


def test_a_phone_has_train_in_reach_wherever_it_is_scrolled(app: App, open_page: Open) -> None:
    lab = opened(app, open_page, 390, 844)
    plane = plane_of(lab)
    assert plane["width"] >= PLANE
    assert plane["y"] + plane["height"] < 844
    lab.train()
    for down in (0, 400, 4000):
        lab.page.locator(".stMain").evaluate("(main, top) => main.scrollTo(0, top)", down)
        for key in ("pause", "step", "reset", "status"):
            lab.wait_for(f"{key} in view at {down}", lambda key=key: is_in_view(lab, key))
    assert lab.page.evaluate(SMALL_TEXTS, TEXT) == []
    lab.click("stop")
    lab.wait_status("stopped")


def test_on_a_phone_one_trains_looks_changes_the_rate_and_looks(app: App, open_page: Open) -> None:
    lab = opened(app, open_page, 390, 844)
    run = lab.train()
    first = lab.picture("boundary_chart")
    lab.wait_for("another picture", lambda: lab.picture("boundary_chart") != first)
    rate = lab.at("lr").locator("[role=slider], input[type=range]").first
    rate.scroll_into_view_if_needed()
    lab.wait_for("the slider above the buttons", lambda: is_above(lab, "lr", "transport"))
    rate.focus()
    lab.page.keyboard.press("ArrowRight")

    def told() -> list[float]:
        events = EventReader(run).read_new()
        sets = [e.set for e in events if e.type == "control_applied" and e.set]
        return [one["value"] for one in sets if one["path"] == "training.optimizer.lr"]

    assert lab.wait_for("the rate told to the run", told) == [0.03]
    assert lab.status().word == "running", "the same run goes on"
    lab.page.locator(".stMain").evaluate("main => main.scrollTo(0, 0)")
    lab.wait_for("the plane in view", lambda: is_in_view(lab, "boundary_chart"))
    then = lab.picture("boundary_chart")
    lab.wait_for("a picture that moves on", lambda: lab.picture("boundary_chart") != then)
    lab.click("stop")
    lab.wait_status("stopped")


def is_above(lab: Lab, key: str, other: str) -> bool:
    box = lab.box(key)
    return box["y"] >= 0 and box["y"] + box["height"] <= lab.box(other)["y"]
