"""The page of a network of pictures: its answers are PyTorch's, on its pictures and one's own."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from nnlab.config import Experiment
from nnlab.data.images import load_validation
from nnlab.errors import NnlabError
from nnlab.export import export
from nnlab.export.html import few_weights
from nnlab.export.html.pictures import LICENCES, evenly
from nnlab.runs.network import load_network
from nnlab.runs.store import Run
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
