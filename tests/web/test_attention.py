"""What an attention layer shows of itself in the browser, against PyTorch's own attention."""

import base64
from typing import Any

import numpy as np
import pytest
import torch

from nnlab.learn.attention.trace import trace
from tests.learn.attention.test_trace import TOKENS, WIDTH, network_of, pytorchs_own
from tests.web.modules import Modules
from tests.web.networks import Case
from tests.web.parity import apart, to_json
from tests.web.test_network import error_of

TOLERANCE = 1e-5
INSIDE = """told => {
  const { bytesOf, base64Of } = modules.evaluate;
  const { tensors } = modules.safetensors.readTensors(bytesOf(told.weights));
  const network = modules.forward.makeNetwork(told.layers, told.shape);
  network.forward(tensors, new Float32Array(bytesOf(told.x).buffer), told.n);
  const { query, key, value, mix, scores, weights } = network.inside(2);
  return Object.fromEntries(Object.entries({ query, key, value, mix, scores, weights })
    .map(([name, values]) => [name, base64Of(values)]));
}"""


def inside(page: Modules, heads: int, *, causal: bool) -> tuple[dict[str, np.ndarray], Any]:
    """What the browser has of the sequence, and the network."""
    network = network_of(heads, causal=causal)
    layers = (
        {"kind": "embedding", "num_embeddings": 10, "embedding_dim": WIDTH},
        {"kind": "positions"},
        {"kind": "attention", "heads": heads, "causal": causal},
    )
    case = Case((), (len(TOKENS),), 1, 0, network, torch.tensor([TOKENS]))
    got = page.evaluate(INSIDE, {**to_json(case), "layers": layers})
    return {name: np.frombuffer(base64.b64decode(one), "<f4") for name, one in got.items()}, network


@pytest.mark.parametrize("heads", [1, 3])
@pytest.mark.parametrize("causal", [False, True])
def test_every_step_on_the_way_is_that_of_pytorch(page: Modules, heads: int, causal: bool) -> None:
    ours, network = inside(page, heads, causal=causal)
    length, each = len(TOKENS), WIDTH // heads
    found = trace(network, 2, TOKENS)
    for number, head in enumerate(found.heads):
        for name in ("query", "key", "value", "mix"):
            part = ours[name].reshape(length, heads, each)[:, number]
            assert apart(part, getattr(head, name)) <= TOLERANCE, name
        for name in ("scores", "weights"):
            part = ours[name].reshape(heads, length, length)[number]
            assert apart(part, getattr(head, name)) <= TOLERANCE, name


def test_the_map_is_that_of_multihead_attention(page: Modules) -> None:
    ours, network = inside(page, 3, causal=False)
    x = network[:2](torch.tensor([TOKENS]))
    _out, theirs = pytorchs_own(network[2])(x, x, x, average_attn_weights=False)
    assert apart(ours["weights"].reshape(3, 5, 5), theirs[0].detach().numpy()) <= TOLERANCE


def test_a_token_that_is_none_has_no_numbers(page: Modules) -> None:
    values = page.evaluate(
        """() => {
          const layers = [{ kind: "embedding", num_embeddings: 2, embedding_dim: 1 }];
          const tensors = new Map([["0.weight", { shape: [2, 1], data: Float32Array.of(5, 6) }]]);
          const network = modules.forward.makeNetwork(layers, [4]);
          return [...network.forward(tensors, Float32Array.of(0, 1, 2, -1), 1)].map(String);
        }"""
    )
    assert values == ["5", "6", "NaN", "NaN"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            'makeNetwork([{"kind": "relu"}], [2]).inside(0)',
            "Layer 0 has no attention, or was not evaluated yet.",
        ),
        (
            'makeNetwork([{"kind": "attention", "heads": 3}], [5, 4])',
            "Layer 1 (attention) does not take the shape [5,4].",
        ),
        (
            'makeNetwork([{"kind": "positions"}], [5])',
            "Layer 1 (positions) does not take the shape [5].",
        ),
    ],
)
def test_what_has_no_attention_is_refused_by_name(page: Modules, body: str, message: str) -> None:
    assert error_of(page, body) == message
