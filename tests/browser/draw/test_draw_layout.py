"""Draw on one screen: the sheet, what the network receives, its answer, and who reads."""

from collections.abc import Iterator

import pytest

from nnlab.runs.store import Store
from tests.browser.conftest import Open, Start
from tests.browser.draw.test_draw import ONE, draw, make_reader, open_draw
from tests.browser.lab import Lab
from tests.browser.server import App

HEADER = 60
RECEIVED = ".st-key-desk img[alt^='The picture that the network']"
BARS = ".st-key-draw_probabilities .main-svg >> nth=0"
Box = dict[str, float]


@pytest.fixture
def reader(app: App) -> Iterator[str]:
    """A model of the shared server."""
    run_id = make_reader(app)
    yield run_id
    Store(app.runs_dir).delete(run_id)


def place(lab: Lab, selector: str) -> Box:
    box: Box = lab.wait_for(selector, lab.page.locator(selector).first.bounding_box)
    return {name: float(str(value)) for name, value in box.items()}


def lowest(boxes: list[Box]) -> float:
    return max(box["y"] + box["height"] for box in boxes)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (960, 600)])
def test_sheet_input_and_answer_stand_side_by_side_on_one_screen(
    app: App, open_page: Open, reader: str, width: int, height: int
) -> None:
    lab = open_draw(open_page(app, width=width, height=height), reader)
    draw(lab, *ONE)
    lab.wait_text("It reads a")
    model, sheet, tools = (lab.box(key) for key in ("draw_model", "canvas", "tools"))
    received, bars = place(lab, RECEIVED), place(lab, BARS)
    assert model["y"] >= HEADER
    assert lowest([model, sheet, tools, lab.box("draw_pen_width"), received, bars]) <= height
    assert abs(sheet["y"] - received["y"]) <= 1
    assert sheet["x"] + sheet["width"] < received["x"]
    assert received["x"] + received["width"] < bars["x"]
    assert bars["x"] + bars["width"] <= width
    if height >= 720:
        assert lowest([lab.box("draw_panel_choice")]) <= height
    canvas = place(lab, ".st-key-canvas iframe, .st-key-canvas canvas >> nth=-1")
    assert (canvas["width"], sheet["width"]) == (280, 280), "the sheet is cut off"


def test_a_phone_shows_the_sheet_then_the_answer(app: App, open_page: Open, reader: str) -> None:
    lab = open_draw(open_page(app, width=390, height=844), reader)
    draw(lab, *ONE)
    lab.wait_text("It reads a")
    sheet, said = lab.box("canvas"), place(lab, ".nnlab-answer")
    assert sheet["y"] + sheet["height"] < said["y"]
    assert said["y"] + said["height"] <= 844
    assert said["y"] < place(lab, RECEIVED)["y"]
    assert lab.page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (390, 844)])
def test_the_sheet_stays_in_its_place_while_the_first_reader_is_trained(
    start_app: Start, open_page: Open, width: int, height: int
) -> None:
    lab = open_draw(open_page(start_app(), width=width, height=height))
    lab.at("draw_train_reader").wait_for()
    before, offer, models = (lab.box(key) for key in ("canvas", "draw_train_reader", "draw_reader"))
    is_beside = offer["x"] >= models["x"] + models["width"]
    assert is_beside or offer["y"] >= lowest([models]), "the list of models lies over the offer"

    def stays(when: str) -> None:
        """Soon: on a busy machine parts of the page that load for the first time push it aside."""
        lab.wait_equal(f"the sheet {when}", lambda: lab.box("canvas"), before, seconds=10)

    lab.click("draw_train_reader")
    lab.at("draw_stop_reader").wait_for()
    stays("when it begins")
    lab.wait_for("a reader", lambda: "By the weights of step" in lab.text(), seconds=180)
    stays("when it reads")
    lab.page.evaluate("document.querySelector('.st-key-draw_stop_reader button')?.click()")
    lab.at("more").wait_for()
    stays("when it has ended")
