"""From Home into a laboratory: the page that opens begins at its top."""

import pytest

from tests.browser.conftest import Open
from tests.browser.lab import Lab
from tests.browser.server import App

HEIGHT = "document.querySelector('.stMain').scrollHeight"
SCROLLED = "document.querySelector('.stMain').scrollTop"


def stands(lab: Lab) -> bool:
    """Whether nothing is placed anew within a second."""
    seen = []
    for _look in range(5):
        seen.append((lab.box("images_architecture")["y"], lab.page.evaluate(HEIGHT)))
        lab.page.wait_for_timeout(250)
    return len(set(seen)) == 1


def test_a_recipe_far_down_opens_at_the_top_of_its_page_each_time(
    app: App, open_page: Open
) -> None:
    lab = open_page(app, width=1280, height=720)
    lab.open("/")
    for _visit in range(2):
        recipe = lab.page.locator("[class*='st-key-home_open_recipe_'] button").last
        recipe.scroll_into_view_if_needed()
        lab.wait_for("a page that is scrolled", lambda: lab.page.evaluate(SCROLLED) > 200)
        recipe.click()
        lab.at("recipe_head").wait_for()
        lab.at("status").wait_for()
        lab.wait_for("its top", lambda: lab.page.evaluate(SCROLLED) == 0, seconds=10)
        assert lab.box("recipe_head")["y"] < 200
        lab.page.get_by_role("link", name="nnlab").first.click()
        lab.at("recipes").wait_for()


def test_a_page_that_runs_again_stays_where_it_was_scrolled(app: App, open_page: Open) -> None:
    lab = open_page(app, width=1280, height=500).open("/images")
    lab.wait_status("ready")
    lab.at("images_tab").wait_for()
    lab.wait_for("a page that stands", lambda: stands(lab))
    lab.page.evaluate("document.querySelector('.stMain').scrollTo(0, 60)")
    lab.choose("images_architecture", "softmax regression")
    lab.wait_text("7,850")
    assert lab.page.evaluate(SCROLLED) == 60


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_the_ways_in_stand_on_one_screen_and_nothing_overflows(
    app: App, open_page: Open, width: int, height: int
) -> None:
    lab = open_page(app, width=width, height=height).open("/")
    ways = ("playground", "images", "sweep", "draw")
    for way in ways:
        lab.at(f"home_open_{way}").wait_for()
    if width == 1280:
        lab.at("living").locator("canvas[style]").wait_for()
        ends = [box["y"] + box["height"] for box in (lab.box(f"home_open_{way}") for way in ways)]
        assert max(ends) <= height
    overflow = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert lab.page.evaluate(overflow) == 0


def test_what_plays_moves_in_sight_and_stands_still_out_of_it_and_by_its_button(
    app: App, open_page: Open
) -> None:
    lab = open_page(app, width=1280, height=720).open("/")
    lab.at("living").locator("canvas[style]").wait_for()
    player = "document.querySelector('.nnlab-living').nnlab"

    def moves() -> bool:
        before = lab.page.evaluate(f"{player}.frames")
        lab.page.wait_for_timeout(600)
        return lab.page.evaluate(f"{player}.frames") > before

    lab.wait_for("a picture that moves", moves)
    lab.page.evaluate("document.querySelector('.stMain').scrollTo(0, 5000)")
    lab.wait_for("a picture that waits out of sight", lambda: not moves())
    lab.page.evaluate("document.querySelector('.stMain').scrollTo(0, 0)")
    lab.wait_for("a picture that goes on", moves)
    button = lab.at("living").locator("button")
    button.focus()
    lab.page.keyboard.press("Enter")
    lab.wait_for("its other word", lambda: button.inner_text() == "Play")
    lab.wait_for("a picture that was stopped", lambda: not moves())


def test_who_asks_for_no_motion_sees_the_end_and_may_play_it(app: App, open_page: Open) -> None:
    lab = open_page(app, width=1280, height=720)
    lab.page.emulate_media(reduced_motion="reduce")
    lab.open("/")
    lab.at("living").locator("canvas[style]").wait_for()
    assert "20,000" in lab.at("living").inner_text()
    assert lab.at("living").locator("button").inner_text() == "Play"
