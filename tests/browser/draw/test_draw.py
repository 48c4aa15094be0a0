"""Draw, by mouse and by finger, in the real app."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from nnlab.models import build
from nnlab.recipes import get
from nnlab.runs.record.checkpoints import save_live
from nnlab.runs.store import Store
from tests.browser.conftest import Open
from tests.browser.lab import Lab
from tests.browser.server import App, running_app

ONE = ((120, 75), (142, 50), (142, 230))
MAIN = "document.querySelector('.stMain')"


def make_reader(app: App) -> str:
    """A model by its id: a CNN with the weights that training begins with."""
    run = Store(app.runs_dir).create(get("digits-cnn").experiment, name="reader")
    save_live(run.path, build(run.experiment.model, (1, 28, 28)).state_dict(), 0)
    return run.id


@pytest.fixture
def reader(app: App) -> Iterator[str]:
    """A model of the shared server."""
    run_id = make_reader(app)
    yield run_id
    Store(app.runs_dir).delete(run_id)


@pytest.fixture
def fresh_app(tmp_path: Path) -> Iterator[App]:
    """A server without any run."""
    with running_app(tmp_path) as app:
        yield app


def open_draw(lab: Lab, run: str = "") -> Lab:
    lab.open(f"/draw?run={run}" if run else "/draw")
    lab.page.wait_for_selector(".st-key-canvas canvas >> nth=-1")
    return lab


def draw(lab: Lab, *stroke: tuple[float, float]) -> None:
    """One stroke of the mouse, in pixels of the canvas."""
    lab.page.wait_for_selector(".st-key-canvas canvas >> nth=-1")
    box = lab.page.locator(".st-key-canvas canvas").last.bounding_box()
    assert box is not None
    points = [(box["x"] + x, box["y"] + y) for x, y in stroke]
    lab.page.mouse.move(*points[0])
    lab.page.wait_for_timeout(400)
    lab.page.mouse.down()
    for x, y in points[1:]:
        lab.page.mouse.move(x, y, steps=8)
    lab.page.mouse.up()


def touch(lab: Lab, *stroke: tuple[float, float]) -> None:
    """One stroke of a finger, in pixels of the canvas."""
    box = lab.page.locator(".st-key-canvas canvas").last.bounding_box()
    assert box is not None
    browser = lab.page.context.new_cdp_session(lab.page)
    browser.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    points = [
        {"x": box["x"] + x0 + (x1 - x0) * i / 8, "y": box["y"] + y0 + (y1 - y0) * i / 8}
        for (x0, y0), (x1, y1) in pairwise(stroke)
        for i in range(9)
    ]
    kinds = ["touchStart"] + ["touchMove"] * (len(points) - 1)
    for kind, point in zip(kinds, points, strict=True):
        browser.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    browser.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def answer(lab: Lab) -> str:
    """The large digit, `–` before there is one."""
    return lab.page.locator(".nnlab-answer b").inner_text()


def received(lab: Lab) -> str:
    """The address of the picture that the network receives."""
    return (
        lab.page.locator(".st-key-desk img[alt^='The picture that the network']").get_attribute(
            "src"
        )
        or ""
    )


def test_an_empty_lab_reads_a_one_at_once_and_a_reader_of_ones_own_beside_it(
    fresh_app: App, open_page: Open
) -> None:
    lab = open_draw(open_page(fresh_app))
    empty = received(lab)
    draw(lab, *ONE)
    lab.wait_for("the picture to change", lambda: received(lab) != empty)
    lab.wait_for("a 1 to be read", lambda: answer(lab) == "1")
    assert "By the weights that ship with nnlab." in lab.at("prediction").inner_text()
    lab.click("draw_train_reader")
    lab.wait_for("its own", lambda: "By the weights of step" in lab.text(), seconds=180)
    lab.wait_for("a 1 to be read", lambda: answer(lab) == "1", seconds=180)
    assert "It reads a 1 (" in lab.at("prediction").inner_text()
    beside = lab.at("beside").inner_text()
    assert "draw-ready, which ships with nnlab, reads" in beside
    assert "1" in beside
    # A fast machine may be done by now, and the button gone.
    lab.page.evaluate("document.querySelector('.st-key-draw_stop_reader button')?.click()")
    lab.wait_for("its end", lambda: not lab.at("reader_progress").count(), seconds=60)
    label = lab.at("draw_model").locator("input")
    lab.wait_for("how good it is", lambda: "validation accuracy" in label.input_value())
    lab.click("draw_clear")
    lab.wait_for("an empty sheet", lambda: "Nothing is drawn yet" in lab.text())
    lab.wait_for("an empty picture", lambda: received(lab) == empty)


def test_the_drawing_outlives_undo_and_a_visit_to_another_page(
    fresh_app: App, open_page: Open
) -> None:
    lab = open_draw(open_page(fresh_app))
    empty = received(lab)
    draw(lab, *ONE)
    lab.wait_for("the picture", lambda: received(lab) != empty)
    one = received(lab)
    for _ in range(2):  # the same undo twice
        draw(lab, (40, 200), (240, 200))
        lab.wait_for("a second stroke", lambda: received(lab) != one)
        lab.click("draw_undo")
        lab.wait_for("the one stroke again", lambda: received(lab) == one)
    lab.page.get_by_role("link", name="Runs").first.click()
    lab.wait_for("the other page", lambda: not lab.at("canvas").count())
    lab.page.get_by_role("link", name="Draw").first.click()
    lab.wait_for("the drawing", lambda: lab.at("canvas").count() and received(lab) == one)
    draw(lab, (40, 200), (240, 200))
    lab.wait_for("a stroke beside the old one", lambda: received(lab) != one)
    lab.click("draw_undo")
    lab.wait_for("the old one alone", lambda: received(lab) == one)


def test_the_eraser_takes_ink_away_and_two_digits_are_read_each_in_its_box(
    app: App, reader: str, open_page: Open
) -> None:
    lab = open_draw(open_page(app), reader)
    empty = received(lab)
    draw(lab, (70, 60), (70, 220))
    lab.wait_for("the picture", lambda: received(lab) != empty)
    one = received(lab)
    lab.choose("draw_tool", "Eraser")
    draw(lab, (40, 140), (100, 140))
    lab.wait_for("less ink", lambda: received(lab) != one)
    lab.click("draw_undo")
    lab.wait_for("the stroke whole again", lambda: received(lab) == one)
    lab.choose("draw_tool", "Pen")
    draw(lab, (200, 60), (200, 220))
    boxes = lab.page.locator(".nnlab-boxes i")
    lab.wait_for("a box for each", lambda: boxes.count() == 2)
    lab.wait_text("1st of 2: It reads")
    lab.choose("draw_digit", "2nd")
    lab.wait_text("2nd of 2: It reads")
    lab.click("draw_clear")
    lab.wait_text("Nothing is drawn yet")
    lab.wait_for("no box, an empty picture", lambda: not boxes.count() and received(lab) == empty)


def test_x_ray_takes_apart_the_pixel_that_is_pointed_at_by_mouse_and_by_key(
    app: App, reader: str, open_page: Open
) -> None:
    lab = open_draw(open_page(app), reader)
    draw(lab, *ONE)
    lab.wait_text("It reads a")
    lab.choose("draw_panel_choice", "X-ray")
    sheet = lab.page.locator(".nnlab-xray section:nth-child(3) img")
    lab.wait_for("the maps of the first convolution", lambda: sheet.count())
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box is not None
    width = 8 * 24 + 7  # eight maps of 24×24, a pixel between them
    x, y = 1 * 25 + 4 + 0.5, 2 + 0.5
    sheet.click(position={"x": x * box["width"] / width, "y": y * box["height"] / 24})
    lab.wait_text("Layer 2, Conv2d: map 2, row 3, column 5")
    lab.page.keyboard.press("ArrowDown")
    lab.wait_text("Layer 2, Conv2d: map 2, row 4, column 5")
    assert "the network's own value" in lab.at("xray_detail").inner_text()


def test_a_model_deleted_in_another_tab_is_told_at_the_next_stroke(
    fresh_app: App, open_page: Open
) -> None:
    run_id = make_reader(fresh_app)
    lab = open_draw(open_page(fresh_app))
    lab.wait_for("the model", lambda: lab.at("draw_model").count())
    Store(fresh_app.runs_dir).delete(run_id)
    draw(lab, *ONE)
    lab.wait_text("its run was deleted")
    lab.wait_for("the button", lambda: lab.at("draw_train_reader").count() == 1)


def test_the_canvas_fits_a_phone_and_a_finger_draws_without_scrolling(
    app: App, open_page: Open
) -> None:
    lab = open_draw(open_page(app, width=390, height=844))
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= 390
    box = lab.box("canvas")
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    canvas = lab.page.locator(".st-key-canvas canvas").last
    assert canvas.evaluate("canvas => getComputedStyle(canvas).touchAction") == "none"
    empty = received(lab)
    lab.page.evaluate(f"{MAIN}.scrollBy(0, 60)")
    scrolled = lab.page.evaluate(f"{MAIN}.scrollTop")
    assert scrolled > 0, "the page could scroll"
    touch(lab, *ONE)
    lab.wait_for("the picture", lambda: received(lab) != empty)
    assert lab.page.evaluate(f"{MAIN}.scrollTop") == scrolled


def test_a_picture_file_goes_the_same_way_and_a_bad_one_is_a_message(
    app: App, open_page: Open, tmp_path: Path
) -> None:
    from PIL import Image, ImageDraw

    lab = open_draw(open_page(app))
    empty = received(lab)
    lab.choose("draw_source", "File")
    photo = Image.new("L", (640, 480), 230)
    ImageDraw.Draw(photo).line([(320, 80), (320, 400)], fill=30, width=30)
    photo.save(tmp_path / "one.png")
    chooser = lab.at("draw_picture_file").locator("input[type=file]")
    chooser.set_input_files(tmp_path / "one.png")
    lab.wait_for("the picture", lambda: received(lab) != empty)
    (tmp_path / "bad.png").write_text("no picture")
    chooser.set_input_files(tmp_path / "bad.png")
    lab.wait_text("no picture that can be read here")
