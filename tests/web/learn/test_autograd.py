"""The graph of the chapter on autograd lets go of the browser when its chapter is left."""

from typing import Any

from nnlab.learn.autograd.picture import picture_of
from tests.learn.autograd.test_graph import NEURON, graph_of
from tests.web.modules import Modules

# How many observers watch, and how many timers wait, while it plays and after it was left.
LEFT = """async (data) => {
  const { draw, drop } = await import("/web/learn/autograd.js");
  const parentElement = document.createElement("div");
  parentElement.innerHTML = '<div class="nnlab-autograd"></div>';
  document.body.append(parentElement);
  const kept = [window.ResizeObserver, window.setTimeout, window.clearTimeout];
  const watching = new Set(), timers = new Set();
  let count = 0;
  window.ResizeObserver = class {
    observe() { watching.add(this); }
    disconnect() { watching.delete(this); }
  };
  window.setTimeout = () => (timers.add(++count), count);
  window.clearTimeout = (timer) => timers.delete(timer);
  try {
    draw({ data, parentElement, setTriggerValue: () => {} });
    parentElement.querySelector("[name=play]").click();
    const counts = () => [watching.size, timers.size];
    drop({ parentElement });
    const here = counts();
    parentElement.remove();
    drop({ parentElement });
    return [here, counts()];
  } finally {
    [window.ResizeObserver, window.setTimeout, window.clearTimeout] = kept;
  }
}"""


def test_nothing_plays_on_after_the_chapter_was_left(page: Modules) -> None:
    data: dict[str, Any] = {
        **picture_of(graph_of(NEURON)),
        "subject": "x",
        "earlier": 0,
        "most": 5,
        "noGrad": False,
    }
    assert page.evaluate(LEFT, data) == [[1, 1], [0, 0]]
