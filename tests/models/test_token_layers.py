"""The layers of sequences against PyTorch's own attention and against formulas written out."""

import math

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nnlab.config import (
    Activation,
    Attention,
    BatchNorm,
    Conv2d,
    Dropout,
    Embedding,
    Flatten,
    Layer,
    LayerNorm,
    Linear,
    LogSoftmax,
    Model,
    Positions,
)
from nnlab.errors import InvalidExperimentError
from nnlab.models import build, check_outputs, skeleton, trace
from nnlab.models import token_layers as own

HEADS = [(1, False), (1, True), (2, False), (4, True)]


def attention(heads: int, causal: bool, residual: bool = False, width: int = 8) -> own.Attention:
    torch.manual_seed(3)
    return own.Attention(width, heads, causal=causal, residual=residual).double()


def rows(width: int = 8) -> Tensor:
    return torch.randn(5, 6, width, dtype=torch.float64, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize(("heads", "causal"), HEADS)
def test_attention_is_pytorchs_scaled_dot_product_attention(heads, causal):
    ours, x = attention(heads, causal), rows()
    query, key, value = (
        torch.stack(layer(x).chunk(heads, dim=2), dim=1)
        for layer in (ours.query, ours.key, ours.value)
    )
    mixed = F.scaled_dot_product_attention(query, key, value, is_causal=causal)
    expected = ours.out(torch.cat(mixed.unbind(1), dim=2))
    torch.testing.assert_close(ours(x), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("heads", "causal"), HEADS)
def test_attention_is_pytorchs_multihead_attention_with_the_same_weights(heads, causal):
    ours, x = attention(heads, causal), rows()
    theirs = nn.MultiheadAttention(8, heads, batch_first=True, dtype=torch.float64)
    with torch.no_grad():
        parts = (ours.query, ours.key, ours.value)
        theirs.in_proj_weight.copy_(torch.cat([part.weight for part in parts]))
        theirs.in_proj_bias.copy_(torch.cat([part.bias for part in parts]))
        theirs.out_proj.load_state_dict(ours.out.state_dict())
    mask = nn.Transformer.generate_square_subsequent_mask(6, dtype=torch.float64)
    expected, weights = theirs(
        x, x, x, attn_mask=mask if causal else None, average_attn_weights=False
    )
    attended = ours.attend(x)
    torch.testing.assert_close(attended.output, expected, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(attended.weights, weights, rtol=1e-12, atol=1e-12)
    assert attended.output.grad_fn is not None


def test_the_gradients_are_those_of_pytorchs_attention():
    ours, x = attention(2, True), rows()
    found = torch.autograd.grad(ours(x).square().sum(), list(ours.parameters()))
    query, key, value = (
        torch.stack(layer(x).chunk(2, dim=2), dim=1) for layer in (ours.query, ours.key, ours.value)
    )
    mixed = F.scaled_dot_product_attention(query, key, value, is_causal=True)
    outputs = ours.out(torch.cat(mixed.unbind(1), dim=2))
    expected = torch.autograd.grad(outputs.square().sum(), list(ours.parameters()))
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-10)


def test_one_head_of_two_tokens_worked_out_by_hand():
    """q = k = v = x for the tokens (1, 0) and (0, 2): scores 1/√2, 0, 0, 4/√2."""
    layer = own.Attention(2, 1, causal=False, residual=False).double()
    with torch.no_grad():
        for part in (layer.query, layer.key, layer.value, layer.out):
            part.weight.copy_(torch.eye(2))
            part.bias.zero_()
    a, b = 1 / (1 + math.exp(-1 / math.sqrt(2))), 1 / (1 + math.exp(-4 / math.sqrt(2)))
    expected = torch.tensor([[[a, 2 * (1 - a)], [1 - b, 2 * b]]], dtype=torch.float64)
    x = torch.tensor([[[1.0, 0.0], [0.0, 2.0]]], dtype=torch.float64)
    torch.testing.assert_close(layer(x), expected, rtol=1e-14, atol=1e-14)
    layer.residual = True
    torch.testing.assert_close(layer(x), x + expected, rtol=1e-14, atol=1e-14)


def test_a_causal_head_does_not_see_what_comes_later():
    layer, x = attention(2, True), rows()
    changed = x.clone()
    changed[:, 4:] += 1
    assert torch.equal(layer(x)[:, :4], layer(changed)[:, :4])
    assert not torch.equal(layer(x)[:, 4:], layer(changed)[:, 4:])


def test_without_positions_attention_does_not_know_the_order():
    layer, x = attention(1, False), rows()
    order = torch.tensor([3, 0, 5, 1, 4, 2])
    torch.testing.assert_close(layer(x)[:, order], layer(x[:, order]), rtol=1e-12, atol=1e-12)


def test_layer_norm_by_hand():
    layer = build(Model(layers=(LayerNorm(eps=0.25),)), (3,))
    layer.load_state_dict(
        {"0.weight": torch.tensor([1.0, 2.0, 3.0]), "0.bias": torch.tensor([0.5, 0.0, -1.0])}
    )
    # Mean 2, variance (1 + 0 + 1) / 3; so the first is -1 / √(2/3 + 1/4).
    scale = 1 / math.sqrt(2 / 3 + 1 / 4)
    expected = torch.tensor([[-scale + 0.5, 0.0, 3 * scale - 1]])
    torch.testing.assert_close(layer(torch.tensor([[1.0, 2.0, 3.0]])), expected)


def test_embedding_and_positions_add_a_row_for_the_token_and_one_for_the_place():
    model = Model(layers=(Embedding(num_embeddings=5, embedding_dim=3), Positions()), seed=2)
    network = build(model, (4,))
    tokens = torch.tensor([[4, 0, 0, 2]])
    of_tokens, of_places = (p.detach() for p in network.parameters())
    assert of_tokens.shape == (5, 3)
    assert of_places.shape == (4, 3)
    assert torch.equal(network(tokens)[0], of_tokens[tokens[0]] + of_places)


def test_positions_are_drawn_from_a_normal_distribution_of_a_fiftieth():
    layers = (Embedding(num_embeddings=2, embedding_dim=500), Positions())
    weight = build(Model(layers=layers), (16,)).get_parameter("1.weight").detach()
    # Five standard deviations of the mean and of the spread of 8,000 numbers.
    assert weight.mean().abs() < 5 * 0.02 / math.sqrt(8000)
    assert weight.std() == pytest.approx(0.02, rel=5 / math.sqrt(2 * 8000))


LAYERS: tuple[Layer, ...] = (
    Embedding(num_embeddings=10, embedding_dim=32),
    Positions(),
    Attention(heads=4),
    LayerNorm(),
    Dropout(p=0.1),
    Linear(out_features=64),
    Activation(kind="gelu"),
    Linear(out_features=10),
)


def test_the_names_of_the_weights_say_which_layer_and_which_part():
    names = list(build(Model(layers=LAYERS), (8,)).state_dict())
    parts = [f"2.{part}.{kind}" for part in ("query", "key", "value", "out") for kind in "wb"]
    expected = ["0.weight", "1.weight"]
    expected += [name.replace(".w", ".weight").replace(".b", ".bias") for name in parts]
    assert names == [*expected, "3.weight", "3.bias", "5.weight", "5.bias", "7.weight", "7.bias"]


def test_parameters_and_shapes_are_those_of_the_network_itself():
    model = Model(layers=LAYERS)
    network, outlined = build(model, (8,)), skeleton(model, (8,))
    traced = trace(LAYERS, (8,))
    x = torch.randint(10, (3, 8))
    for row, module, outline in zip(traced, network, outlined, strict=True):
        x = module(x)
        assert x.shape == (3, *row.output_shape)
        assert row.parameters == sum(p.numel() for p in module.parameters())
        shapes = {name: p.shape for name, p in module.state_dict().items()}
        assert shapes == {name: p.shape for name, p in outline.state_dict().items()}
        assert all(p.is_meta for p in outline.parameters())


def test_the_operations_of_attention_are_those_that_pytorch_counts():
    from torch.utils.flop_counter import FlopCounterMode

    (row,) = trace(LAYERS[:3], (8,))[2:]
    layer = own.Attention(32, 4, causal=False, residual=True)
    with FlopCounterMode(display=False) as counter:
        layer(torch.randn(1, 8, 32))
    assert row.flops == counter.get_total_flops()


def test_a_linear_layer_works_on_each_token_and_flatten_joins_them():
    layers = (*LAYERS[:2], Linear(out_features=6), Flatten(), Linear(out_features=2))
    shapes = [row.output_shape for row in trace(layers, (8,))]
    assert shapes == [(8, 32), (8, 32), (8, 6), (48,), (2,)]
    assert trace(layers, (8,))[2].parameters == 6 * 33


EMBEDDING = LAYERS[0]


@pytest.mark.parametrize(
    ("layers", "shape", "said"),
    [
        (
            (EMBEDDING, Attention(heads=5)),
            (8,),
            r"\(attention\).*5 heads divide.*8×32: set heads to 4",
        ),
        ((EMBEDDING, Attention(heads=64)), (8,), r"64 heads divide.*set heads to 32"),
        ((Attention(),), (8,), r"\(attention\) needs tokens × values.*behind an embedding"),
        ((EMBEDDING, Flatten(), Positions()), (8,), r"Layer 3 \(positions\).*receive 256"),
        ((EMBEDDING,), (1, 28, 28), r"\(embedding\) needs tokens.*put it first, on sequences"),
        ((LayerNorm(),), (1, 28, 28), r"\(layer_norm\).*put flatten before"),
        ((EMBEDDING, BatchNorm()), (8,), r"\(batch_norm\).*take layer_norm in its place"),
        ((EMBEDDING, LogSoftmax()), (8,), r"\(log_softmax\).*take the loss cross_entropy"),
        ((EMBEDDING, Conv2d(out_channels=1)), (8,), r"\(conv2d\).*take pictures as data"),
        (
            (EMBEDDING, Linear(out_features=128), *[Attention()] * 62),
            (16,),
            r"layer 10 .* 532,928 weights.* 500,000",
        ),
        ((Embedding(num_embeddings=1024, embedding_dim=512),), (8,), r"524,288 weights.*500,000"),
    ],
)
def test_what_cannot_follow_is_named_with_the_mend(layers, shape, said):
    with pytest.raises(InvalidExperimentError, match=said):
        trace(layers, shape)


def test_a_network_must_end_in_an_answer_for_each_token_or_in_one_for_all():
    with pytest.raises(InvalidExperimentError, match=r"8×10.*one answer of 2 values.*put flatten"):
        check_outputs(LAYERS, (8,), (2,))
    ends = (EMBEDDING, Flatten(), Linear(out_features=2))
    with pytest.raises(InvalidExperimentError, match=r"shape 2, .*8 tokens with 10 values each"):
        check_outputs(ends, (8,), (8, 10))
    assert check_outputs(LAYERS, (8,), (8, 10))[-1].output_shape == (8, 10)
