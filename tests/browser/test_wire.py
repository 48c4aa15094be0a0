"""A run over the wire: what the browser draws, and what it does when the connection is cut."""

import io
import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, WebSocketRoute

from nnlab.figures.boundary import boundary_picture
from nnlab.insight.plane.boundary import plane_grid
from nnlab.insight.plane.neurons import neuron_grids
from nnlab.models import build
from nnlab.runs.record.checkpoints import load_live
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run
from tests.browser.experiments import address, spiral
from tests.browser.lab import Lab
from tests.browser.server import App, running_app

SOCKET = re.compile(r"/wire\?token=")


def stage(lab: Lab, what: str) -> Any:
    """A value of the page's stage, None before there is one."""
    return lab.page.evaluate(f"window.nnlab?.stage?.{what} ?? null")


def seen(lab: Lab) -> dict[str, list[float]]:
    """The rows of `progress` that the browser has."""
    return stage(lab, "history.progress.rows")


def paused_run(lab: Lab, steps: int = 400) -> Path:
    """A run that has trained for some steps and stands still."""
    run = lab.train()
    lab.wait_step(steps)
    lab.click("pause")
    lab.wait_status("paused")
    return run


def test_the_plane_that_the_browser_draws_is_that_of_pytorch(lab: Lab) -> None:
    lab.open(address(spiral()))
    run = paused_run(lab)
    live = load_live(run)
    assert live is not None
    step, weights = live
    lab.wait_for("the newest weights", lambda: stage(lab, "step") == step)
    network = build(spiral().model, (2,)).eval()
    network.load_state_dict(weights)
    expected = boundary_picture(plane_grid(network), dark=False)

    def is_drawn() -> bool:
        """Whether nearly all pixels have the colour that the server would send."""
        picture = lab.picture("boundary_chart")
        return picture is not None and _differing(picture, expected) < 0.001

    lab.wait_for("its picture", is_drawn)


def _differing(one: str, other: str) -> float:
    """The share of pixels whose colour is another."""
    return float((_pixels(one) != _pixels(other)).any(axis=2).mean())


def _pixels(picture: str) -> np.ndarray:
    image = Image.open(io.BytesIO(b64decode(picture.partition(",")[2])))
    return np.asarray(image.convert("RGB"))


def test_a_run_whose_socket_is_cut_twice_is_shown_without_a_gap(lab: Lab) -> None:
    sockets: list[WebSocketRoute] = []

    def pass_on(socket: WebSocketRoute) -> None:
        sockets.append(socket)
        socket.connect_to_server()

    lab.page.route_web_socket(SOCKET, pass_on)
    lab.open(address(spiral()))
    run = lab.train()
    for cut in (1, 2):
        lab.wait_for("a socket", lambda cut=cut: len(sockets) == cut)
        step = lab.wait_step(lab.status().step + 500).step
        sockets[-1].close(code=1001)
        lab.wait_for("another socket", lambda cut=cut: len(sockets) == cut + 1)
        lab.wait_step(step + 200)
    lab.click("stop")
    lab.wait_status("stopped")
    history = History(EventReader(run).read_new())
    lab.wait_equal("the last step", lambda: stage(lab, "history.step"), history.step)
    assert seen(lab)["step"] == list(history.progress["step"])
    assert len(set(seen(lab)["step"])) > 10
    assert np.array_equal(
        np.array([value or np.nan for value in seen(lab)["train_loss"]], float),
        history.progress["train_loss"],
        equal_nan=True,
    )


def test_where_no_socket_gets_through_plain_requests_bring_the_same_and_the_page_says_so(
    lab: Lab,
) -> None:
    lab.page.route_web_socket(SOCKET, lambda socket: socket.close(code=1001))
    lab.open(address(spiral()))
    run = lab.train()
    lab.wait_text("by plain requests")
    before = stage(lab, "step")
    lab.wait_for("other weights", lambda: stage(lab, "step") > before)
    lab.click("stop")
    lab.wait_status("stopped")
    history = History(EventReader(run).read_new())
    lab.wait_equal("the last step", lambda: stage(lab, "history.step"), history.step)
    assert seen(lab)["step"] == list(history.progress["step"])


def test_two_tabs_show_the_same_run_and_one_hears_what_the_other_does(
    app: App, lab: Lab, open_page: Any
) -> None:
    lab.open(address(spiral()))
    run = lab.train()
    other = open_page(app).open(f"/playground?run={run.name}")
    other.wait_equal("the run", lambda: stage(other, "run"), run.name)
    other.wait_step(0)
    lab.click("pause")
    other.wait_status("paused")
    assert other.wait_for("the button", lambda: other.at("resume").count())
    other.click("resume")
    lab.wait_status("running")
    lab.wait_step(lab.status().step)
    lab.click("stop")
    other.wait_status("stopped")
    assert app.runs() >= {run}


