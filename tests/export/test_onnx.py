from collections.abc import Callable

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from nnlab import recipes
from nnlab.config import (
    Activation,
    BatchNorm,
    Dropout,
    Experiment,
    Features,
    Linear,
    LogSoftmax,
    Model,
    PlaneClasses,
    Training,
)
from nnlab.errors import NnlabError
from nnlab.export import onnx as exporting
from nnlab.runs.network import load_network
from nnlab.runs.store import Run, Store

Trained = Callable[..., tuple[Run, float]]

LAYERS = (
    Features(names=("x1", "x2", "x1*x2", "sin(x1)", "cos(x2)")),
    Linear(out_features=6),
    BatchNorm(),
    Activation(kind="gelu"),
    Dropout(p=0.3),
    Linear(out_features=2),
    LogSoftmax(),
)
PLANE = Experiment(
    data=PlaneClasses(kind="moons", points=60),
    model=Model(layers=LAYERS),
    training=Training(loss="nll", steps=20),
)
DIGITS = recipes.get("digits-cnn").experiment.with_set("training.steps", 10)


@pytest.mark.parametrize("experiment", [PLANE, DIGITS], ids=["plane", "digits"])
def test_onnxruntime_gives_pytorchs_outputs_for_any_batch(
    experiment: Experiment, trained: Trained
) -> None:
    run, _ = trained(experiment)
    exported = exporting.onnx(run)
    onnx.checker.check_model(onnx.load_from_string(exported.data), full_check=True)
    session = onnxruntime.InferenceSession(exported.data, providers=["CPUExecutionProvider"])
    network, _ = load_network(run)
    shape = (2,) if experiment is PLANE else (1, 28, 28)
    for batch in (1, 5, 33):
        inputs = torch.rand(batch, *shape, generator=torch.Generator().manual_seed(batch))
        (received,) = session.run(["outputs"], {"x": inputs.numpy()})
        with torch.inference_mode():
            expected = network(inputs)
        torch.testing.assert_close(
            torch.from_numpy(np.asarray(received)), expected, rtol=1e-4, atol=1e-5
        )
    assert 0 <= exported.max_difference < 1e-4


def test_a_file_that_does_not_agree_is_not_handed_out(
    trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, _ = trained(PLANE)
    data = exporting.onnx(run).data
    network, _ = load_network(run)
    with torch.no_grad():
        next(network.parameters()).add_(1)
    samples = exporting.sample_inputs((2,))
    with pytest.raises(NnlabError, match=r"must lie within .* of PyTorch's, got"):
        exporting.largest_difference(data, network, samples)


def test_a_run_without_weights_is_refused(store: Store) -> None:
    with pytest.raises(NnlabError, match="no weights yet: let it train first"):
        exporting.onnx(store.create(PLANE, name="waiting"))
