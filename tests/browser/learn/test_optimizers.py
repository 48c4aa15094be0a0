"""The race in a browser: it plays, its start is moved by hand and by key, and nothing jumps."""

from tests.browser.conftest import Open
from tests.browser.lab import Lab
from tests.browser.server import App

HANDLE = ".nnlab-race .start"


def race(lab: Lab) -> Lab:
    lab.page.emulate_media(reduced_motion="reduce")
    lab.open("/learn?chapter=optimizers")
    lab.page.wait_for_selector(".nnlab-race tbody tr")
    return lab


def value(lab: Lab, key: str) -> float:
    return float(lab.at(key).locator("input").first.input_value())


def cells(lab: Lab) -> list[str]:
    return lab.page.locator(".nnlab-race tbody td:last-child").all_inner_texts()


def test_the_race_is_played_and_stepped_through(app: App, open_page: Open) -> None:
    lab = race(open_page(app, width=1280, height=720))
    button = lab.page.locator(".nnlab-race .play button")
    assert lab.page.locator(".nnlab-race output").inner_text() == "step 200 of 200"
    assert len(set(cells(lab))) > 1
    button.nth(0).click()
    lab.wait_text("step 0 of 200")
    assert len(set(cells(lab))) == 1, "all begin at the same place"
    box = lab.page.locator(".nnlab-race").bounding_box()
    button.nth(3).click()
    lab.wait_text("step 1 of 200")
    button.nth(2).press("Enter")
    lab.wait_for("some steps", lambda: "step 1 of" not in lab.text())
    button.nth(2).click()
    assert lab.page.locator(".nnlab-race").bounding_box() == box


def test_the_start_is_dragged_and_moved_by_arrow_keys(app: App, open_page: Open) -> None:
    lab = race(open_page(app, width=390, height=844))
    wide = lab.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    lab.page.get_by_text("Start, steps, momentum").click()
    lab.wait_equal("start", lambda: value(lab, "learn_optimizers_start_x"), 1.5)
    before = cells(lab)
    handle = lab.page.locator(HANDLE)
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lab.page.mouse.move(x, y)
    lab.page.mouse.down()
    lab.page.mouse.move(x - 60, y, steps=3)
    lab.page.mouse.up()
    moved = lab.wait_for(
        "another start",
        lambda: (now := value(lab, "learn_optimizers_start_x")) < 1.4 and now,
    )
    lab.wait_for("other ways", lambda: cells(lab) != before)
    handle.focus()
    lab.page.keyboard.press("ArrowRight")
    lab.wait_for("one step to the right", lambda: value(lab, "learn_optimizers_start_x") > moved)
