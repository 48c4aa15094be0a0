"""The largest eigenvalue of a Hessian: against NumPy, finite differences, and torch's own."""

import numpy as np
import pytest
import torch
from scipy.sparse.linalg import eigsh
from torch import Tensor, nn

from nnlab.data.splits import Part
from nnlab.training.metrics import LOSSES
from nnlab.training.sharpness import hessian
from nnlab.training.sharpness.hessian import LossHessian
from nnlab.training.sharpness.lanczos import largest_eigenvalue


def drawn(size: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(size, generator=generator, dtype=torch.float64)


def symmetric(values: list[float]) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    square = torch.randn(len(values), len(values), generator=generator, dtype=torch.float64)
    axes = torch.linalg.qr(square).Q
    return axes @ torch.diag(torch.tensor(values, dtype=torch.float64)) @ axes.T


@pytest.mark.parametrize(
    "values",
    [
        [3.0, -50.0, 1.0, 2.9, *np.linspace(-1, 2, 60)],
        [-1.0, -2.0, -3.0],
        [5.0],
        [0.0] * 4,
        list(np.linspace(0, 10, 300)),
    ],
)
def test_the_algebraically_largest_is_found_also_beside_larger_negative_ones(
    values: list[float],
) -> None:
    matrix = symmetric(values)
    found = largest_eigenvalue(lambda vector: matrix @ vector, drawn(len(values)))
    assert found.value == pytest.approx(max(values), rel=0.01, abs=1e-9)
    image = matrix @ found.vector
    assert float((image - found.value * found.vector).norm()) <= found.residual + 1e-6


def test_a_start_at_another_eigenvector_does_not_hide_one_that_grew_beyond_it() -> None:
    values = [1.0, 1.3, *np.linspace(-1, 0.5, 40)]
    matrix = symmetric(values)
    old = torch.linalg.eigh(matrix).eigenvectors[:, -2]
    fresh = drawn(len(values))
    found = largest_eigenvalue(lambda v: matrix @ v, old + 0.3 * fresh / fresh.norm())
    assert found.value == pytest.approx(1.3, rel=0.01)


def test_numbers_that_are_not_finite_end_it() -> None:
    found = largest_eigenvalue(lambda vector: vector * float("nan"), drawn(5))
    assert np.isnan(found.value)


def networks() -> list[tuple[nn.Sequential, Part, str]]:
    torch.manual_seed(3)
    generator = torch.Generator().manual_seed(5)
    x = torch.randn(60, 2, generator=generator)
    classes = Part(x, (x[:, 0] * x[:, 1] > 0).long())
    values = Part(x, x.square().sum(1, keepdim=True))
    pictures = Part(
        torch.randn(20, 1, 6, 6, generator=generator),
        torch.randint(0, 3, (20,), generator=generator),
    )
    return [
        (
            nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 2)),
            classes,
            "cross_entropy",
        ),
        (
            nn.Sequential(
                nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 21), nn.GELU(), nn.Linear(21, 1)
            ),
            values,
            "mse",
        ),  # 428 weights
        (
            nn.Sequential(
                nn.Linear(2, 6), nn.BatchNorm1d(6), nn.Sigmoid(), nn.Dropout(), nn.Linear(6, 2)
            ),
            classes,
            "cross_entropy",
        ),
        (
            nn.Sequential(
                nn.Conv2d(1, 3, 3), nn.Tanh(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(12, 3)
            ),
            pictures,
            "cross_entropy",
        ),
    ]


def exact(network: nn.Sequential, part: Part, loss: str) -> Tensor:
    """[p, p] by central differences of the gradient, in float64 and evaluation mode."""
    network = network.double().eval()
    x = part.x.double()
    y = part.y.double() if part.y.is_floating_point() else part.y
    at = nn.utils.parameters_to_vector(network.parameters()).detach().clone()

    def gradient(weights: Tensor) -> Tensor:
        nn.utils.vector_to_parameters(weights, network.parameters())
        parameters = tuple(network.parameters())
        gradients = torch.autograd.grad(LOSSES[loss](network(x), y), parameters)
        return torch.cat([one.flatten() for one in gradients])

    step = 1e-5
    columns = [
        (gradient(at + step * axis) - gradient(at - step * axis)) / (2 * step)
        for axis in torch.eye(len(at), dtype=torch.float64)
    ]
    nn.utils.vector_to_parameters(at, network.parameters())
    network.float().train()
    return torch.stack(columns)


@pytest.mark.parametrize("number", range(4))
def test_sharpness_is_within_a_hundredth_of_the_exact_hessians(number: int) -> None:
    network, part, loss = networks()[number]
    matrix = exact(network, part, loss)
    state = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    product = LossHessian(network, part, LOSSES[loss])
    found = largest_eigenvalue(product, drawn(product.size))
    largest = float(np.linalg.eigvalsh(((matrix + matrix.T) / 2).numpy())[-1])
    assert found.value == pytest.approx(largest, rel=0.01)
    vector = drawn(product.size, seed=9)
    difference = (product(vector).double() - matrix @ vector).norm()
    assert float(difference) < 1e-3 * float((matrix @ vector).norm())
    assert all(torch.equal(state[name], now) for name, now in network.state_dict().items())


def test_products_over_many_chunks_of_examples_are_those_over_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network, part, loss = networks()[0]
    whole, vector = LossHessian(network, part, LOSSES[loss]), drawn(114)
    monkeypatch.setattr(hessian, "CHUNK", 7)  # 60 examples: the last chunk is a short one
    chunked = LossHessian(network, part, LOSSES[loss])
    torch.testing.assert_close(chunked(vector), whole(vector), rtol=1e-4, atol=1e-6)
    assert all(parameter.grad is None for parameter in network.parameters())


def test_scipys_lanczos_finds_the_same_sharpness_of_the_preconditioned_hessian() -> None:
    network, part, loss = networks()[0]
    scale = torch.linspace(0.5, 3, 114)
    product = LossHessian(network, part, LOSSES[loss], scale)
    matrix = torch.diag(scale).double() @ exact(network, part, loss) @ torch.diag(scale).double()
    theirs = eigsh(matrix.numpy(), k=1, which="LA", v0=drawn(114).numpy())[0][0]
    assert largest_eigenvalue(product, drawn(114)).value == pytest.approx(theirs, rel=0.01)
