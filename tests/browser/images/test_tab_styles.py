"""The tabs of the Images page look as their style sheet says."""

import pytest

from tests.browser.conftest import Open
from tests.browser.lab import Lab
from tests.browser.server import App

STYLE = """([selector, name]) => {
    const found = document.querySelector(selector);
    return found === null ? null : getComputedStyle(found)[name];
}"""


def style(lab: Lab, selector: str, name: str) -> str | None:
    return lab.page.evaluate(STYLE, [selector, name])


def opened(open_page: Open, app: App, tab: str, **browser: object) -> Lab:
    """An untrained network of the embedded digits, looked into."""
    lab = open_page(app, **browser).open("/images")
    lab.wait_status("ready")
    lab.choose("images_tab", tab)
    return lab


def test_confusion_has_a_bar_for_each_class(app: App, open_page: Open) -> None:
    lab = opened(open_page, app, "Confusion")
    bar = ".nnlab-by-class i"
    lab.wait_equal("a bar", lambda: style(lab, bar, "backgroundColor"), "rgb(0, 114, 178)")
    assert style(lab, bar, "display") == "block"
    assert lab.page.locator(bar).count() == 10


def test_features_keeps_its_sheet_out_of_sight_and_shows_one_picture_at_the_pointer(
    app: App, open_page: Open
) -> None:
    lab = opened(open_page, app, "Features")
    lab.wait_for("the map", lambda: lab.at("images_features_chart").locator(".main-svg").count())
    sheet = ".st-key-features_sprite"
    for side in ("width", "height"):
        lab.wait_equal(side, lambda side=side: style(lab, sheet, side), "0px")
    assert style(lab, sheet, "overflow") == "hidden"
    points = lab.at("images_features_chart").locator(".scatterlayer path.point")
    lab.wait_for("points", points.count)

    def glass() -> bool:
        points.nth(3).hover(force=True)
        return style(lab, ".nnlab-glass", "position") == "absolute"

    lab.wait_for("the magnifier", glass)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_on_a_phone_the_numbers_of_the_x_ray_stand_on_the_pages_own_ground(
    app: App, open_page: Open, dark: bool
) -> None:
    lab = opened(open_page, app, "X-ray", width=390, height=844, dark=dark)
    column = ".st-key-xray .stColumn:first-child"
    lab.wait_for("the numbers", lambda: lab.at("xray_detail").locator("td").count())
    ground = style(lab, ".stApp", "backgroundColor")
    lab.wait_equal("the ground", lambda: style(lab, column, "backgroundColor"), ground)
    assert style(lab, column, "position") == "sticky"
