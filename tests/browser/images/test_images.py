"""Images: from the page as it opens to a network that reads digits."""

import pytest

from nnlab.recipes import RECIPES
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run
from nnlab.training.events import FitEnded
from tests.browser.conftest import Open
from tests.browser.experiments import address
from tests.browser.lab import Lab
from tests.browser.server import App


def test_digits_are_trained_to_the_end_and_read_above_nine_in_ten(lab: Lab) -> None:
    lab.open("/images")
    run = lab.train()
    assert Run(run).experiment.data.kind == "digits"
    lab.wait_status("finished", seconds=120)
    ended = EventReader(run).read_new()[-1]
    assert isinstance(ended, FitEnded)
    assert (ended.val_accuracy or 0) > 0.9
    lab.wait_figure("validation", "accuracy", ended.val_accuracy)
    for chart in ("loss_chart", "accuracy_chart"):
        lab.wait_lines(chart, 2)


def test_images_pause_and_go_on_where_they_stood(lab: Lab) -> None:
    endless = RECIPES["digits-mlp"].experiment.with_set("training.epochs", 10_000)
    lab.open(address(endless, "images"))
    lab.train()
    lab.click("pause")
    lab.wait_status("paused")
    lab.must_stand_still(1.2)
    before = lab.status().step
    lab.click("step")
    lab.wait_step(before)
    lab.wait_status("paused")
    lab.must_stand_still(0.4)
    assert lab.status().step == before + 1
    lab.click("resume")
    lab.wait_step(before + 50)
    lab.click("stop")
    lab.wait_status("stopped")


@pytest.mark.usefixtures("datasets_dir")
def test_one_epoch_of_the_real_mnist_reads_nine_in_ten_of_the_validation_pictures(lab: Lab) -> None:
    lab.open("/images")
    lab.wait_status("ready")
    lab.choose("dataset", "MNIST")
    lab.wait_for("MNIST in the address", lambda: "x=" in lab.page.url)
    lab.click("epoch")
    lab.wait_status("paused", seconds=180)
    assert lab.status().epoch == 1
    lab.wait_for("its accuracy", lambda: (lab.figure("validation", "accuracy") or 0) > 0.9)
    lab.click("stop")
    lab.wait_status("stopped")


def test_images_on_a_phone_show_every_button_and_scroll_only_downwards(
    app: App, open_page: Open
) -> None:
    lab = open_page(app, width=390, height=844).open("/images")
    for key in ("train", "step", "epoch", "stop", "reset"):
        lab.at(key).wait_for()
        box = lab.box(key)
        assert box["x"] >= 0, key
        assert box["x"] + box["width"] <= 390, key
    overflow = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert lab.page.evaluate(overflow) == 0
