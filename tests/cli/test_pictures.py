"""`python -m nnlab pictures` and `train FILE.zip`."""

import json
from pathlib import Path

import pytest

from nnlab.config import Experiment, Images
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
