"""The picture of the chapter on convolution: what it sends, and what it says of its keys."""

import base64
from typing import Any

from tests.web.modules import Modules

PICTURE = """async ([data, act]) => {
  const { draw, drop } = await import("/web/learn/convolution.js");
  const parentElement = document.createElement("div");
  parentElement.innerHTML = '<div class="nnlab-convolution"></div>';
  document.body.append(parentElement);
  const sent = [];
  const setTriggerValue = (name, what) => sent.push(what.kernel);
  const show = (version) => draw({ data: { ...data, version }, parentElement, setTriggerValue });
  const at = (name) => parentElement.querySelector(`[name=${name}]`);
  const type = (value) => {
    const input = at("kernel").children[0];
    input.value = value;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const said = (tool) => {
    at(tool).click();
    const canvas = at("drawing");
    const [role, name] = ["role", "aria-label"].map((name) => canvas.getAttribute(name));
    return [role, name, canvas.nextElementSibling?.innerText];
  };
  show(0);
  const typed = () => {
    type("5");
    show(1);
    type("5");
    return sent;
  };
  const tools = () => ["move", "pen", "eraser"].map(said);
  const found = { typed, tools }[act]();
  parentElement.remove();
  drop({ parentElement });
  return found;
}"""


def data() -> dict[str, Any]:
    drawing = base64.b64encode(bytes(28 * 28)).decode()
    place = {"row": 6, "column": 4, "side": 28, "stride": 1, "padding": 0, "pooling": "max"}
    colours = [[0, 0, 255], [255, 128, 0]]
    return {"drawing": drawing, "digit": drawing, "kernel": [0.0] * 9, "colours": colours, **place}


def test_the_same_number_is_heard_again_after_the_page_has_set_another_kernel(
    page: Modules,
) -> None:
    kernel = [5.0, *[0.0] * 8]
    assert page.evaluate(PICTURE, [data(), "typed"]) == [kernel, kernel]


def test_the_drawing_says_what_its_keys_do_with_each_tool(page: Modules) -> None:
    move, pen, eraser = page.evaluate(PICTURE, [data(), "tools"])
    assert move[0] == "application", "a picture that is operated is no image"
    assert "row 7, column 5" in move[1]
    for (_role, name, shown), words in (
        (move, "move it by the arrow keys"),
        (pen, "Arrow keys move the pen, Space draws"),
        (eraser, "Arrow keys move the eraser, Space erases"),
    ):
        assert words in name
        assert words in shown
    assert "Pen at row 15, column 15" in pen[1]
