"""While the pen moves the browser moves the bars; PyTorch's answer stands after the stroke."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from nnlab.models import build
from nnlab.recipes import get
from nnlab.runs.record.checkpoints import save_live
from nnlab.runs.store import Store
from tests.browser.draw.test_draw import make_reader, open_draw
from tests.browser.lab import Lab
from tests.browser.server import App

ONE = ((120, 75), (142, 50), (142, 230))
READ = re.compile(r"It reads an? (\w+)")


@pytest.fixture
def reader(app: App) -> Iterator[str]:
    """A model that stands still, with the weights that training begins with."""
    run_id = make_reader(app)
    yield run_id
    Store(app.runs_dir).delete(run_id)


@contextmanager
def held_back(app: App) -> Iterator[None]:
    """The server answers nothing meanwhile."""
    os.kill(app.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(app.pid, signal.SIGCONT)


def bars(lab: Lab) -> list[str]:
    """What stands beside the browser's bars; empty where the server's are seen."""
    return lab.page.locator(".nnlab-bars b").all_inner_texts()


def said(lab: Lab) -> str:
    return lab.page.locator(".nnlab-said").inner_text()


def test_bars_move_before_the_server_answers_and_pytorchs_answer_stands(
    lab: Lab, reader: str
) -> None:
    open_draw(lab, reader)
    lab.wait_for("the weights", lambda: "this browser reads along" in said(lab))
    lab.page.wait_for_selector(".st-key-draw_probabilities .barlayer", state="attached")
    status = lab.page.locator(".nnlab-answer[role=status]")
    place = lab.box("draw_probabilities")
    box = lab.page.locator(".st-key-canvas canvas").last.bounding_box()
    assert box is not None
    points = [(box["x"] + x, box["y"] + y) for x, y in ONE]
    lab.page.mouse.move(*points[0])
    lab.page.wait_for_timeout(400)
    with held_back(lab.app):
        lab.page.mouse.down()
        lab.page.mouse.move(*points[1], steps=6)
        first = lab.wait_for("ten bars", lambda: bars(lab))
        lab.page.mouse.move(*points[2], steps=10)
        lab.wait_for("other bars", lambda: bars(lab) != first)
        assert len(bars(lab)) == 10
        assert "Nothing is drawn yet" in status.inner_text()  # a screen reader hears nothing yet
        assert lab.page.locator(".nnlab-read").get_attribute("aria-hidden") == "true"
        lab.page.mouse.up()
        lab.page.wait_for_timeout(300)
        read = lab.page.locator(".nnlab-read").inner_text()
        assert bars(lab)
    lab.wait_for("PyTorch's sentence", lambda: "It reads" in status.inner_text())
    lab.wait_for("the chart of the server", lambda: not bars(lab))
    lab.wait_for("the comparison", lambda: "this browser reads the same" in said(lab))
    theirs, ours = READ.search(status.inner_text()), READ.search(read)
    assert theirs is not None
    assert ours is not None
    assert theirs[1] == ours[1]
    assert lab.box("draw_probabilities") == place


def test_a_model_that_is_too_large_for_the_browser_answers_from_the_server_alone(
    app: App, lab: Lab
) -> None:
    experiment = get("digits-cnn").experiment
    layers = [{"kind": "flatten"}, {"kind": "linear", "out_features": 400}]
    large = experiment.model_copy(
        update={
            "model": experiment.model.model_validate(
                {"layers": [*layers, {"kind": "linear", "out_features": 10}]}
            )
        }
    )
    run = Store(app.runs_dir).create(large, name="large")
    save_live(run.path, build(large.model, (1, 28, 28)).state_dict(), 0)
    try:
        open_draw(lab, run.id)
        lab.wait_for("why", lambda: "too many for the browser" in said(lab))
    finally:
        Store(app.runs_dir).delete(run.id)
