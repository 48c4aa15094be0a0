"""The loss over the plane of a run, beside the network itself with the weights set by hand."""

import numpy as np
import pytest
import torch
from torch import nn

from nnlab.data.splits import Part, Splits
from nnlab.errors import NnlabError
from nnlab.learn.optimizers.objective import Objective
from nnlab.learn.optimizers.race import optimizer_of, race
from nnlab.learn.optimizers.run_objective import MOST_EXAMPLES, MOST_WORK, PER_OUTPUT, of_run
from nnlab.models import build
from nnlab.recipes import get
from nnlab.training.fit import fit
from nnlab.training.metrics import LOSSES
from nnlab.ui.runtime.datasets import splits_of

EXPERIMENT = get("spiral").experiment.with_set("training.epochs", 6)
LOSS = LOSSES["cross_entropy"]


def weights_of(network: nn.Module) -> torch.Tensor:
    return nn.utils.parameters_to_vector(network.parameters()).detach().clone()


def network_with(weights: torch.Tensor) -> nn.Sequential:
    network = build(EXPERIMENT.model, (2,)).eval()
    nn.utils.vector_to_parameters(weights, network.parameters())
    return network


@pytest.fixture(scope="module")
def splits() -> Splits:
    return splits_of(EXPERIMENT.data)


@pytest.fixture(scope="module")
def path(splits: Splits) -> torch.Tensor:
    run = fit(EXPERIMENT, splits)
    seen = [weights_of(run.model)]
    run.after_step = lambda: seen.append(weights_of(run.model))
    for _event in run:
        pass
    return torch.stack(seen[::10])


@pytest.fixture(scope="module")
def objective(splits: Splits, path: torch.Tensor) -> Objective:
    found, _places, _share = of_run(network_with(path[-1]), splits.train, LOSS, path)
    return found


def test_the_origin_is_the_network_as_it_is_now(
    objective: Objective, splits: Splits, path: torch.Tensor
) -> None:
    with torch.no_grad():
        expected = LOSS(network_with(path[-1])(splits.train.x), splits.train.y)
    (found,) = objective.values(torch.zeros(1, 2, dtype=torch.float64))
    assert float(found) == pytest.approx(float(expected), rel=1e-5)


def test_the_picture_and_the_gradient_are_those_of_single_networks(
    objective: Objective, splits: Splits, path: torch.Tensor
) -> None:
    """Central differences of the loss in float64, one network each."""
    whole = path.double()
    centred = whole - whole.mean(0)
    directions = torch.linalg.svd(centred, full_matrices=False)[2][:2]
    signs = torch.sign(directions @ (whole[-1] - whole[0]))
    u, v = directions * signs[:, None]

    def loss_at(x: float, y: float) -> float:
        network = network_with(path[-1]).double()
        nn.utils.vector_to_parameters(whole[-1] + x * u + y * v, network.parameters())
        with torch.no_grad():
            return float(LOSS(network(splits.train.x.double()), splits.train.y))

    point = torch.tensor([[0.13, -0.07]], dtype=torch.float64, requires_grad=True)
    (value,) = objective.values(point)
    value.backward()
    assert float(value.detach()) == pytest.approx(loss_at(0.13, -0.07), rel=1e-5)
    step = 1e-4
    across = (loss_at(0.13 + step, -0.07) - loss_at(0.13 - step, -0.07)) / (2 * step)
    up = (loss_at(0.13, -0.07 + step) - loss_at(0.13, -0.07 - step)) / (2 * step)
    assert point.grad is not None
    np.testing.assert_allclose(point.grad[0], [across, up], rtol=1e-3, atol=1e-6)
    assert objective.picture()[0, -1] == pytest.approx(
        loss_at(objective.high[0], objective.low[1]), rel=1e-4
    )


def test_optimizers_go_downhill_from_where_the_run_began(objective: Objective) -> None:
    paths = race(objective, objective.start, [optimizer_of("adam", 0.05)], 30)
    assert paths[0].values[-1] < paths[0].values[0]
    lows, highs = objective.low, objective.high
    inside = [lo < at < hi for lo, at, hi in zip(lows, objective.start, highs, strict=True)]
    assert all(inside)


def test_many_examples_are_taken_evenly_and_too_large_a_network_is_said() -> None:
    network = nn.Sequential(nn.Linear(2, 2))
    path = torch.randn(5, 6, generator=torch.Generator().manual_seed(0))
    x = torch.arange(4000.0)[:, None].repeat(1, 2) / 4000
    objective, _places, _share = of_run(network, Part(x, torch.zeros(4000).long()), LOSS, path)
    nn.utils.vector_to_parameters(path[-1], network.parameters())
    with torch.no_grad():
        chosen = x[torch.linspace(0, 3999, MOST_EXAMPLES).round().long()]
        expected = LOSS(network(chosen), torch.zeros(MOST_EXAMPLES).long())
    (found,) = objective.values(torch.zeros(1, 2, dtype=torch.float64))
    assert float(found.detach()) == pytest.approx(float(expected), rel=1e-5)
    large = torch.zeros(2, 30_000)
    with pytest.raises(NnlabError, match="at most 20,000, got 30,000 and"):
        of_run(network, Part(x, torch.zeros(4000).long()), LOSS, large)


def test_a_larger_network_is_measured_over_fewer_examples() -> None:
    """A race of 2,000 weights over 1,000 examples took eight seconds of processor."""
    network = nn.Sequential(nn.Linear(2, 400), nn.ReLU(), nn.Linear(400, 2))
    size = sum(one.numel() for one in network.parameters())
    path = torch.randn(3, size, generator=torch.Generator().manual_seed(0)) / 50
    x = torch.randn(1000, 2, generator=torch.Generator().manual_seed(1))
    y = torch.arange(1000) % 2
    objective, _places, _share = of_run(network, Part(x, y), LOSS, path)
    nn.utils.vector_to_parameters(path[-1], network.parameters())
    chosen = torch.linspace(0, 999, MOST_WORK // (size + PER_OUTPUT * 400)).round().long()
    with torch.no_grad():
        expected = LOSS(network(x[chosen]), y[chosen])
    (found,) = objective.values(torch.zeros(1, 2, dtype=torch.float64))
    assert float(found) == pytest.approx(float(expected), rel=1e-5)
