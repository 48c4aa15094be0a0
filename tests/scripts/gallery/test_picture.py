"""The picture of a run on the index."""

import base64
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from nnlab.config import Experiment
from nnlab.runs.store import Run, Store
from scripts.gallery.picture import picture
from tests.export.conftest import train_to_the_end


@pytest.fixture
def run_of(runs_dir: Path, data_dir: Path) -> Callable[[dict], Run]:
    def make(data: dict) -> Run:
        is_picture = data["kind"] == "digits"
        linear = {"kind": "linear", "out_features": 10 if is_picture else 2}
        layers = [{"kind": "flatten"}, linear] if is_picture else [linear]
        training = {"optimizer": {"kind": "sgd", "lr": 0.1}, "steps": 3, "batch_size": 10}
        asked = {"data": data, "model": {"layers": layers}, "training": training}
        run = Store(runs_dir).create(Experiment.model_validate(asked), name="shown")
        train_to_the_end(run, data_dir)
        return run

    return make


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "moons", "points": 40},
        {"kind": "digits"},
        {"kind": "digits", "validation": 0, "train_size": 50},
    ],
    ids=["plane", "pictures", "none validates"],
)
def test_it_is_a_png_with_more_than_one_colour(data: dict, run_of: Callable[[dict], Run]) -> None:
    head, _, content = picture(run_of(data)).partition(",")
    assert head == "data:image/png;base64"
    image = Image.open(io.BytesIO(base64.b64decode(content))).convert("L")
    assert len(set(image.tobytes())) > 1
