"""The noise of gradients against batches that are run one by one, and against its formula."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nnlab.data.splits import Part
from nnlab.errors import NnlabError
from nnlab.learn.batches.noise import (
    MOST_OPERATIONS,
    MOST_WORK,
    examples_for,
    gradient_noise,
    single_gradients,
)


@pytest.fixture
def network() -> nn.Sequential:
    torch.manual_seed(3)
    layers = nn.Linear(2, 5), nn.BatchNorm1d(5), nn.Tanh(), nn.Dropout(0.5), nn.Linear(5, 3)
    return nn.Sequential(*layers)


@pytest.fixture
def part() -> Part:
    generator = torch.Generator().manual_seed(1)
    x = torch.randn(60, 2, generator=generator)
    return Part(x, torch.randint(3, (60,), generator=generator))


def flat_gradient(network: nn.Module, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    network.eval()
    network.zero_grad()
    F.cross_entropy(network(x), y).backward()
    return torch.cat([p.grad.flatten() for p in network.parameters() if p.grad is not None])


def test_the_mean_of_single_gradients_is_the_gradient_of_the_mean_loss(
    network: nn.Sequential, part: Part
) -> None:
    rows = single_gradients(network, part, F.cross_entropy)
    assert all(p.grad is None for p in network.parameters())
    assert network.training
    torch.testing.assert_close(rows.mean(0), flat_gradient(network, part.x, part.y))
    torch.testing.assert_close(rows[7], flat_gradient(network, part.x[7:8], part.y[7:8]))


def test_noise_falls_as_the_formula_of_a_sample_without_repeats_says(
    network: nn.Sequential, part: Part
) -> None:
    noise = gradient_noise(network, part, F.cross_entropy)
    assert noise.sizes == (1, 2, 4, 8, 16, 32, 60)
    assert noise.measured[-1] == pytest.approx(0, abs=1e-3 * noise.norm)
    np.testing.assert_allclose(noise.measured[:-1], noise.expected[:-1], rtol=0.12)
    assert noise.expected[2] / noise.expected[0] == pytest.approx(0.5 * np.sqrt(56 / 59))


def test_it_is_what_batches_that_are_run_one_by_one_give(
    network: nn.Sequential, part: Part
) -> None:
    noise = gradient_noise(network, part, F.cross_entropy)
    full = flat_gradient(network, part.x, part.y)
    assert noise.norm == pytest.approx(full.norm().item(), rel=1e-5)
    generator = np.random.default_rng(0)
    for at, size in ((0, 1), (3, 8)):
        found, downhill = [], []
        for _draw in range(300):
            batch = generator.permutation(60)[:size]
            gradient = flat_gradient(network, part.x[batch], part.y[batch])
            found.append((gradient - full).square().sum().item())
            downhill.append((gradient @ full).item() > 0)
        assert noise.measured[at] == pytest.approx(np.sqrt(np.mean(found)), rel=0.15)
        assert noise.downhill[at] == pytest.approx(np.mean(downhill), abs=0.12)
    distances = np.linalg.norm(noise.clouds - [1, 0], axis=2) * noise.norm
    assert (np.sqrt((distances**2).mean(1)) <= noise.measured * 1.001 + 1e-6).all()


def test_what_has_no_gradient_is_said(part: Part) -> None:
    network = nn.Sequential(nn.Linear(2, 3))
    with pytest.raises(NnlabError, match="gradient is 0"):
        gradient_noise(network, part, lambda outputs, y: outputs.sum() * 0)
    with pytest.raises(NnlabError, match="not finite"):
        gradient_noise(network, part, lambda outputs, y: outputs.sum() * float("nan"))


def test_work_is_bounded_before_it_is_done(part: Part) -> None:
    def allowed(layer: nn.Module, x: Tensor) -> int:
        return examples_for(nn.Sequential(layer), Part(x, torch.zeros(len(x))))

    assert allowed(nn.Linear(2, 3), torch.zeros(10_000, 2)) == 256
    assert allowed(nn.Linear(400, 400), torch.zeros(10_000, 400)) * 160_400 <= MOST_WORK
    assert allowed(nn.Conv2d(1, 2, 3), torch.zeros(10_000, 1, 3, 3)) == 128
    with pytest.raises(NnlabError, match="250,000 parameters, this one has 1,001,000"):
        allowed(nn.Linear(1000, 1000), torch.zeros(100, 1000))
    with pytest.raises(NnlabError, match="at least 2 examples"):
        allowed(nn.Linear(2, 3), torch.zeros(1, 2))


def test_a_convolution_counts_by_what_it_computes_and_not_by_its_weights_alone() -> None:
    """36,928 weights of 784 places each: 58 million operations an example, not 74 thousand."""
    layer = nn.Conv2d(64, 64, 3, padding=1)
    few = examples_for(nn.Sequential(layer), Part(torch.zeros(256, 64, 28, 28), torch.zeros(256)))
    assert few * 2 * 36_864 * 784 <= MOST_OPERATIONS
    larger = nn.Sequential(*[layer] * 3)
    with pytest.raises(NnlabError, match="operations for an example"):
        examples_for(larger, Part(torch.zeros(256, 64, 28, 28), torch.zeros(256)))
