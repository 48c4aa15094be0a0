"""A recorded run taken elsewhere: its metrics, its weights; and what there is not."""

import csv
import io
import math
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from safetensors.torch import load
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from torch import nn

from nnlab.errors import NnlabError
from nnlab.export import FORMATS, RECORDED_FORMATS, export, file_name
from nnlab.runs.store import Store
from tests.runs.recorded.made import LOSSES, WEIGHTS, make_recorded
from tests.runs.recorded.recordings import recorded


@pytest.fixture
def store(runs_dir: Path) -> Store:
    return Store(runs_dir)


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_the_table_has_every_value_of_every_metric_to_the_last_digit(store: Store) -> None:
    rows = [{"loss": 1 / 3, "a, b": 2.0}, {"loss": math.nan}, {"step": 7.0, "loss": math.inf}]
    run = make_recorded(store, rows=rows)
    found = table(export(run, "csv"))
    assert list(found[0]) == ["step", "epoch", "seconds", "loss", "a, b", "metric step"]
    assert [line["step"] for line in found] == ["10", "20", "30"]
    assert float(found[0]["loss"]) == 1 / 3
    assert [line["loss"] for line in found[1:]] == ["nan", "inf"]
    assert [line["metric step"] for line in found] == ["", "", "7.0"]
    assert [line["a, b"] for line in found] == ["2.0", "", ""]


def test_tensorboard_reads_each_metric_under_its_name(store: Store, tmp_path: Path) -> None:
    run = make_recorded(store)
    path = tmp_path / file_name(run, "tensorboard")
    path.write_bytes(export(run, "tensorboard"))
    found: dict[str, list[tuple[int, float]]] = {}
    for event in EventFileLoader(str(path)).Load():
        for value in event.summary.value:
            point = (event.step, value.tensor.float_val[0])
            found.setdefault(value.tag, []).append(point)
    for name in ("loss", "acc"):
        steps, values = zip(*found[name], strict=True)
        assert steps == (10, 20, 30)
        assert values == pytest.approx([row[name] for row in LOSSES])


def test_the_weights_have_the_names_of_the_state_dict(store: Store) -> None:
    found = load(export(make_recorded(store), "safetensors"))
    assert found.keys() == WEIGHTS.keys()
    for name, tensor in WEIGHTS.items():
        torch.testing.assert_close(found[name], tensor, rtol=0, atol=0)


def test_the_network_as_onnx_answers_as_pytorch_does_with_the_newest_weights(
    store: Store,
) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 3))
    x = torch.randn(40, 2)
    run = recorded(store, model, x)
    session = onnxruntime.InferenceSession(export(run, "onnx"))
    answers = np.asarray(session.run(["outputs"], {"x": x.numpy()})[0])
    model.load_state_dict(load(export(run, "safetensors")))
    expected = model(x).detach().numpy()
    np.testing.assert_allclose(answers, expected, rtol=1e-5, atol=1e-6)
    assert not np.allclose(answers, 0)


def test_without_a_graph_the_reason_is_said(store: Store) -> None:
    run = make_recorded(store, no_graph="ONNX cannot hold what it does.")
    with pytest.raises(NnlabError, match="ONNX cannot hold what it does"):
        export(run, "onnx")


@pytest.mark.parametrize("name", sorted(FORMATS.keys() - RECORDED_FORMATS.keys()))
def test_what_takes_the_labs_own_training_is_refused_with_what_there_is(
    store: Store, name: str
) -> None:
    run = make_recorded(store)
    with pytest.raises(NnlabError, match="recording of somebody's own loop") as caught:
        export(run, name)
    assert all(form in str(caught.value) for form in RECORDED_FORMATS)


def test_a_format_that_nobody_knows_is_refused_with_those_of_a_recording(store: Store) -> None:
    with pytest.raises(NnlabError, match="csv") as caught:
        export(make_recorded(store), "punch-cards")
    assert "script-module" not in str(caught.value)
