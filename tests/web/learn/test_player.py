"""Numbers that follow every frame are not announced."""

from typing import Any

import pytest

from tests.web.modules import Modules

PLAYER = """async () => {
  const { Player } = await import("/web/learn/player.js");
  const place = document.createElement("div");
  new Player(place, () => {});
  return [...place.querySelectorAll("output")].map((one) => one.getAttribute("aria-live"));
}"""
SOFTMAX = """async () => {
  const { draw } = await import("/web/learn/softmax.js");
  const parentElement = document.createElement("div");
  parentElement.innerHTML = '<div class="nnlab-softmax"></div>';
  const range = { min: -1, max: 1, step: 0.1 };
  const limits = { logit: range, temperature: range, smoothing: range, classes: [2, 6] };
  const scores = { logits: [2, 1, -1], target: 1, temperature: 1, smoothing: 0 };
  draw({ data: { scores, limits }, parentElement, setTriggerValue: () => {} });
  return [...parentElement.querySelectorAll("output")].map((one) => one.getAttribute("aria-live"));
}"""


@pytest.mark.parametrize(("picture", "count"), [(PLAYER, 1), (SOFTMAX, 3 * 4 + 2)])
def test_no_output_of_a_picture_that_moves_is_live(page: Modules, picture: str, count: int) -> None:
    told: Any = page.evaluate(picture)
    assert told == ["off"] * count
