"""Draw, by mouse and by finger, in the real app."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nnlab.runs import Store
from tests.browser.conftest import Open
from tests.browser.lab import Lab
from tests.browser.server import App, running_app

ONE = ((120, 75), (142, 50), (142, 230))
SEVEN = ((80, 60), (190, 60), (120, 230))


@pytest.fixture
def fresh_app(tmp_path: Path) -> Iterator[App]:
    """A server without any run."""
    with running_app(tmp_path) as app:
        yield app


def open_draw(lab: Lab) -> Lab:
    lab.open("/draw")
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


def train_reader(lab: Lab) -> None:
    """Press the one button, and wait until it is done."""
    lab.click("train_reader")
    lab.wait_for("a progress bar", lambda: lab.at("reader_progress").count())
    lab.wait_for("its end", lambda: not lab.at("reader_progress").count(), seconds=180)
    lab.wait_for("the model", lambda: lab.at("model").count())


def test_from_an_empty_lab_to_a_one_that_is_read(fresh_app: App, open_page: Open) -> None:
    lab = open_draw(open_page(fresh_app))
    empty = received(lab)
    draw(lab, *ONE)
    lab.wait_for("the picture to change", lambda: received(lab) != empty)
    lab.wait_for("nobody to have read it", lambda: answer(lab) == "?")
    train_reader(lab)
    lab.wait_for("a 1 to be read", lambda: answer(lab) == "1")
    lab.wait_for("words", lambda: "It reads a 1 (" in lab.at("prediction").inner_text())
    model = lab.at("model").locator("input")
    lab.wait_for("its accuracy", lambda: "validation accuracy" in model.input_value())
    lab.click("clear")
    lab.wait_for("an empty sheet", lambda: "Nothing is drawn yet" in lab.text())
    lab.wait_equal("the picture", lambda: received(lab), empty)
    draw(lab, *SEVEN)
    lab.wait_for("a 7 to be read", lambda: answer(lab) == "7")


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
        lab.click("undo")
        lab.wait_for("the one stroke again", lambda: received(lab) == one)
    lab.page.get_by_role("link", name="Runs").first.click()
    lab.wait_for("the other page", lambda: not lab.at("canvas").count())
    lab.page.get_by_role("link", name="Draw").first.click()
    lab.wait_for("the drawing", lambda: lab.at("canvas").count() and received(lab) == one)
    draw(lab, (40, 200), (240, 200))
    lab.wait_for("a stroke beside the old one", lambda: received(lab) != one)
    lab.click("undo")
    lab.wait_for("the old one alone", lambda: received(lab) == one)


def test_a_model_deleted_in_another_tab_is_told_at_the_next_stroke(
    fresh_app: App, open_page: Open
) -> None:
    lab = open_draw(open_page(fresh_app))
    train_reader(lab)
    store = Store(fresh_app.runs_dir)
    store.delete(store.summaries()[0].run.id)
    draw(lab, *ONE)
    lab.wait_text("its run was deleted")
    lab.wait_for("the button", lambda: lab.at("train_reader").count() == 1)


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


def test_a_picture_file_goes_the_same_way_and_a_bad_one_is_a_message(
    app: App, open_page: Open, tmp_path: Path
) -> None:
    from PIL import Image, ImageDraw

    lab = open_draw(open_page(app))
    empty = received(lab)
    lab.choose("source", "File")
    photo = Image.new("L", (640, 480), 230)
    ImageDraw.Draw(photo).line([(320, 80), (320, 400)], fill=30, width=30)
    photo.save(tmp_path / "one.png")
    chooser = lab.at("picture_file").locator("input[type=file]")
    chooser.set_input_files(tmp_path / "one.png")
    lab.wait_for("the picture", lambda: received(lab) != empty)
    (tmp_path / "bad.png").write_text("no picture")
    chooser.set_input_files(tmp_path / "bad.png")
    lab.wait_text("no picture that can be read here")
