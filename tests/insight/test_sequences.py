"""What looks into networks looks into those of sequences, too: int64 inputs, a class a token."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from nnlab.data.registry import load
from nnlab.insight.activations import activations
from nnlab.insight.confusion import confusion
from nnlab.insight.doctor.diagnosis import diagnostics, examine
from nnlab.insight.doctor.learning import class_missing, too_simple
from nnlab.insight.histograms import layer_numbers
from nnlab.insight.microscope import check_gradient, one_step
from nnlab.training.metrics import cross_entropy
from tests.insight.token_networks import EXPERIMENT, LENGTH, SYMBOLS, batch, network


def loss_by_hand(model: nn.Module) -> torch.Tensor:
    x, y = batch()
    return F.cross_entropy(model(x).flatten(0, 1), y.flatten())


def test_activations_are_there_for_each_layer_and_each_token():
    x, _y = batch()
    found = activations(network(), x)
    assert [one.kind for one in found[:4]] == ["Embedding", "Positions", "Attention", "LayerNorm"]
    assert [one.values.shape[1:] for one in found] == [(LENGTH, 8)] * 4 + [
        (LENGTH, 5),
        (LENGTH, 5),
        (LENGTH, SYMBOLS),
    ]
    assert np.array_equal(found[-1].values, network()(x).detach().numpy())


def test_histograms_have_the_layers_within_attention_and_autograds_gradients():
    model = network()
    found = layer_numbers(model, *batch(), cross_entropy)
    assert [layer.size for layer in found] == [4 * 8, 64, 64, 64, 64, 40, 20]
    loss_by_hand(model).backward()
    query = model.get_parameter("2.query.weight").grad
    assert query is not None
    np.testing.assert_allclose(found[1].weight_gradients, query.flatten(), rtol=1e-5, atol=1e-8)
    assert found[0].biases.size == 0


def test_the_doctor_measures_the_loss_over_all_tokens_and_finds_dead_units_among_them():
    model = network()
    with torch.no_grad():
        model.get_parameter("4.bias")[1] = -100  # cut off by ReLU for every token of every sequence
    x, y = batch()
    seen = examine(model, x, y, lr=0.01, adaptive=True)
    assert seen.loss == pytest.approx(loss_by_hand(model).item(), rel=1e-6)
    shares = np.bincount(y.flatten(), minlength=SYMBOLS) / y.numel()
    assert seen.guessing == pytest.approx(float(-(shares * np.log(shares)).sum()))
    after_relu = model[:6](x).flatten(0, 1)  # a row for each token of each sequence
    dead = [unit + 1 for unit in range(5) if not after_relu[:, unit].any()]
    assert 2 in dead
    assert list(seen.layers[0].dead) == dead
    assert next(iter(diagnostics(seen))).issue == "dead"
    assert seen.spreads == ()


def test_attention_bends_and_no_class_of_the_tokens_is_missing():
    x, y = batch()
    assert too_simple(network(), x, y, steps=1000) is None
    torch.manual_seed(0)  # of some other initial weights it names a sequence or two by chance
    only_linear = nn.Sequential(nn.Embedding(SYMBOLS, 8), nn.Linear(8, SYMBOLS))
    said = too_simple(only_linear, x, y, steps=1000)
    assert said is not None
    assert "names 0% of the" in said.what
    assert class_missing(y, SYMBOLS, "0123") is None
    assert class_missing(y, SYMBOLS + 1, "01234") is not None


def test_confusion_counts_tokens():
    x, y = batch()
    found = confusion(network(), x, y, SYMBOLS)
    pairs = list(zip(y.flatten().tolist(), network()(x).argmax(-1).flatten().tolist(), strict=True))
    by_hand = [[pairs.count((i, j)) for j in range(4)] for i in range(4)]
    assert found.tolist() == by_hand
    assert found.sum() == 40 * LENGTH


def test_one_step_is_taken_and_its_gradient_is_the_slope():
    splits = load(EXPERIMENT.data, Path("/nonexistent"))
    step = one_step(EXPERIMENT, splits)
    assert step.x.dtype == torch.int64
    assert step.outputs.shape == (16, LENGTH, SYMBOLS)
    each = F.cross_entropy(step.outputs.flatten(0, 1), step.y.flatten(), reduction="none")
    torch.testing.assert_close(step.losses, each.view(16, LENGTH).mean(1))
    assert step.losses.mean() == pytest.approx(step.loss, rel=1e-6)
    for name, index in (("0.weight", (1, 2)), ("1.weight", (0, 3)), ("2.key.weight", (4, 4))):
        assert check_gradient(step, name, index).relative_error < 1e-5, name
