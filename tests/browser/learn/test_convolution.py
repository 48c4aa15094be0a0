"""The kernel over the drawing, by mouse and by keyboard; the browser's sum is PyTorch's."""

import re

import torch
import torch.nn.functional as F
from playwright.sync_api import Locator

from nnlab.learn.convolution.drawing import first_drawing
from nnlab.learn.convolution.kernels import preset
from nnlab.texts import number
from tests.browser.conftest import Open
from tests.browser.lab import Lab
from tests.browser.server import App

PICTURE = ".nnlab-convolution"


def place_of(canvas: Locator) -> tuple[int, int]:
    """Row and column from 1, as the drawing's name says them."""
    found = re.search(r"row (\d+), column (\d+)", canvas.get_attribute("aria-label") or "")
    assert found is not None
    return int(found[1]), int(found[2])


def value_at(row: int, column: int) -> str:
    drawing, kernel = first_drawing(), preset("vertical")
    values = F.conv2d(drawing[None, None], kernel[None, None])[0, 0]
    return number(values[row - 1, column - 1].item(), 4)


def opened(open_page: Open, app: App) -> tuple[Lab, Locator]:
    lab = open_page(app, width=390, height=844).open("/learn?chapter=convolution")
    canvas = lab.page.locator(f"{PICTURE} canvas[name=drawing]")
    lab.wait_for("the drawing", lambda: canvas.count() and canvas.get_attribute("aria-label"))
    return lab, canvas


def test_the_kernel_moves_by_hand_and_by_keyboard_and_the_sums_are_pytorchs(
    app: App, open_page: Open
) -> None:
    lab, canvas = opened(open_page, app)
    output = lab.page.locator(f"{PICTURE} output")
    assert place_of(canvas) == (7, 5)
    assert output.inner_text() == f"sum {value_at(7, 5)}"
    canvas.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        canvas.press(key)
    assert place_of(canvas) == (9, 6)
    assert output.inner_text() == f"sum {value_at(9, 6)}"
    lab.wait_text("in row 9, column 6")
    # The middle of pixel (17, 12) of the drawing, whose canvas has room for two more at each side.
    canvas.scroll_into_view_if_needed()
    canvas.click(position={"x": (2 + 12.5) * 9, "y": (2 + 17.5) * 9})
    assert place_of(canvas) == (17, 12)
    assert output.inner_text() == f"sum {value_at(17, 12)}"
    lab.wait_text("in row 17, column 12")


def test_what_is_drawn_and_typed_comes_to_pytorch(app: App, open_page: Open) -> None:
    lab, canvas = opened(open_page, app)
    lab.page.locator(f"{PICTURE} button[name=clear]").click()
    lab.wait_text("The sheet is empty")
    lab.page.locator(f"{PICTURE} button[name=pen]").click()
    canvas.focus()
    canvas.press("Space")
    lab.wait_for("a drawing", lambda: "The sheet is empty" not in lab.text())
    field = lab.page.locator(f"{PICTURE} input").nth(4)
    field.fill("1000")
    field.press("Enter")
    lab.wait_equal("the field", lambda: field.get_attribute("aria-invalid"), "true")
    field.fill("2,5")
    field.press("Enter")
    lab.wait_for(
        "the kernel is the person's own",
        lambda: lab.at("learn_conv_kernel").locator("input").input_value() == "Your own numbers",
    )
    assert field.get_attribute("aria-invalid") == "false"
    # A dot of the pen in the middle of pixel (14, 14): full ink within 0.9 pixels of it.
    kernel = preset("vertical")
    kernel[1, 1] = 2.5
    y, x = torch.meshgrid(*[torch.arange(28, dtype=torch.float64)] * 2, indexing="ij")
    ink = (1.9 - torch.hypot(x - 14, y - 14)).clamp(0, 1)
    drawing = ((255 * ink).round() / 255).float()
    largest = F.conv2d(drawing[None, None], kernel[None, None]).max().item()
    lab.wait_text(f"to {number(largest)}.")
