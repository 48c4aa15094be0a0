"""From Home into a laboratory: the page that opens begins at its top."""

import pytest
from playwright.sync_api import Locator

from tests.browser.conftest import Open
from tests.browser.server import App

SCROLLED = "document.querySelector('.stMain').scrollTop"


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
    lab.page.evaluate("document.querySelector('.stMain').scrollTo(0, 100)")
    lab.choose("images_architecture", "softmax regression")
    lab.wait_text("7,850")
    assert lab.page.evaluate(SCROLLED) == 100


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (960, 600), (390, 844)])
def test_the_words_of_a_way_in_stand_beneath_its_picture(
    app: App, open_page: Open, width: int, height: int
) -> None:
    lab = open_page(app, width=width, height=height).open("/")
    for way in ("playground", "images", "sweep", "draw"):
        card = lab.at(f"card_{way}")

        def stands_beneath(card: Locator = card) -> bool:
            picture, title = (card.locator(what).first.bounding_box() for what in ("img", "h4"))
            return (
                picture is not None
                and title is not None
                and picture["height"] > 90  # four in a row
                and picture["y"] + picture["height"] <= title["y"]
            )

        lab.wait_for(f"words beneath the picture of {way}", stands_beneath)  # pictures come late
    if width >= 960:
        buttons = {
            lab.box(f"home_open_{way}")["y"] for way in ("playground", "images", "sweep", "draw")
        }
        assert len(buttons) == 1, "the buttons stand in one line"
    overflow = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert lab.page.evaluate(overflow) == 0
