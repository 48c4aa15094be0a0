"""The network drawn as it learns, picked and changed by mouse and keyboard; one step of it."""

from pathlib import Path
from typing import Any

from nnlab.runs.record.log import EventReader
from tests.browser.experiments import address, spiral
from tests.browser.lab import Lab

LINE = """([layer, unit, source]) => {
    const root = document.querySelector('.st-key-network_drawing .nnlab-network');
    if (!root?.lines) return null; // the status comes over the wire, and may be there before it
    const { way } = root.lines.find(
        (line) => line.layer === layer && line.unit === unit && line.source === source);
    const box = root.getBoundingClientRect();
    const at = (k) => (27 * way[0][k] + 27 * way[1][k] + 9 * way[2][k] + way[3][k]) / 64;
    return [box.x + at('x'), box.y + at('y')];
}"""
"""A quarter of the way along the line of a weight, where no other line is as near."""


def sprite(lab: Lab) -> str | None:
    """The whole drawing, every neuron's picture in it."""
    return lab.page.evaluate(
        "document.querySelector('.st-key-network_drawing canvas')?.toDataURL() ?? null"
    )


def neuron(lab: Lab, layer: int, unit: int) -> Any:
    return lab.at("network_drawing").locator(f"[data-neuron='{layer}-{unit}']")


def value(lab: Lab) -> str:
    """The weight that is read, as the page writes it."""
    return lab.page.evaluate("document.querySelector('#nnlab-weight')?.textContent ?? ''")


def set_events(run: Path) -> list[Any]:
    return [e for e in EventReader(run).read_new() if e.type == "control_applied" and e.set]


def test_neurons_move_while_it_trains_and_a_click_shows_one_large(lab: Lab) -> None:
    lab.open(address(spiral()))
    seen = {lab.wait_for("the drawing", lambda: sprite(lab))}
    run = lab.train()

    def have_moved() -> bool:
        seen.add(sprite(lab))
        return len(seen) >= 4

    lab.wait_for("four pictures of the neurons", have_moved)
    lab.page.mouse.click(*middle(neuron(lab, 2, 3).bounding_box()))
    lab.wait_text("Layer 2 neuron 4")
    large = {lab.wait_for("its map", lambda: lab.picture("playground_neuron_chart"))}

    def has_moved() -> bool:
        large.add(lab.picture("playground_neuron_chart"))
        return len(large - {None}) >= 2

    lab.wait_for("another map of it", has_moved)
    assert "data:image/png" in str(sprite(lab))
    lab.click("pause")
    lab.wait_status("paused")
    neuron(lab, 1, 0).focus()
    lab.page.keyboard.press("Enter")
    lab.wait_text("Layer 1 neuron 1")
    lab.wait_for(
        "the button of the neuron pressed",
        lambda: neuron(lab, 1, 0).get_attribute("aria-pressed") == "true",
    )
    lab.click("stop")
    lab.wait_status("stopped")
    assert set_events(run) == []


def test_a_weight_is_changed_by_mouse_and_the_step_that_follows_is_as_predicted(lab: Lab) -> None:
    lab.open(address(spiral()))
    others = lab.app.runs()
    lab.click("step")
    lab.wait_step(0)
    standing = lab.wait_status("paused")
    (run,) = lab.app.runs() - others
    line = lab.wait_for("the drawing", lambda: lab.page.evaluate(LINE, [1, 2, 1]))
    lab.page.mouse.click(*line)
    lab.wait_text("Weight from input x₂ to layer 1 neuron 3")
    before = lab.wait_for("its value", lambda: value(lab))
    field = lab.at("playground_weight_value").locator("input")
    field.fill("-1.25")
    lab.click("playground_weight_apply")
    lab.wait_equal("the weight", lambda: value(lab), "−1.25")
    assert before != "−1.25"
    (event,) = lab.wait_for("the change in events.jsonl", lambda: set_events(run))
    assert event.set == {"path": "weights.0.weight.2.1", "value": -1.25}
    assert (event.step, event.error) == (standing.step, None)

    lab.page.get_by_text("One step", exact=True).first.click()
    lab.wait_text(f"Step {standing.step + 1} ·")
    assert "0.weight[2, 1]" in lab.wait_text("update by adam")
    lab.click("playground_one_step_do")
    told = lab.wait_text("as predicted, to the last bit")
    assert f"Step {standing.step + 1} is done" in told
    assert lab.wait_step(standing.step).word == "paused"
    assert value(lab) != "−1.25"
    lab.click("stop")
    lab.wait_status("stopped")


