"""`python -m nnlab pictures` and `train FILE.zip`."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from nnlab.config import Experiment, Images
from nnlab.data.registry import load
from nnlab.runs.network import load_network
from nnlab.runs.store import Store
from tests.cli.conftest import Ask
from tests.data.zips import two_classes, zipped


def test_a_zip_of_pictures_trains_and_prints_an_experiment(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path / "data"))
    file = tmp_path / "photos.zip"
    file.write_bytes(zipped(two_classes(6) | {"cat/no.txt": b"no picture"}))
    refused = ask("pictures", str(file))
    assert refused.status == 2
    assert "cat/no.txt: is no picture" in refused.err
    printed = ask("pictures", str(file), "--leave-out", "--grey", "--size", "28", "--seal")
    assert printed.status == 0
    experiment = Experiment.from_json(printed.out)
    assert isinstance(experiment.data, Images)
    assert experiment.data.pictures is not None
    assert experiment.data.pictures.shape == (1, 28, 28)
    assert experiment.data.pictures.test == 2
    file.write_bytes(zipped(two_classes(6)))
    trained = ask("train", str(file), "--set", "training.epochs=1")
    assert trained.status == 0
    assert json.loads(trained.out.splitlines()[-1])["status"] == "finished"


@pytest.mark.parametrize("form", [(), ("--grey", "--size", "28", "--whole")])
def test_a_photograph_is_read_as_the_network_has_seen_it(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: tuple[str, ...]
) -> None:
    monkeypatch.setenv("NNLAB_DATA_DIR", str(tmp_path / "data"))
    files = two_classes(6)
    (tmp_path / "photos.zip").write_bytes(zipped(files))
    said = ask("pictures", tmp_path / "photos.zip", *form)
    (tmp_path / "photos.json").write_text(said.out)
    trained = ask("train", tmp_path / "photos.json", "--set", "training.epochs=1")
    (tmp_path / "dog.png").write_bytes(files["dog/3.png"])
    (line,) = ask("predict", trained.last["run"], tmp_path / "dog.png").lines
    run = Store(tmp_path / "runs").get(trained.last["run"])
    splits = load(run.experiment.data, tmp_path / "data")
    seen = torch.cat([splits.train.x, splits.val.x])
    with torch.inference_mode():
        known = load_network(run)[0](seen).double().softmax(1).numpy()
    assert np.abs(known - line["probabilities"]).max(axis=1).min() < 1e-6
    assert line["prediction"] in ("cat", "dog")
    assert "doubt" not in line
