"""Sixty digits that real people wrote, drawn with the mouse on the real canvas."""

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks._pen_strokes import PenDigit, Stroke, on_canvas, render
from nnlab.drawing import to_network_input
from nnlab.insight.pictures.probabilities import class_probabilities
from nnlab.recipes import get
from nnlab.runs.network import load_network
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.worker import train
from tests.browser.conftest import Open
from tests.browser.draw.test_draw import answer, open_draw, received
from tests.browser.lab import Lab
from tests.browser.server import App, running_app

pytestmark = pytest.mark.proof

NUMBER = 60
PEN = 18
"""Pixels: the page's own pen."""
ALIKE = 0.05
"""Grey levels, of 1: the mean difference between what the page made and what the benchmark makes.
A canvas rounds the corners between two points of a stroke; a missing stroke is far more."""
MOUNTED = 400
"""Milliseconds that a canvas takes to listen: clearing puts another one in its place."""
COMES = 15.0
"""Seconds until a drawing is begun anew: a stroke that came before the canvas listened is lost."""
TRIES = 4
PIXELS = """() => {
    const image = document.querySelector(
        ".st-key-desk img[alt^='The picture that the network']");
    if (!image?.complete || !image.naturalWidth) return null;
    const [side, canvas] = [image.naturalWidth / 28, document.createElement("canvas")];
    canvas.width = canvas.height = image.naturalWidth;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const place = (i) => Math.floor((i + 0.5) * side);
    return Array.from({ length: 784 }, (_, i) =>
        data[4 * (place(Math.floor(i / 28)) * canvas.width + place(i % 28))]);
}"""
"""The middle of each of the 28×28 squares of the picture on the page."""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[tuple[App, Run]]:
    """A server, and a reader that the lab has trained without any download."""
    with running_app(tmp_path) as app:
        run = Store(app.runs_dir).create(get("draw-offline").experiment, name="a reader")
        *_, ended = train(run, data_dir=app.data_dir)
        assert ended.type == "fit_ended"
        yield app, run


def draw_strokes(lab: Lab, strokes: list[Stroke]) -> None:
    canvas = lab.page.locator(".st-key-canvas canvas").last
    canvas.hover()
    lab.page.wait_for_timeout(MOUNTED)
    box = canvas.bounding_box()
    assert box is not None
    for stroke in strokes:
        points = [(box["x"] + x, box["y"] + y) for x, y in stroke]
        lab.page.mouse.move(*points[0])
        lab.page.mouse.down()
        for point in points[1:] or points:
            lab.page.mouse.move(*point)
        lab.page.mouse.up()


def clear(lab: Lab, empty: str) -> None:
    if lab.page.locator(".st-key-draw_clear button").first.is_enabled():
        lab.click("draw_clear")
    lab.wait_equal("an empty sheet", lambda: received(lab), empty)


def difference(one: NDArray[np.float64], other: NDArray[np.float32]) -> float:
    """The mean difference, one picture moved by up to a pixel.

    The middle of a digit is a whole pixel, and a hair's breadth decides which.
    """
    moves = itertools.product((-1, 0, 1), repeat=2)
    return min(float(np.abs(np.roll(one, move, (0, 1)) - other).mean()) for move in moves)


def has_come(lab: Lab, expected: NDArray[np.float32], empty: str) -> bool:
    """Whether the page shows the picture that the benchmark makes, within a few seconds."""
    deadline = time.monotonic() + COMES
    while time.monotonic() < deadline:
        here = picture(lab) if received(lab) != empty else None
        if here is not None and difference(here, expected) < ALIKE:
            return True
        lab.page.wait_for_timeout(50)
    return False


def picture(lab: Lab) -> NDArray[np.float64] | None:
    """What the page says that the network receives, [28, 28] in [0, 1]; None until it is there."""
    grey = lab.page.evaluate(PIXELS)
    return None if grey is None else np.array(grey, np.float64).reshape(28, 28) / 255


def test_the_canvas_gives_what_the_benchmark_measures(
    home: tuple[App, Run], open_page: Open, pen_digits: list[PenDigit]
) -> None:
    app, run = home
    network, _ = load_network(run)
    lab = open_draw(open_page(app), run.id)
    lab.wait_for("an empty sheet", lambda: received(lab))
    empty = received(lab)
    chosen = pen_digits[:: len(pen_digits) // NUMBER][:NUMBER]
    assert len({digit.writer for digit in chosen}) >= 10
    agreed = right_here = right_there = 0
    for digit in chosen:
        strokes = on_canvas(digit, PEN)
        expected = to_network_input(render(strokes, PEN))
        for _ in range(TRIES):
            draw_strokes(lab, strokes)
            if has_come(lab, expected, empty):
                break
            clear(lab, empty)
        else:
            pytest.fail(
                f"digit {digit.number} is another picture on the page than in the benchmark"
            )
        said = answer(lab)
        there = str(int(class_probabilities(network, expected).argmax()))
        agreed += said == there
        right_here += said == str(digit.label)
        right_there += there == str(digit.label)
        clear(lab, empty)
    # Binomial: two standard errors of the disagreements that antialiasing alone may bring.
    assert agreed >= NUMBER - 4, f"{agreed} of {NUMBER} answers are the same"
    assert abs(right_here - right_there) <= 3, (right_here, right_there)
    assert right_here / NUMBER >= 0.8
