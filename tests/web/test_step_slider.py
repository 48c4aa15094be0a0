"""The slider through a run's past has the newest step, though its page was made before that one."""

from tests.web.modules import Modules

# What it shows after the wire told of a step and the page then drew itself with an older one.
SLIDER = """async ([heard, drawn]) => {
  const { stage } = await import("/web/stage.js");
  const { draw } = await import("/web/components/step_slider.js");
  const parentElement = document.createElement("div");
  parentElement.innerHTML = '<div class="nnlab-past"></div>';
  document.body.append(parentElement);
  stage.run = "spiral";
  const asked = [];
  const data = (last) => ({ run: "spiral", first: 0, last, past: null, word: "" });
  const show = (last) =>
    draw({ data: data(last), parentElement, setTriggerValue: (name, step) => asked.push(step) });
  show(0);
  for (const step of heard) {
    stage.history.step = step;
    for (const listener of stage.listeners) listener.hear(stage);
  }
  show(drawn);
  const { disabled, value, max } = parentElement.querySelector("input");
  parentElement.querySelector("[name=back]").click();
  parentElement.remove();
  [stage.run, stage.history.step] = [null, 0];
  stage.listeners.clear();
  return { disabled, value, max, asked };
}"""


def test_a_page_made_before_the_newest_step_leaves_the_range_to_it(page: Modules) -> None:
    told = page.evaluate(SLIDER, [[1, 2], 1])
    assert told == {"disabled": False, "value": "2", "max": "2", "asked": [1]}


def test_a_first_step_that_the_page_does_not_know_can_be_left(page: Modules) -> None:
    told = page.evaluate(SLIDER, [[1], 0])
    assert told == {"disabled": False, "value": "1", "max": "1", "asked": [0]}


def test_a_page_that_knows_more_than_the_wire_told_is_believed(page: Modules) -> None:
    told = page.evaluate(SLIDER, [[1], 5])
    assert told == {"disabled": False, "value": "5", "max": "5", "asked": [4]}
