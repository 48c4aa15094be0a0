"""The page of a network of pictures: its answers are PyTorch's, on its pictures and one's own."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from playwright.sync_api import Page

from nnlab.config import Experiment
from nnlab.config.own_data import PictureSet
from nnlab.data.description import describe
from nnlab.data.images import load_validation
from nnlab.data.pictures.fit import fitted, in_grey
from nnlab.data.pictures.kept_set import Arrays, keep_set
from nnlab.errors import NnlabError
from nnlab.export import export
from nnlab.export.html import few_weights
from nnlab.export.html.pictures import LICENCES, evenly
from nnlab.models import build
from nnlab.recipes.own_pictures import for_drawings, for_pictures
from nnlab.runs.network import load_network
from nnlab.runs.record.checkpoints import save_live
from nnlab.runs.store import Run, Store
from tests.data import small
from tests.export.html.conftest import Open

CLOSE = 1e-4


def experiment(kind: str) -> Experiment:
    return Experiment.model_validate(
        {
            "data": {"kind": kind, "validation": 20},
            "model": {
                "layers": [
                    {"kind": "conv2d", "out_channels": 3, "kernel_size": 5, "stride": 2},
                    {"kind": "relu"},
                    {"kind": "max_pool2d", "kernel_size": 2},
                    {"kind": "flatten"},
                    {"kind": "linear", "out_features": 26 if kind == "emnist" else 10},
                ]
            },
            "training": {"optimizer": {"kind": "adam", "lr": 0.01}, "batch_size": 10, "epochs": 3},
        }
    )


@pytest.fixture
def run_of(
    trained: Callable[..., tuple[Run, float]], data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], Run]:
    def make(kind: str) -> Run:
        small.shrink(kind, monkeypatch)
        small.put(kind, data_dir)
        monkeypatch.setenv("NNLAB_DATA_DIR", str(data_dir))
        return trained(experiment(kind))[0]

    return make


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["fashion-mnist", "cifar10"])
def test_it_answers_as_pytorch_does(
    kind: str, run_of: Callable[[str], Run], open_page: Open, data_dir: Path
) -> None:
    run = run_of(kind)
    page = open_page(export(run, "html"))
    page.wait("Boolean(window.nnlab?.outputs)")
    network, _step = load_network(run)
    part = load_validation(run.experiment.data, data_dir)  # ty: ignore
    noise = torch.rand(1000, *part.x.shape[1:], generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        expected, answers = network(noise).numpy(), network(part.x).argmax(dim=1).tolist()
    said = []
    for first in range(0, 1000, 250):
        rows = noise[first : first + 250].reshape(250, -1).tolist()
        said += page.evaluate("(x) => window.nnlab.outputs(x)", rows)
    assert np.abs(np.array(said) - expected).max() <= CLOSE * np.abs(expected).max()
    names = page.evaluate("() => JSON.parse(document.getElementById('data').textContent).names")
    told = page.evaluate(
        "() => [...document.querySelectorAll('.thumbs button')].map((b) => b.title)"
    )
    assert told == [
        f"{names[truth]}, read right"
        if truth == answer
        else f"{names[truth]}, read as {names[answer]}"
        for truth, answer in zip(part.y.tolist(), answers, strict=True)
    ]
    about = page.evaluate("() => document.querySelector('.about .last').textContent")
    assert LICENCES[kind] in about
    assert len(page.requests) == 1
    assert page.errors == []


@pytest.mark.browser
def test_a_picture_of_ones_own_is_cut_square_made_small_and_turned_to_light_on_dark(
    run_of: Callable[[str], Run], open_page: Open
) -> None:
    run = run_of("fashion-mnist")
    page = open_page(export(run, "html"), width=390, height=844)
    page.wait("Boolean(window.nnlab?.outputs)")
    white = Image.new("RGB", (300, 200), "white")
    white.paste((0, 0, 0), (100, 50, 200, 150))  # a black square on paper
    file = io.BytesIO()
    white.save(file, "PNG")
    upload = {"name": "own.png", "mimeType": "image/png", "buffer": file.getvalue()}
    page.do(lambda p: p.set_input_files("input[type=file] >> nth=0", upload))  # ty: ignore
    page.wait("document.querySelector('.said').textContent.includes('your own picture')")
    grey = page.evaluate(
        """() => {
            const canvas = document.querySelector(".chosen .picture");
            const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
            return Array.from({ length: 784 }, (_value, i) => data[4 * i]);
        }"""
    )
    picture = np.array(grey).reshape(28, 28)
    assert picture[0].max() < 20  # its edge is dark now, as that of the pictures that it knows
    assert picture[10:18, 10:18].min() > 235
    assert page.errors == []


@pytest.mark.browser
@pytest.mark.parametrize("colour", [True, False])
def test_a_photograph_for_whole_ones_is_whole_between_black_borders_and_not_turned(
    colour: bool, tmp_path: Path, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path / "data"))
    own = own_pictures("whole", 32, tmp_path / "data", colour=colour)
    page = open_page(export(untrained(for_pictures(own), tmp_path / "runs"), "html"))
    page.wait("Boolean(window.nnlab?.outputs)")
    across, down = np.meshgrid(np.linspace(0, 255, 330), np.linspace(255, 100, 170))
    pixels = np.stack([across, down, 255 - across], axis=2).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    upload = {"name": "own.png", "mimeType": "image/png", "buffer": file.getvalue()}
    page.do(lambda p: p.set_input_files("input[type=file] >> nth=0", upload))  # ty: ignore
    page.wait("document.querySelector('.said').textContent.includes('your own picture')")
    seen = page.evaluate(
        """() => {
            const canvas = document.querySelector(".chosen .picture");
            return [...canvas.getContext("2d").getImageData(0, 0, 32, 32).data];
        }"""
    )
    shown = np.array(seen).reshape(32, 32, 4)[..., :3].transpose(2, 0, 1)
    wanted = fitted(pixels, 32, whole=True)
    wanted = wanted if colour else in_grey(wanted[None])[0].repeat(3, axis=0)
    assert np.abs(shown - wanted.astype(int)).max() <= 12  # browsers shrink in their own way
    assert page.errors == []


@pytest.mark.browser
def test_classes_that_were_drawn_have_a_sheet_whose_ink_is_one_drawing(
    tmp_path: Path, open_page: Open
) -> None:
    own = own_pictures("drawn", 28, tmp_path / "data", colour=False)
    run = untrained(for_drawings(own, few=True), tmp_path / "runs")
    page = open_page(export(run, "html"))
    page.wait("document.querySelector('.sheet canvas')")
    box = page.do(lambda p: p.locator(".sheet canvas").bounding_box())

    def draw(opened: Page) -> None:
        for across in (60, 200):  # two eyes apart
            opened.mouse.move(box["x"] + across, box["y"] + 80)
            opened.mouse.down()
            opened.mouse.move(box["x"] + across, box["y"] + 160, steps=4)
            opened.mouse.up()

    page.do(draw)
    page.wait("document.querySelector('[role=status]').textContent")
    told = page.evaluate("document.querySelector('[role=status]').textContent")
    assert told.startswith("It reads a ")
    assert "cat" in told
    assert "house" in told
    assert page.evaluate("document.querySelectorAll('.choice button').length") == 0
    assert "Example" not in page.do(lambda p: p.locator(".tools").inner_text())
    assert page.errors == []


def own_pictures(made: Any, size: int, data_dir: Path, *, colour: bool) -> PictureSet:
    """Ten pictures of two classes, noise."""
    shape = (10, 3 if colour else 1, size, size)
    pictures = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    none = pictures[:0], np.zeros(0, np.int64)
    return keep_set(
        Arrays((pictures, np.arange(10) % 2), none, none), ("cat", "house"), made, data_dir
    )


def untrained(experiment: Experiment, runs: Path) -> Run:
    """A run with the weights that it begins with."""
    run = Store(runs).create(experiment, name="own")
    network = build(experiment.model, describe(experiment.data).input_shape)
    save_live(run.path, network.state_dict(), 0)
    return run


def test_too_many_weights_are_refused_with_how_many_may_be(
    run_of: Callable[[str], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = run_of("fashion-mnist")
    monkeypatch.setattr(few_weights, "MOST_BYTES", 1000)
    with pytest.raises(NnlabError, match="take onnx or safetensors") as refused:
        export(run, "html")
    assert "a page holds at most 0 MB" in str(refused.value)


def test_each_class_has_as_many_pictures_in_their_order() -> None:
    labels = np.array([0] * 10 + [1] * 3 + [2] * 10)
    assert evenly(labels, 9).tolist() == [0, 1, 2, 10, 11, 12, 13, 14, 15]
    assert len(evenly(np.arange(26), 7)) == 7
