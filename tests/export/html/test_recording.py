"""The page of a recording: what it answers, plays and shows, compared with PyTorch."""

import re
import time
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from nnlab.config import (
    Activation,
    BatchNorm,
    Csv,
    Curve,
    Dropout,
    Experiment,
    Features,
    Linear,
    Model,
    Normalize,
    PlaneClasses,
    PlaneValues,
    Points,
    Training,
    mlp,
)
from nnlab.export import export
from nnlab.export.html import moments as moments_module
from nnlab.models import build
from nnlab.runs.network import load_network
from nnlab.runs.rewind.replay import state_at
from nnlab.runs.store import Run
from tests.export.html.conftest import PATIENCE, Open, Opened

pytestmark = pytest.mark.browser

Trained = Callable[..., tuple[Run, float]]
CLOSE = 1e-4
"""Of the largest output."""
ADAM = {"kind": "adam", "lr": 0.02}
NASTY = "</script><img src=x onerror=alert(1)>"
LAYERS = (
    Features(names=("x1", "x2", "x1*x2", "sin(x1)")),
    Linear(out_features=8),
    BatchNorm(),
    Activation(kind="gelu"),
    Dropout(p=0.3),
    Linear(out_features=8, bias=False),
    Activation(kind="leaky_relu"),
    Linear(out_features=2),
)


def dense(*widths: int, activation: Any = "relu") -> Model:
    return Model(layers=mlp(*widths[:-1], outputs=widths[-1], activation=activation))


def experiment(data: Any, model: Model, steps: int = 60) -> Experiment:
    loss = "mse" if data.kind in ("quadratic", "bumps") else "cross_entropy"
    training = Training(optimizer=ADAM, batch_size=16, steps=steps, loss=loss)
    return Experiment(data=data, model=model, training=training)


SMALL = experiment(PlaneClasses(kind="gauss", points=40), dense(3, 2), 5)


def answers_of(network: torch.nn.Module, x: torch.Tensor) -> np.ndarray:
    with torch.inference_mode():
        return network.eval()(x).numpy()


def must_answer_as(page: Opened, network: torch.nn.Module, x: torch.Tensor) -> None:
    said = np.array(page.evaluate("(inputs) => window.nnlab.outputs(inputs)", x.tolist()))
    expected = answers_of(network, x)
    assert said.shape == expected.shape
    assert np.abs(said - expected).max() <= CLOSE * np.abs(expected).max()


def ready(page: Opened) -> Opened:
    page.wait("window.nnlab?.stage?.frames > 0")
    return page


def test_a_recording_answers_as_pytorch_at_its_last_and_at_earlier_steps(
    trained: Trained, open_page: Open, data_dir: Path
) -> None:
    run, _ = trained(experiment(PlaneClasses(kind="xor", points=80), Model(layers=LAYERS)))
    page = ready(open_page(export(run, "html")))
    x = torch.rand(1000, 2, generator=torch.Generator().manual_seed(1)) * 12 - 6
    assert page.evaluate("nnlab.stage.step") == 60
    must_answer_as(page, load_network(run)[0], x)
    for step in (0, 23):
        page.evaluate("(step) => nnlab.stage.seek(step)", step)
        page.wait(f"nnlab.stage.step === {step}")
        network = build(run.experiment.model, (2,))
        network.load_state_dict(state_at(run, step, data_dir)["model"])
        must_answer_as(page, network, x)
    one = page.evaluate("nnlab.outputs([0.5, -1])")
    assert one == page.evaluate("nnlab.outputs([[0.5, -1]])[0]")
    assert page.requests == page.do(lambda opened: [opened.url]), "it asks for nothing but itself"
    assert page.errors == []


def test_points_of_three_inputs_have_no_plane_and_a_page_that_answers(
    trained: Trained, open_page: Open
) -> None:
    corners = [(x, y, z) for x in (-1.0, 1.0) for y in (-1.0, 1.0) for z in (-1.0, 1.0)]
    data = Points(rows=tuple((*corner, float(corner[0] > 0)) for corner in corners), train_share=1)
    run, _ = trained(experiment(data, dense(3, 2), 5))
    page = open_page(export(run, "html"))
    must_answer_as(page, load_network(run)[0], torch.tensor(corners))
    assert page.evaluate("document.querySelectorAll('.plane').length") == 0
    assert page.errors == []


def test_it_stands_at_its_end_and_plays_from_its_beginning_when_asked(
    trained: Trained, open_page: Open
) -> None:
    run, _ = trained(
        experiment(PlaneClasses(kind="circle", points=60), dense(4, 2, activation="tanh"))
    )
    page = ready(open_page(export(run, "html")))
    assert page.evaluate("[nnlab.stage.step, nnlab.stage.isPlaying]") == [60, False]
    picture = "document.querySelector('.plane canvas').toDataURL()"
    last = page.evaluate(picture)
    page.evaluate("nnlab.stage.speed = 0.25")  # a busy machine must not miss it
    page.do(lambda opened: opened.get_by_role("button", name="Play").click())
    page.wait("nnlab.stage.isPlaying && nnlab.stage.step > 0 && nnlab.stage.step < 60")
    page.do(lambda opened: opened.keyboard.press("Escape"))
    page.do(lambda opened: opened.get_by_role("button", name="Pause").click())
    frames = page.evaluate("nnlab.stage.frames")
    assert frames > 2
    page.do(lambda opened: opened.locator("body").evaluate("() => document.activeElement.blur()"))
    page.do(lambda opened: opened.keyboard.press("Home"))
    page.wait("nnlab.stage.step === 0")
    assert page.evaluate(picture) != last
    page.do(lambda opened: opened.keyboard.press("ArrowRight"))
    page.wait("nnlab.stage.step === nnlab.stage.steps[1]")
    page.do(lambda opened: opened.keyboard.press("End"))
    page.wait("nnlab.stage.step === 60")
    slider = page.do(lambda opened: opened.get_by_role("slider").get_attribute("aria-valuetext"))
    assert slider == "step 60 of 60"


