"""Chapter 4 in the browser: a logit is dragged, by keyboard too, and PyTorch's digits follow."""

from nnlab.learn.softmax.scores import Scores
from nnlab.learn.softmax.steps import steps_of
from nnlab.texts import number
from tests.browser.conftest import Open
from tests.browser.server import App


def test_a_moved_logit_moves_all_figures_and_pytorch_follows(app: App, open_page: Open) -> None:
    lab = open_page(app, width=390, height=844).open("/learn?chapter=softmax")
    row = lab.page.get_by_role("group", name="Class A")
    slider = row.get_by_role("slider")
    slider.wait_for()
    # Each key counts: the page may draw itself anew between two of them.
    for presses in range(1, 8):
        slider.press("ArrowLeft")
        lab.wait_equal("logit", slider.input_value, f"{2 - presses / 10:g}")
    steps = steps_of(Scores((1.3, 1.0, -1.0), 1))
    p, gradient = steps.probabilities[0].item(), steps.gradient[0].item()
    shown = row.locator("output")
    lab.wait_equal("probability", shown.nth(2).inner_text, number(p))
    lab.wait_equal("gradient", shown.nth(3).inner_text, number(gradient))
    lab.wait_text(f"= {number(steps.loss)}")
    lab.wait_text(number(p, None))
    width = lab.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, "nothing is wider than a phone"


def test_a_class_more_and_another_right_one_are_heard(app: App, open_page: Open) -> None:
    lab = open_page(app, width=1280, height=720).open("/learn?chapter=softmax")
    more = lab.page.get_by_role("button", name="One class more")
    more.click()
    row = lab.page.get_by_role("group", name="Class D")
    row.get_by_role("radio").check()
    row.get_by_role("slider").focus()
    lab.page.keyboard.press("End")
    steps = steps_of(Scores((2.0, 1.0, -1.0, 10.0), 3))
    lab.wait_text(number(steps.loss, None))
    assert "D" in lab.page.locator(".st-key-learn_softmax_picture .loss").inner_text()
