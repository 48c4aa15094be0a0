"""A run on sequences taken elsewhere: tokens in, and the same answers out."""

import io

import onnxruntime
import torch

from nnlab.export.formats import FORMATS, export
from nnlab.export.onnx import onnx, sample_inputs
from nnlab.export.restore import agree, restore
from nnlab.export.upload import read_upload
from nnlab.runs.network import load_network
from tests.insight.token_networks import EXPERIMENT, LENGTH, SYMBOLS

TOKENS = sample_inputs((LENGTH,), SYMBOLS)


def test_sample_inputs_are_tokens_of_the_data():
    assert TOKENS.dtype == torch.int64
    assert set(TOKENS.flatten().tolist()) == set(range(SYMBOLS))


def test_onnxruntime_gives_pytorchs_outputs_for_tokens(trained):
    run, _loss = trained(EXPERIMENT)
    session = onnxruntime.InferenceSession(onnx(run).data)
    assert session.get_inputs()[0].type == "tensor(int64)"
    network, _step = load_network(run)
    (received,) = session.run(None, {"x": TOKENS[:3].numpy()})
    with torch.inference_mode():
        torch.testing.assert_close(torch.from_numpy(received), network(TOKENS[:3]))


def test_the_whole_network_and_its_weights_come_back_the_same(trained, store):
    run, _loss = trained(EXPERIMENT)
    network, _step = load_network(run)
    program = torch.export.load(io.BytesIO(export(run, "pt2")))
    with torch.inference_mode():
        torch.testing.assert_close(program.module()(TOKENS[:5]), network(TOKENS[:5]))
    found = read_upload("weights.zip", export(run, "zip"))
    assert found.experiment == EXPERIMENT
    restored = restore(store, found.experiment, found.weights, "restored")
    assert agree(network, load_network(restored)[0], TOKENS) == 0


def test_every_format_is_written(trained):
    run, _loss = trained(EXPERIMENT)
    for name in FORMATS:
        assert len(export(run, name)) > 100, name