FIGURE = "name => document.querySelector(`[data-live=figure][data-name=${name}]`)?.title ?? ''"


def test_figures_belong_to_the_network_as_soon_as_a_weight_was_changed(lab: Lab) -> None:
    lab.open(address(spiral()))
    others = lab.app.runs()
    lab.click("step")
    lab.wait_step(0)
    lab.wait_status("paused")
    (run,) = lab.app.runs() - others
    lab.page.mouse.click(*lab.wait_for("the drawing", lambda: lab.page.evaluate(LINE, [1, 2, 1])))
    lab.wait_text("Weight from input x₂ to layer 1 neuron 3")
    lab.at("playground_weight_value").locator("input").fill("50")
    lab.click("playground_weight_apply")
    lab.wait_equal("the weight", lambda: value(lab), "50")
    told = lab.wait_for(
        "figures of it",
        lambda: next((e for e in EventReader(run).read_new() if e.type == "evaluated"), None),
    )
    for name in ("train_loss", "train_accuracy", "val_loss", "val_accuracy"):
        expected = getattr(told, name)
        lab.wait_for(
            name, lambda n=name, v=expected: lab.page.evaluate(FIGURE, n) in (str(v), f"{v:g}")
        )
    lab.click("stop")
    lab.wait_status("stopped")


CELLS = """() => [...document.querySelectorAll('.nnlab-confusion td')].map((cell) => {
    const { width, height } = cell.getBoundingClientRect();
    return [width, height, cell.firstChild.textContent, cell.style.background];
})"""


def test_the_confusion_matrix_is_large_enough_to_be_read(lab: Lab) -> None:
    lab.open(address(spiral()))
    lab.page.get_by_text("Answers", exact=True).first.click()
    cells = lab.wait_for("the matrix", lambda: lab.page.evaluate(CELLS))
    assert len(cells) == 4
    assert min(min(width, height) for width, height, *_ in cells) >= 44
    assert sum(int(count) for *_, count, _colour in cells) > 50
    assert all("rgba" in colour for *_, colour in cells)


def middle(box: Any) -> tuple[float, float]:
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_inputs_and_widths_are_changed_on_the_drawing_by_mouse_and_by_keyboard(lab: Lab) -> None:
    lab.open(address(spiral()))
    lab.wait_for("the drawing", lambda: sprite(lab))
    more = lab.at("network_drawing").get_by_role("button", name="layer 1: one neuron more")
    for _press in range(3):  # faster than the page answers: none is lost
        more.click()
    lab.wait_for("11 neurons", lambda: neuron(lab, 1, 10).count() == 1)
    assert neuron(lab, 1, 11).count() == 0
    product = lab.at("network_drawing").get_by_role("button", name="x₁x₂ is an input")
    product.focus()
    lab.page.keyboard.press("Enter")
    lab.wait_for("a third input", lambda: neuron(lab, 0, 2).count() == 1)
    assert product.get_attribute("aria-pressed") == "true"
    chosen = lab.at("inputs").locator("button[aria-pressed=true], button[aria-checked=true]")
    lab.wait_for("the form", lambda: chosen.all_inner_texts() == ["x₁", "x₂", "x₁x₂"])
    run = lab.train()
    layers = EventReader(run).read_new()[0]
    assert layers.type == "fit_started"
    assert layers.parameters == 3 * 11 + 11 + 11 * 8 + 8 + 8 * 2 + 2
    lab.click("stop")
    lab.wait_status("stopped")