def test_it_plays_in_a_sandboxed_frame_of_a_page_in_another_encoding(
    trained: Trained, open_page: Open
) -> None:
    content = escape(export(trained(SMALL)[0], "html").decode())
    around = f'<meta charset="iso-8859-1"><iframe sandbox="allow-scripts" srcdoc="{content}">'
    page = open_page(b"<!doctype html>" + around.encode())

    def frame(asked: str) -> Any:
        return page.do(lambda opened: opened.frames[1].evaluate(asked))

    ends = time.monotonic() + PATIENCE / 1000
    while not frame("window.nnlab?.stage?.frames > 0"):
        assert time.monotonic() < ends, page.errors
        time.sleep(0.1)
    assert "finished · epoch" in frame("document.querySelector('.status').textContent")
    assert frame("nnlab.outputs([0, 0]).length") == 2
    assert page.errors == []


def test_a_name_is_text_and_a_wrong_question_is_answered_in_words(
    trained: Trained, open_page: Open
) -> None:
    run, _ = trained(SMALL)
    run.change_meta(name=NASTY)
    page = ready(open_page(export(run, "html"), width=390, height=844, dark=True))
    assert page.do(lambda opened: opened.locator("h1").inner_text()) == NASTY
    assert page.do(lambda opened: opened.title()) == NASTY
    assert page.do(lambda opened: opened.locator("img").count()) == 0
    assert page.errors == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "on a phone, too"
    for asked, said in (
        ("[[1, 2, 3]]", "2 numbers.* got 3 numbers at place 0"),
        ("'x'", "got string"),
        ("[['a', 'b']]", 'got "a" at place 0'),
        ("null", "got object"),
    ):
        told = page.evaluate(
            f"() => {{ try {{ nnlab.outputs({asked}) }} catch (e) {{ return e.message }} }}"
        )
        assert re.search(said, told), told


def test_day_and_night_are_the_systems_and_then_the_persons(
    trained: Trained, open_page: Open
) -> None:
    run, _ = trained(SMALL)
    content = export(run, "html")
    paper = "getComputedStyle(document.body).backgroundColor"
    day, night = (ready(open_page(content, dark=dark, still=True)) for dark in (False, True))
    assert day.evaluate(paper) == "rgb(255, 255, 255)"
    assert night.evaluate(paper) == "rgb(14, 17, 23)"
    night.do(lambda opened: opened.get_by_role("button", name="Light").click())
    assert night.evaluate(paper) == "rgb(255, 255, 255)"


def test_a_curve_and_a_table_and_values_of_the_plane_have_their_pictures(
    trained: Trained, open_page: Open
) -> None:
    rows = [f"{i % 7},{i % 5},{i % 3},{('no', 'yes')[i % 2]}" for i in range(40)]
    table = Csv(
        text="\n".join(["a<b>,b,c,d", *rows]),
        inputs=("a<b>", "b", "c"),
        target="d",
        classes=("no", "yes"),
        points=40,
    )
    wide = Model(
        layers=(
            Normalize(mean=(3, 2, 1), std=(2, 1, 1)),
            *dense(4, 2).layers,
        )
    )
    for data, model, canvas in (
        (Curve(kind="quadratic", points=30), dense(5, 1), "Curve"),
        (PlaneValues(kind="bumps", points=50), dense(5, 1, activation="tanh"), "Plane"),
        (table, wide, "Plane"),
    ):
        run, _ = trained(experiment(data, model, 8))
        page = ready(open_page(export(run, "html")))
        shape = len(data.inputs) if isinstance(data, Csv) else 1 if canvas == "Curve" else 2
        must_answer_as(page, load_network(run)[0], torch.randn(100, shape))
        drawn = page.do(lambda opened, name=canvas: opened.get_by_label(name, exact=True).count())
        assert drawn == 1
        assert page.errors == []
        if isinstance(data, Csv):
            before = page.evaluate("document.querySelector('.plane canvas').toDataURL()")
            page.do(lambda opened: opened.get_by_label("Column across").select_option("c"))
            page.wait(f"document.querySelector('.plane canvas').toDataURL() !== {before!r}")


def test_a_network_that_is_too_large_to_be_drawn_says_so_and_answers(
    trained: Trained, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnlab.export.html.recording.LARGEST", 10)
    run, _ = trained(SMALL)
    page = open_page(export(run, "html"))
    page.wait("Boolean(window.nnlab?.outputs)")
    assert "not drawn here" in page.do(lambda opened: opened.locator(".warning").inner_text())
    must_answer_as(page, load_network(run)[0], torch.randn(100, 2))


def test_a_default_page_is_smaller_than_a_megabyte(trained: Trained) -> None:
    """Three hundred moments of the Playground's default network, and of six layers of eight."""
    small = dense(8, 8, 2, activation="tanh")
    run, _ = trained(experiment(PlaneClasses(kind="spiral"), small, 320))
    content = export(run, "html")
    steps = re.search(rb'"steps":\[([^\]]*)\]', content)
    assert steps is not None
    assert steps[1].count(b",") + 1 > moments_module.MOST * 0.8
    assert len(content) <= 1_000_000
    deep, _ = trained(experiment(PlaneClasses(kind="spiral"), dense(*[8] * 6, 2), 320))
    assert len(export(deep, "html")) <= 3_000_000
