"""The presentation: larger type on one screen without the form, and keys that press the buttons."""

import pytest

from tests.browser.conftest import Open
from tests.browser.experiments import address, spiral
from tests.browser.lab import Lab
from tests.browser.playground.test_one_screen import is_in_view, plane_of
from tests.browser.server import App

SHOWN = (
    *("train", "step", "reset", "status", "boundary_chart", "figures"),
    *("loss_chart", "accuracy_chart", "past_slider", "present_bar"),
)
HIDDEN = ("form", "settings", "dataset", "lr", "panel_row", "stop")
LETTERS = """() => {
    const main = document.querySelector('.stMain');
    const sizes = {};
    const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const { data, parentElement: element } = walker.currentNode;
        if (!data.trim() || !element.checkVisibility({visibilityProperty: true})) continue;
        if (element.closest('style, [data-testid=stIconMaterial], sub, sup, tspan')) continue;
        sizes[data.trim()] = parseFloat(getComputedStyle(element).fontSize);
    }
    return sizes;
}"""
ROOM = """() => {
    const main = document.querySelector('.stMain');
    return [main.scrollHeight - main.clientHeight, main.scrollWidth - main.clientWidth];
}"""


def presented(app: App, open_page: Open, width: int, height: int) -> Lab:
    lab = open_page(app, width=width, height=height)
    lab.open(f"{address(spiral())}&present=1")
    lab.wait_for("the first picture", lambda: lab.picture("boundary_chart"))
    lab.page.wait_for_selector(".st-key-present_bar button[name=end]")
    return lab


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080)])
def test_plane_and_curves_fill_the_screen_without_the_form(
    app: App, open_page: Open, width: int, height: int
) -> None:
    lab = presented(app, open_page, width, height)
    for key in SHOWN:
        lab.wait_for(f"{key} in view", lambda key=key: is_in_view(lab, key), seconds=20)
    for key in HIDDEN:
        assert not lab.at(key).is_visible(), key
    assert not lab.page.locator(".stAppHeader").is_visible()
    lab.wait_equal("nothing to scroll", lambda: lab.page.evaluate(ROOM), [0, 0])
    lab.wait_for("a large plane", lambda: plane_of(lab)["height"] > 0.7 * height)
    letters = lab.page.evaluate(LETTERS)
    assert len(letters) > 20
    assert {text: size for text, size in letters.items() if size < 20} == {}


def press_of(lab: Lab, button: str, key: str) -> None:
    """Press the key of a button once it can be pressed: the page may answer the last one still."""
    lab.page.locator(f"{button}:enabled").wait_for()
    lab.page.keyboard.press(key)


def test_keys_drive_a_run_and_do_nothing_to_who_types(app: App, open_page: Open) -> None:
    lab = open_page(app, width=1280, height=720).open(address(spiral()))
    press = lab.page.keyboard.press
    press(" ")
    press("ArrowRight")
    lab.click("present")
    lab.page.wait_for_selector(".st-key-present_bar button[name=end]")
    assert "present=1" in lab.page.url
    assert lab.status().step == 0, "no key before the presentation"
    step, on, back = ".st-key-step button", ".nnlab-past [name=on]", ".nnlab-past [name=back]"
    press_of(lab, step, "ArrowRight")
    lab.wait_equal("a step", lambda: lab.status().step, 1)
    press_of(lab, step, "ArrowRight")
    lab.wait_equal("another", lambda: lab.status().step, 2)
    press_of(lab, back, "ArrowLeft")
    lab.wait_for("the past", lambda: "looking at step 1 of 2" in lab.status().text)
    press_of(lab, on, "ArrowRight")
    lab.wait_for("now again", lambda: "looking" not in lab.status().text)
    assert lab.status().step == 2, "the way back from the past trains nothing"
    press_of(lab, ".st-key-resume button", " ")
    lab.wait_step(2)
    press_of(lab, ".st-key-pause button", " ")
    lab.wait_status("paused")
    lab.page.evaluate(
        """() => {
            const field = document.createElement('input');
            field.id = 'typing';
            document.querySelector('.stMain').prepend(field);
            field.focus();
        }"""
    )
    lab.page.keyboard.type(" rR?n")
    lab.must_stand_still()
    assert lab.page.locator("#typing").input_value() == " rR?n"
    lab.page.evaluate("() => document.getElementById('typing').remove()")
    press_of(lab, ".st-key-reset button", "r")
    lab.wait_status("ready")
    press("Escape")
    lab.wait_for("the form", lambda: lab.at("dataset").is_visible())
    assert "present" not in lab.page.url


def test_a_strip_above_takes_its_room_from_the_picture(app: App, open_page: Open) -> None:
    lab = presented(app, open_page, 1280, 720)
    before = plane_of(lab)["height"]
    lab.page.evaluate(
        """() => {
            const strip = document.createElement('div');
            strip.id = 'strip';
            strip.style.cssText = 'flex: none; height: 120px';
            document.querySelector('.stMainBlockContainer').prepend(strip);
        }"""
    )
    lab.wait_for("a smaller plane", lambda: plane_of(lab)["height"] < before - 80)
    lab.wait_equal("nothing to scroll", lambda: lab.page.evaluate(ROOM), [0, 0])
    assert is_in_view(lab, "accuracy_chart")
    lab.page.evaluate("() => document.getElementById('strip').remove()")


def test_a_link_is_copied_where_the_browser_has_no_clipboard(app: App, open_page: Open) -> None:
    lab = open_page(app, width=1280, height=720)
    lab.page.add_init_script(
        """Object.defineProperty(Navigator.prototype, 'clipboard', {value: undefined});
        document.addEventListener('copy', () => (window.copied = document.activeElement.value));"""
    )
    lab.open(address(spiral()))
    lab.click("playground_share")
    lab.page.get_by_text("Rate only", exact=True).click()
    field = lab.page.locator(".nnlab-link input")
    lab.wait_for("the preset", lambda: field.input_value().endswith("&hide=all-but-rate"))
    field.click()
    lab.wait_equal(
        "all of it selected",
        lambda: field.evaluate("one => one.selectionEnd - one.selectionStart"),
        len(field.input_value()),
    )
    lab.page.locator(".nnlab-link button").click()
    lab.wait_for("a word", lambda: lab.page.locator(".nnlab-link p").inner_text() == "Copied.")
    assert lab.page.evaluate("() => window.copied") == field.input_value()
