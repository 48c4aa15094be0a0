"""Images: a convolutional network put together with the mouse, trained on the embedded digits."""

from nnlab.config import Activation, Conv2d, Flatten, Linear, Normalize, Pool2d
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run
from nnlab.training.events import FitEnded
from tests.browser.lab import Lab


def test_a_cnn_built_with_the_mouse_learns_the_digits(lab: Lab) -> None:
    lab.open("/images")
    lab.wait_status("ready")
    lab.choose("images_architecture", "softmax regression")
    lab.wait_text("7,850")
    lab.choose("images_architecture", "Build your own")
    lab.click("images_layer_row_0")
    lab.wait_text("Layer 1 · normalize")
    for number, (what, kind) in enumerate(
        [("Conv2d", "conv2d"), ("ReLU …", "relu"), ("MaxPool2d", "max_pool2d")], start=2
    ):
        lab.choose("images_layer_add", what)
        lab.wait_text(f"Layer {number} · {kind}")
    lab.wait_text("8 × 14 × 14")
    epochs = lab.page.locator(".st-key-images_epochs input")
    epochs.fill("6")
    epochs.press("Enter")
    lab.wait_text("6 epochs of 24 steps")
    run = lab.train()
    assert Run(run).experiment.model.layers == (
        Normalize(mean=0.13, std=0.31),
        Conv2d(out_channels=8, kernel_size=3, padding=1),
        Activation(kind="relu"),
        Pool2d(kind="max_pool2d"),
        Flatten(),
        Linear(out_features=10),
    )
    lab.wait_status("finished")
    ended = EventReader(run).read_new()[-1]
    assert isinstance(ended, FitEnded)
    assert (ended.val_accuracy or 0) > 0.85
    lab.wait_figure("validation", "accuracy", ended.val_accuracy)
