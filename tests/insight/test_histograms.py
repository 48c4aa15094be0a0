"""Bins against numpy's, gradients against those worked out by hand, and words that are true."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F

from nnlab.insight.doctor.diagnosis import examine
from nnlab.insight.histograms import (
    FEWEST_EXAMPLES,
    MOST_BINS,
    MOST_EXAMPLES,
    MOST_VALUES,
    LayerNumbers,
    compare_gradients,
    examples_for,
    histograms,
    layer_numbers,
    spread_over,
)
from tests.insight.networks import cnn

RNG = np.random.default_rng(0)


def values(count: int = 200, scale: float = 1.0) -> np.ndarray:
    return (scale * RNG.normal(size=count)).astype(np.float32)


# Bins --------------------------------------------------------------------------------------------


def test_shares_are_numpys_counts_over_their_number_in_bins_that_hold_all() -> None:
    moments = [values(), values(scale=3), values(count=50)]
    found = histograms(moments)
    low, high = found.edges[0], found.edges[-1]
    assert np.allclose(np.diff(found.edges), found.edges[1] - low)
    assert low <= min(m.min() for m in moments)
    assert high >= max(m.max() for m in moments)
    for moment, shares in zip(moments, found.shares, strict=True):
        counts, edges = np.histogram(moment, bins=len(shares), range=(low, high))
        assert np.allclose(edges, found.edges)
        assert shares * len(moment) == pytest.approx(counts)
        assert shares.sum() == pytest.approx(1)


def test_bins_grow_with_the_cube_root_of_the_values_and_no_further() -> None:
    """Rice's rule: 2 ∛n."""
    assert [histograms([values(n)]).shares.shape[1] for n in (4, 3375, 100_000)] == [
        20,
        30,
        MOST_BINS,
    ]


def test_the_bins_stay_while_values_move_a_little() -> None:
    moving = [histograms([np.array([-1.01 - i / 100, 2.02 + i / 100])]).edges for i in range(9)]
    assert all(np.array_equal(edges, moving[0]) for edges in moving)


@pytest.mark.parametrize("alike", [0.0, 3.0, -1e-30])
def test_values_that_are_all_alike_lie_in_one_bin(alike: float) -> None:
    found = histograms([np.full(5, alike, np.float32)])
    assert sorted(found.shares[0])[-2:] == [0, 1]
    place = int(found.shares[0].argmax())
    assert found.edges[place] <= np.float32(alike) <= found.edges[place + 1]


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=200), st.integers(2, 30))
def test_moments_are_spread_from_the_first_to_the_last(steps: list[int], most: int) -> None:
    chosen = spread_over(steps, most)
    assert chosen == sorted(set(chosen) & set(steps))
    assert len(chosen) <= most
    assert (chosen[0], chosen[-1]) == (min(steps), max(steps))
    if len(set(steps)) <= most:
        assert chosen == sorted(set(steps))


def test_of_many_moments_the_chosen_ones_are_evenly_spread() -> None:
    assert spread_over(range(1001), 5) == [0, 250, 500, 750, 1000]
    dense_at_the_end = [0, *range(900, 1001)]
    assert spread_over(dense_at_the_end, 5) == [0, 900, 1000]


# Gradients ---------------------------------------------------------------------------------------


def test_gradients_of_a_linear_layer_are_those_worked_out_by_hand() -> None:
    """L = Σ (X wᵀ + b - y)² / n, so ∂L/∂w = 2 (X wᵀ + b - y)ᵀ X / n and ∂L/∂b = 2 Σ (…) / n."""
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(3, 1))
    x, y = torch.randn(20, 3), torch.randn(20, 1)
    weight, bias = (p.detach().double().numpy() for p in network.parameters())
    off = x.double().numpy() @ weight.T + bias - y.double().numpy()
    by_weight, by_bias = 2 * off.T @ x.double().numpy() / 20, 2 * off.sum(0) / 20

    (layer,) = layer_numbers(network, x, y, F.mse_loss)

    assert (layer.number, layer.units, layer.size) == (1, 1, 3)
    assert layer.weights == pytest.approx(weight.ravel())
    assert layer.biases == pytest.approx(bias)
    assert layer.weight_gradients == pytest.approx(by_weight.ravel(), rel=1e-5)
    assert layer.bias_gradients == pytest.approx(by_bias, rel=1e-5)
    both = np.concatenate([by_weight.ravel(), by_bias])
    assert layer.gradient_rms == pytest.approx(math.sqrt((both**2).mean()), rel=1e-5)
    assert all(p.grad is None for p in network.parameters()), "the network is left as it was"


