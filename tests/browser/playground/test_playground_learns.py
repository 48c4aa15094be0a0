"""The Playground learns, and shows it."""

from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run
from nnlab.training.events import FitEnded
from tests.browser.experiments import address, diverging, spiral
from tests.browser.lab import Lab


def test_the_spiral_is_learned_while_its_boundary_moves(lab: Lab) -> None:
    lab.open(address(spiral()))
    pictures = {lab.wait_for("the first picture", lambda: lab.picture("boundary_chart"))}
    run = lab.train()

    def is_learned() -> bool:
        pictures.add(lab.picture("boundary_chart"))
        return (lab.figure("train", "accuracy") or 0) > 0.9

    lab.wait_for("a training accuracy above 0.9", is_learned, seconds=120)
    assert None not in pictures
    assert len(pictures) >= 4
    lab.click("stop")
    lab.wait_status("stopped")
    ended = EventReader(run).read_new()[-1]
    assert isinstance(ended, FitEnded)
    lab.wait_figure("validation", "accuracy", ended.val_accuracy)
    lab.wait_figure("train", "loss", ended.train_loss)


def test_a_learning_rate_moved_while_it_trains_is_applied_at_a_step_that_the_run_records(
    lab: Lab,
) -> None:
    lab.open(address(spiral()))
    run = lab.train()
    lab.wait_step(200)
    lab.at("lr").get_by_role("slider").press("ArrowRight")

    def applied() -> list[object]:
        events = EventReader(run).read_new()
        return [event for event in events if event.type == "control_applied" and event.set]

    (change,) = lab.wait_for("the new rate in events.jsonl", applied)
    assert change.set == {"path": "training.optimizer.lr", "value": 0.03}
    assert change.error is None
    assert change.step > 0
    assert lab.wait_step(change.step).word == "running"
    assert EventReader(run).read_new()[-1].type != "fit_ended"
    lab.click("stop")
    lab.wait_status("stopped")


def test_another_data_set_while_it_trains_starts_from_untrained_weights(lab: Lab) -> None:
    lab.open(address(spiral()))
    old = lab.train()
    lab.choose("dataset", "circle")
    standing = lab.wait_status("ready")
    assert (standing.epoch, standing.step) == (0, 0)
    new = lab.train()
    ended = EventReader(old).read_new()[-1]
    assert isinstance(ended, FitEnded)
    assert ended.reason == "stopped"
    assert Run(new).experiment.data.kind == "circle"
    lab.click("stop")
    lab.wait_status("stopped")


def test_a_run_that_diverges_stops_and_says_at_which_step(lab: Lab) -> None:
    lab.open(address(diverging()))
    run = lab.train()
    lab.wait_status("diverged")
    (step,) = (event.step for event in EventReader(run).read_new() if event.type == "diverged")
    assert 1 <= step <= 100
    text = lab.wait_text(f"Diverged at step {step}")
    assert "learning rate 10 is too high" in text


def test_a_solution_of_the_spiral_is_built_with_the_mouse_alone(lab: Lab) -> None:
    lab.open("/playground")
    lab.choose("dataset", "circle")
    lab.wait_for("the circle in the address", lambda: "x=" in lab.page.url)
    lab.choose("dataset", "spiral")
    layers = lab.at("playground_hidden_layers").locator("input")
    lab.at("playground_hidden_layers").get_by_test_id("stNumberInputStepUp").click()
    lab.wait_equal("hidden layers", layers.input_value, "3")
    lab.choose("inputs", "sin x₁")
    lab.choose("inputs", "sin x₂")
    run = lab.train()
    lab.wait_for(
        "a training accuracy above 0.9",
        lambda: (lab.figure("train", "accuracy") or 0) > 0.9,
        seconds=180,
    )
    lab.click("stop")
    lab.wait_status("stopped")
    experiment = Run(run).experiment
    assert experiment.data.kind == "spiral"
    assert sum(layer.kind == "linear" for layer in experiment.model.layers) == 4
    assert experiment.model.layers[0].kind == "features"
