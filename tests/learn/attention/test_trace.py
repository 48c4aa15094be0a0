"""What attention computes of one sequence, against PyTorch's own `nn.MultiheadAttention`."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from nnlab.config import Model
from nnlab.learn.attention.trace import attention_layers, in_full, trace
from nnlab.models import build
from nnlab.models.token_layers import Attention

TOKENS = (3, 1, 4, 1, 5)
WIDTH = 12


def network_of(heads: int, *, causal: bool, symbols: int = 10) -> nn.Sequential:
    """Embedding, positions, attention, norm, an answer for each token; larger weights than new."""
    layers = [
        {"kind": "embedding", "num_embeddings": symbols, "embedding_dim": WIDTH},
        {"kind": "positions"},
        {"kind": "attention", "heads": heads, "causal": causal},
        {"kind": "layer_norm"},
        {"kind": "linear", "out_features": symbols},
    ]
    network = build(Model.model_validate({"layers": layers, "seed": 3}), (len(TOKENS),)).eval()
    with torch.no_grad():
        for parameter in network[2].parameters():
            parameter.mul_(3)
    return network


def pytorchs_own(ours: nn.Module) -> nn.MultiheadAttention:
    """PyTorch's module with the weights of ours."""
    assert isinstance(ours, Attention)
    theirs = nn.MultiheadAttention(WIDTH, ours.heads, batch_first=True)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(
            torch.cat([p.weight for p in (ours.query, ours.key, ours.value)])
        )
        theirs.in_proj_bias.copy_(torch.cat([p.bias for p in (ours.query, ours.key, ours.value)]))
        theirs.out_proj.load_state_dict(ours.out.state_dict())
    return theirs.eval()


@pytest.mark.parametrize("heads", [1, 3])
@pytest.mark.parametrize("causal", [False, True])
def test_the_weights_are_those_of_multihead_attention(heads: int, causal: bool) -> None:
    network = network_of(heads, causal=causal)
    x = network[:2](torch.tensor([TOKENS]))
    mask = torch.ones(5, 5, dtype=torch.bool).triu(1) if causal else None
    _out, weights = pytorchs_own(network[2])(x, x, x, attn_mask=mask, average_attn_weights=False)
    found = trace(network, 2, TOKENS)
    assert len(found.heads) == heads
    for head, theirs in zip(found.heads, weights[0], strict=True):
        np.testing.assert_allclose(head.weights, theirs.detach().numpy(), rtol=2e-5, atol=1e-7)


@pytest.mark.parametrize("heads", [1, 3])
def test_score_softmax_and_mix_follow_from_query_key_and_value_by_hand(heads: int) -> None:
    for head in trace(network_of(heads, causal=True), 2, TOKENS).heads:
        for i in range(5):
            scores = [
                math.fsum(q * k for q, k in zip(head.query[i], head.key[j], strict=True))
                / math.sqrt(WIDTH / heads)
                for j in range(i + 1)
            ]
            total = math.fsum(map(math.exp, scores))
            weights = [math.exp(score) / total for score in scores]
            mix = [
                math.fsum(weights[j] * head.value[j, d] for j in range(i + 1))
                for d in range(WIDTH // heads)
            ]
            assert head.scores[i, : i + 1] == pytest.approx(scores, rel=1e-4, abs=1e-6)
            assert head.weights[i, : i + 1] == pytest.approx(weights, rel=1e-4)
            assert head.mix[i] == pytest.approx(mix, rel=1e-4, abs=1e-6)
            assert np.all(head.scores[i, i + 1 :] == -np.inf)
            assert np.all(head.weights[i, i + 1 :] == 0)


def test_the_probabilities_are_those_of_the_whole_network() -> None:
    network = network_of(1, causal=False)
    with torch.no_grad():
        outputs = network(torch.tensor([TOKENS]))[0].softmax(-1)
    np.testing.assert_array_equal(trace(network, 2, TOKENS).probabilities, outputs.numpy())


def test_attention_layers_are_found_by_their_places() -> None:
    assert attention_layers(network_of(1, causal=False)) == (2,)
    assert attention_layers(nn.Sequential(nn.Linear(2, 2))) == ()


@pytest.mark.parametrize("value", [0.1, 1 / 3, 123.456, -2.5])
def test_a_number_in_full_is_read_back_as_the_same_float32(value: float) -> None:
    number = np.float32(value)
    said = in_full(number)
    assert np.float32(said.replace("−", "-")) == number
    shorter = said[:-1].rstrip(".")
    assert len(said) < 4 or np.float32(shorter.replace("−", "-")) != number
