"""Images on one screen: what a lecturer shows and a student needs is in view, and nothing moves."""

from typing import Any

import pytest

from nnlab.recipes import RECIPES
from tests.browser.conftest import Open
from tests.browser.experiments import address
from tests.browser.lab import Lab
from tests.browser.server import App

HEADER = 60
BUTTONS = ("step", "epoch", "stop", "reset")
CONTROLS = (
    "dataset",
    "images_train_size",
    "images_architecture",
    "images_widths",
    "activation",
    "optimizer",
    "batch_size",
    "images_epochs",
    "lr",
)
RESULTS = ("status", "loss_chart", "accuracy_chart", "figures", "images_tab")
PLACES = ("transport", *BUTTONS, *RESULTS, *CONTROLS, "tab_shown")

SMALL_TEXT = """() => {
    const found = [], main = document.querySelector('.stMain');
    const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    for (let text; (text = texts.nextNode());) {
        const element = text.parentElement, size = parseFloat(getComputedStyle(element).fontSize);
        if (!text.data.trim() || !element.checkVisibility() || size >= 13) continue;
        if (element.closest('[data-testid=stIconMaterial]')) continue;
        found.push(`${text.data.trim()}: ${size}`);
    }
    return found;
}"""
SCROLLED = """() => [...document.querySelectorAll('.stMain *')].filter((element) => {
    const { overflowY } = getComputedStyle(element);
    return /auto|scroll/.test(overflowY) && element.scrollHeight > element.clientHeight + 1;
}).map((element) => element.className)"""
CUT_OFF = """() => [...document.querySelectorAll('.stMain :is(button, label) p, .st-key-status p')]
    .filter((element) => element.checkVisibility() && element.scrollWidth > element.clientWidth + 1)
    .map((element) => element.textContent)"""
IN_TWO = """() => [...document.querySelectorAll('.stMain button p')].filter((element) => {
    const { height } = element.getBoundingClientRect();
    return height > 1.9 * parseFloat(getComputedStyle(element).fontSize);
}).map((element) => element.textContent)"""
PLOT = "key => document.querySelector(`.st-key-${key} .nsewdrag`).getBoundingClientRect().height"
TITLES = """key => {
    const box = (name) => document.querySelector(`.st-key-${key} ${name}`).getBoundingClientRect();
    return [box('.gtitle').right, box('.annotation-text').left];
}"""


def endless() -> str:
    return address(RECIPES["digits-mlp"].experiment.with_set("training.epochs", 10_000), "images")


def ready(lab: Lab) -> Lab:
    lab.wait_status("ready")
    plots = lab.page.locator(".st-key-accuracy_chart .nsewdrag")
    lab.wait_for("the charts", plots.count)
    lab.wait_for("the tab", lambda: lab.page.locator(".nnlab-answers li").count() > 10)
    return lab


def out_of_view(lab: Lab, keys: tuple[str, ...], height: int) -> dict[str, Any]:
    boxes = {key: lab.box(key) for key in keys}
    return {
        key: box
        for key, box in boxes.items()
        if box["y"] < HEADER or box["y"] + box["height"] > height
    }


def boxes(lab: Lab) -> dict[str, Any]:
    return {key: lab.box(key) for key in PLACES}


@pytest.mark.parametrize("recipe", ["digits-mlp", "digits-cnn"])
def test_a_lecturer_shows_all_of_it_on_one_screen(app: App, open_page: Open, recipe: str) -> None:
    lab = open_page(app, width=1280, height=720)
    ready(lab.open(address(RECIPES[recipe].experiment, "images")))
    own = ("images_channels",) if recipe == "digits-cnn" else ("images_widths",)
    controls = tuple(key for key in CONTROLS if key != "images_widths") + own
    assert out_of_view(lab, ("train", *BUTTONS, *RESULTS, *controls), 720) == {}
    progress = lab.page.locator(".nnlab-progress").bounding_box()
    assert progress is not None
    assert HEADER < progress["y"] < lab.box("loss_chart")["y"]
    for key in ("loss_chart", "accuracy_chart"):
        assert lab.page.evaluate(PLOT, key) >= 110, key
    assert lab.box("loss_chart")["y"] == lab.box("accuracy_chart")["y"]
    assert lab.page.evaluate(SMALL_TEXT) == []
    assert lab.page.evaluate(SCROLLED) == []
    assert lab.page.evaluate(CUT_OFF) == []


def test_at_150_percent_words_are_whole_and_train_and_curves_in_view(
    app: App, open_page: Open
) -> None:
    lab = ready(open_page(app, width=960, height=600).open(endless()))
    lab.train()
    assert out_of_view(lab, ("pause", *BUTTONS, *RESULTS), 600) == {}
    assert lab.page.evaluate(CUT_OFF) == []
    assert lab.page.evaluate(IN_TWO) == []
    for key in ("loss_chart", "accuracy_chart"):
        title_ends, key_begins = lab.page.evaluate(TITLES, key)
        assert title_ends < key_begins, key
    lab.click("stop")
    lab.wait_status("stopped")


def test_nothing_moves_when_training_starts_pauses_or_ends(app: App, open_page: Open) -> None:
    lab = ready(open_page(app, width=1280, height=720).open(endless()))
    lab.page.wait_for_timeout(500)
    places = boxes(lab)
    lab.click("train")
    lab.wait_step(200)
    lab.wait_equal("places", lambda: boxes(lab), places)
    lab.click("pause")
    lab.wait_status("paused")
    lab.wait_equal("places", lambda: boxes(lab), places)
    lab.click("stop")
    lab.wait_status("stopped")
    lab.at("result").wait_for()
    lab.wait_equal("places", lambda: boxes(lab), places)
    said, room = lab.box("result"), lab.box("images_outcome")
    assert said["y"] + said["height"] <= room["y"] + room["height"], "the result is cut off"


def test_a_phone_shows_the_result_first_and_leaves_room_below(app: App, open_page: Open) -> None:
    lab = ready(open_page(app, width=390, height=844).open(endless()))
    lab.wait_for("no tremor", lambda: lab.box("loss_chart") == lab.box("loss_chart"))
    below = [lab.box(key)["y"] for key in ("loss_chart", "accuracy_chart", "images_tab", "form")]
    assert below == sorted(below)
    assert len(set(below)) == 4
    assert lab.page.evaluate(CUT_OFF) == []
    ends = lab.box("form")["y"] + lab.box("form")["height"]
    page = "document.querySelector('.stMain').scrollHeight"
    assert lab.page.evaluate(page) - ends >= 130, "a row fixed below would cover the last field"