def pictures(count: int = 9) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(3)
    return torch.rand(count, 1, 8, 8, generator=generator), torch.arange(count) % 3


def test_gradients_are_those_of_evaluation_and_the_doctors() -> None:
    """The network has dropout and batch norm, and comes in training mode."""
    network = cnn()
    modes = [module.training for module in network.modules()]
    state = {name: value.clone() for name, value in network.state_dict().items()}
    x, y = pictures()
    found = layer_numbers(network, x, y, F.cross_entropy)
    assert found[0].weight_gradients.tolist() == (
        layer_numbers(network, x, y, F.cross_entropy)[0].weight_gradients.tolist()
    )
    examined = examine(network, x, y, lr=0.1).layers
    assert [layer.gradient_rms for layer in found] == pytest.approx(
        [layer.grad_rms for layer in examined], rel=1e-5
    )
    assert [layer.units for layer in found] == [4, 5, 3]
    assert [module.training for module in network.modules()] == modes
    assert all(torch.equal(state[name], value) for name, value in network.state_dict().items())


def test_a_layer_without_biases_has_none() -> None:
    network = nn.Sequential(nn.Linear(2, 3, bias=False), nn.Tanh(), nn.Linear(3, 2))
    x, y = torch.randn(5, 2), torch.tensor([0, 1, 0, 1, 1])
    first, last = layer_numbers(network, x, y, F.cross_entropy)
    assert (len(first.biases), len(first.bias_gradients)) == (0, 0)
    assert len(last.biases) == len(last.bias_gradients) == 2


def test_of_a_large_layer_always_the_same_weights_are_counted() -> None:
    network = nn.Sequential(nn.Linear(200, 100))
    (layer,) = layer_numbers(
        network, torch.randn(4, 200), torch.tensor([0, 1, 2, 3]), F.cross_entropy
    )
    assert (layer.size, len(layer.weights)) == (20_000, MOST_VALUES)
    assert len(layer.weight_gradients) == MOST_VALUES
    assert isinstance(network[0], nn.Linear)
    assert set(layer.weights) <= set(network[0].weight.detach().flatten().tolist())
    assert layer.weights[-1] == network[0].weight[-1, -1].item()


def test_what_a_backward_pass_costs_is_bounded() -> None:
    assert examples_for(114, 250) == 250
    assert examples_for(114, 50_000) == MOST_EXAMPLES
    assert examples_for(100_000, 50_000) == 200
    assert examples_for(10**9, 50_000) == FEWEST_EXAMPLES


# Words -------------------------------------------------------------------------------------------


def layers(*rms: float) -> list[LayerNumbers]:
    nothing = np.empty(0)
    plain = LayerNumbers(1, 1, 1, nothing, nothing, nothing, nothing, 0.0)
    return [replace(plain, number=i, gradient_rms=value) for i, value in enumerate(rms, start=1)]


@pytest.mark.parametrize(
    ("rms", "said"),
    [
        ((1.0,), ""),
        ((0.2, 5.0, 1.0), ""),
        ((0.01, 1.0), "layer 1 are 100 times smaller than those of layer 2 (root mean square)."),
        ((1e-4, 3.0, 1.0), "layer 1 are 10,000 times smaller than those of layer 3: vanishing"),
        ((1.0, 0.05), "layer 2 are 20 times smaller than those of layer 1 (root mean square)."),
        ((5e4, 1.0), "layer 2 are 50,000 times smaller than those of layer 1: exploding"),
        ((0.0, 1.0), "All gradients of layer 1 are 0."),
        ((0.0, 0.0), "nothing learns here"),
        ((float("nan"), 1.0), ""),
    ],
)
def test_gradients_are_compared_in_words_that_are_true(rms: tuple[float, ...], said: str) -> None:
    found = compare_gradients(layers(*rms))
    assert said in found if said else found == ""


def test_a_deep_network_of_sigmoids_vanishes_in_words() -> None:
    torch.manual_seed(0)
    blocks: list[nn.Module] = [nn.Linear(2, 8)]
    for _ in range(7):
        blocks += [nn.Sigmoid(), nn.Linear(8, 8)]
    network = nn.Sequential(*blocks, nn.Sigmoid(), nn.Linear(8, 2))
    x = torch.randn(100, 2)
    found = layer_numbers(network, x, (x[:, 0] > 0).long(), F.cross_entropy)
    assert "vanishing gradients" in compare_gradients(found)
