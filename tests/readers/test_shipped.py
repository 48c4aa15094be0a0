"""What ships trained: it is what its record says, and damage is told with the mend."""

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load as load_tensors

from nnlab.config import Images
from nnlab.data.registry import load
from nnlab.errors import NnlabError
from nnlab.models import build
from nnlab.readers import NAMES, shipped
from nnlab.readers.shipped import FOLDER, with_step
from nnlab.recipes import get

every_reader = pytest.mark.parametrize("name", NAMES)


@every_reader
def test_its_weights_fit_its_network_and_are_small(name: str) -> None:
    reader = shipped(name)
    assert len(reader.weights) <= 400_000
    tensors = load_tensors(reader.weights)
    assert {tensor.dtype for tensor in tensors.values()} == {torch.float32}
    network = build(reader.experiment.model, (1, 28, 28))
    network.load_state_dict(tensors, strict=True)
    assert reader.parameters == sum(tensor.numel() for tensor in network.parameters())


@every_reader
def test_its_experiment_is_that_of_its_recipe(name: str) -> None:
    reader = shipped(name)
    assert reader.experiment == get(reader.record.recipe).experiment
    assert reader.record.made_by.startswith("python -m ")


@every_reader
def test_it_reads_as_many_of_mnists_test_pictures_as_its_record_says(
    name: str, datasets_dir: Path
) -> None:
    reader = shipped(name)
    network = build(reader.experiment.model, (1, 28, 28)).eval()
    network.load_state_dict(load_tensors(reader.weights))
    test = load(Images(kind="mnist"), datasets_dir).test
    assert test is not None
    with torch.inference_mode():
        right = sum(
            int((network(test.x[at : at + 500]).argmax(1) == test.y[at : at + 500]).sum())
            for at in range(0, len(test.y), 500)
        )
    # Another processor's last bits may turn a picture or two that lie on an edge.
    assert right / len(test.y) == pytest.approx(reader.record.test_accuracy, abs=3e-4)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with the shipped files, to be damaged."""
    for file in FOLDER.glob("draw-ready.*"):
        shutil.copyfile(file, tmp_path / file.name)
    return tmp_path


def damage(content: bytes, how: str) -> bytes:
    return {"cut": content[:-8], "other": content[:-1] + b"\x7f", "empty": b""}[how]


@pytest.mark.parametrize("how", ["cut", "other", "empty"])
def test_damaged_weights_are_told_with_the_mend(copy: Path, how: str) -> None:
    path = copy / "draw-ready.safetensors"
    record = json.loads((copy / "draw-ready.json").read_text())
    if how != "other":  # what is no file of the format is noticed without a sum, too
        record.pop("sha256", None)
    elif "sha256" not in record:
        pytest.skip("the record has no sha256")
    (copy / "draw-ready.json").write_text(json.dumps(record))
    path.write_bytes(damage(path.read_bytes(), how))
    with pytest.raises(NnlabError, match=r"draw-ready\.safetensors.*git checkout"):
        shipped("draw-ready", copy)


@pytest.mark.parametrize("content", ["", "[]", '{"recipe": "draw-ready"}', "{" * 5000])
def test_a_damaged_record_is_told_with_the_mend(copy: Path, content: str) -> None:
    (copy / "draw-ready.json").write_text(content)
    with pytest.raises(NnlabError, match=r"draw-ready\.json.*git checkout"):
        shipped("draw-ready", copy)


def test_absent_weights_are_told_with_the_mend(copy: Path) -> None:
    (copy / "draw-ready.safetensors").unlink()
    with pytest.raises(NnlabError, match="install nnlab again"):
        shipped("draw-ready", copy)


def test_a_step_can_be_said_in_the_file_and_changes_no_number() -> None:
    weights = shipped("draw-ready").weights
    again = with_step(weights, 1234)
    assert b'"step":"1234"' in again[:4000]
    before, after = load_tensors(weights), load_tensors(again)
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