def test_a_reload_finds_the_run_again_and_an_unknown_one_is_said(lab: Lab) -> None:
    lab.open(address(spiral()))
    run = lab.train()
    lab.wait_for("the run in the address", lambda: f"run={run.name}" in lab.page.url)
    lab.page.reload()
    lab.wait_equal("the run", lambda: stage(lab, "run"), run.name)
    lab.wait_step(0)
    lab.click("stop")
    lab.wait_status("stopped")
    lab.open("/playground?run=20200101-000000-00000000")
    lab.wait_text("20200101-000000-00000000")
    assert lab.status().word == "ready"


def test_what_was_seen_is_drawn_while_the_slider_is_dragged_and_the_exact_step_when_it_is_let_go(
    lab: Lab,
) -> None:
    lab.open(address(spiral()))
    paused_run(lab, 1500)
    lab.wait_for("some moments", lambda: stage(lab, "recording.moments.length") > 5)
    newest = lab.picture("boundary_chart")
    lab.page.locator(".st-key-past_slider input").scroll_into_view_if_needed()
    box = lab.page.locator(".st-key-past_slider input").bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    lab.page.mouse.move(box["x"] + box["width"] - 8, y)
    lab.page.mouse.down()
    lab.page.mouse.move(box["x"] + box["width"] * 0.4, y, steps=5)
    lab.wait_for("an earlier picture", lambda: lab.picture("boundary_chart") != newest)
    moments = lab.page.evaluate("nnlab.stage.recording.moments.map(({ step }) => step)")
    assert stage(lab, "step") in moments
    assert "looking at" not in lab.status().text, "nothing was asked of the server yet"
    lab.page.mouse.up()
    lab.wait_for("the server's word", lambda: "looking at step" in lab.status().text)
    (asked,) = re.findall(r"looking at step ([\d,]+)", lab.status().text)
    lab.wait_equal("that very step", lambda: stage(lab, "step"), int(asked.replace(",", "")))
    lab.page.get_by_role("button", name="Now", exact=True).click()
    lab.wait_equal("now", lambda: lab.picture("boundary_chart"), newest)


def test_a_place_is_answered_at_once_and_then_by_pytorch_to_the_last_digit(lab: Lab) -> None:
    lab.open(address(spiral()))
    paused_run(lab)
    box = lab.at("boundary_chart").locator("canvas.nnlab-picture").bounding_box()
    assert box is not None
    lab.page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.3)
    line = lab.page.locator(".nnlab-pointed")
    lab.wait_for("an answer", lambda: re.search(r"→ class [01] [\d.]+ %", line.inner_text()))
    at_once = line.inner_text()
    lab.wait_for("all digits", lambda: line.locator("[title]").count() >= 2)
    assert line.inner_text() == at_once, "the browser and PyTorch agree in what is shown"


def test_a_neuron_that_is_pointed_at_says_what_it_gives_there(lab: Lab) -> None:
    lab.open(address(spiral()))
    run = paused_run(lab)
    live = load_live(run)
    assert live is not None
    network = build(spiral().model, (2,)).eval()
    network.load_state_dict(live[1])
    lab.wait_equal("the newest weights", lambda: stage(lab, "step"), live[0])
    maps = neuron_grids(network, resolution=100)[2].values[3]
    button = lab.at("network_drawing").locator("[data-neuron='2-3']")
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    lab.page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.3 * box["height"])
    tip = lab.page.locator(".nnlab-tip")
    lab.wait_for("its value", lambda: tip.is_visible() and "layer 2 neuron 4" in tip.inner_text())
    words = tip.inner_text().removeprefix("layer 2 neuron 4 gives ").removesuffix(" here")
    told = float(words.replace("−", "-"))
    around = maps[27:33, 67:73]  # the browser may round the place of the pointer
    assert np.abs(around - told).min() < 0.01
    assert np.ptp(maps) > 0.1


def test_a_page_comes_back_to_its_run_when_the_server_was_restarted(
    tmp_path: Path, browser: Browser
) -> None:
    page = browser.new_page()  # it reports that nobody answers: no fault here
    with running_app(tmp_path / "app") as first:
        lab = Lab(first, page).open(address(spiral()))
        run = paused_run(lab)
        port = int(first.url.rpartition(":")[2])
    lab.wait_text("connection lost")
    with running_app(tmp_path / "app", port=port):
        lab.wait_for("the wire", lambda: stage(lab, "connection") == "live")
        assert stage(lab, "run") == run.name
        lab.wait_status("paused", "interrupted")
        assert lab.status().step == History(EventReader(run).read_new()).step
        assert Run(run).experiment == spiral()
    page.context.close()
