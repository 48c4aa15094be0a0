"""From Home into a laboratory: the page that opens begins at its top."""

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
    lab.page.evaluate("document.querySelector('.stMain').scrollTo(0, 150)")
    lab.choose("images_architecture", "softmax regression")
    lab.wait_text("7,850")
    assert lab.page.evaluate(SCROLLED) == 150
