"""The race asks for a start again that was answered before and set back since."""

import base64
from typing import Any

import numpy as np

from tests.web.modules import Modules

# Each start that the page hears of; it answers the first two as the steps say.
RACE = """async (data) => {
  const { draw, drop } = await import("/web/learn/optimizers.js");
  const parentElement = document.createElement("div");
  parentElement.innerHTML = '<div class="nnlab-race"></div>';
  document.body.append(parentElement);
  const later = window.setTimeout;
  window.setTimeout = (act) => (act(), 0);
  const asked = [];
  const setTriggerValue = (name, place) => asked.push(place);
  const show = (start) => draw({ data: { ...data, start }, parentElement, setTriggerValue });
  const press = () => {
    const event = new KeyboardEvent("keydown", { key: "ArrowRight" });
    parentElement.querySelector(".start").dispatchEvent(event);
  };
  try {
    show([0.5]);
    press();
    show([0.5]); // a frame from before: the start is not asked for twice
    show(asked[0]);
    show([0.5]); // set back by the field
    press();
    return asked;
  } finally {
    window.setTimeout = later;
    parentElement.remove();
    drop({ parentElement });
  }
}"""


def test_a_start_is_asked_for_again_after_it_was_set_back(page: Modules) -> None:
    data: dict[str, Any] = dict.fromkeys(("alt", "course_alt", "subject"), "")
    data |= {name: [] for name in ("racers", "trail", "minima")}
    data |= {"axes": ["x"], "dimensions": 1, "steps": 0, "side": 5, "course_height": 100}
    data |= {"low": [0, 0], "high": [1, 1], "grain": [1e-3], "lowest": 0}
    data["picture"] = base64.b64encode(np.linspace(0, 1, 5, dtype="<f4").tobytes()).decode()
    data["colours"] = {"ink": "#000000", "paper": "#ffffff", "quiet": "#888888"}
    once, again = page.evaluate(RACE, data)
    assert once == again
    assert once[0] > 0.5
