"""Networks of one shape at once: each as it is alone, batch norm's averages too, and shared."""

from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy

import pytest
import torch
from torch import Tensor, nn

from nnlab.config import Experiment
from nnlab.data.splits import Part, Splits
from nnlab.learn.landscape.many import outputs_at
from nnlab.learn.landscape.plane import random_plane
from nnlab.learn.landscape.surface import of_weights, square_grid, surface
from nnlab.learn.landscape.valley import are_alike, valley
from nnlab.models.vectors import averages_of, put, weights_of
from nnlab.recipes import get
from nnlab.training.fit import fit
from nnlab.training.metrics import LOSSES, evaluate
from nnlab.ui.runtime.datasets import splits_of

LOSS = LOSSES["cross_entropy"]


def normed(seed: int = 0) -> Experiment:
    layers = [
        {"kind": "linear", "out_features": 6},
        {"kind": "batch_norm"},
        {"kind": "relu"},
        {"kind": "linear", "out_features": 2},
    ]
    changes = [("model.layers", layers), ("training.epochs", 2), ("model.seed", seed)]
    return get("moons").experiment.with_all(changes)


@pytest.fixture(scope="module")
def splits() -> Splits:
    return splits_of(normed().data)


def trained(experiment: Experiment, splits: Splits) -> tuple[nn.Sequential, Tensor, list[float]]:
    """The network at its end, its weights and averages [t, p + q], the loss at each moment."""
    running = fit(experiment, splits)
    vectors, losses = [], []

    def look() -> None:
        network = running.model
        vectors.append(torch.cat((weights_of(network), averages_of(network))))
        losses.append(evaluate(network, splits.train, LOSS).mean_loss)

    look()
    running.after_step = look
    for _event in running:
        pass
    return running.model.eval(), torch.stack(vectors), losses


def test_each_moment_of_a_network_with_batch_norm_has_the_loss_of_then(splits: Splits) -> None:
    network, vectors, losses = trained(normed(), splits)
    found = of_weights(network, splits.train, LOSS, vectors).losses
    assert found.tolist() == pytest.approx(losses, rel=1e-5)
    again = deepcopy(network)
    put(again, vectors[3][: -len(averages_of(network))], averages_of(network))
    put(again, weights_of(again), vectors[3][-len(averages_of(network)) :])
    assert evaluate(again, splits.train, LOSS).mean_loss == pytest.approx(losses[3], rel=1e-6)


def test_both_ends_of_a_valley_are_the_networks_themselves_with_batch_norm_too(
    splits: Splits,
) -> None:
    (one, _way, first), (other, _other, second) = (trained(normed(n), splits) for n in (0, 1))
    found = valley(one, other, splits.train, LOSS)
    for share, losses in ((0, first), (1, second)):
        (at,) = (found.shares - share).abs().lt(1e-6).nonzero()
        assert float(found.losses[at]) == pytest.approx(losses[-1], rel=1e-5)
    assert torch.isfinite(found.losses).all()


def test_sessions_that_look_at_one_network_at_once_neither_hinder_nor_change_it() -> None:
    torch.manual_seed(1)
    network = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 3)).eval()
    part = Part(torch.randn(200, 2), torch.randint(0, 3, (200,)))
    before = weights_of(network)
    grid = square_grid(torch.tensor([[-1.0, -1.0], [1.0, 1.0]]), 21)
    together = outputs_at(network, part.x)

    def look(seed: int) -> tuple[Tensor, Tensor]:
        plane = random_plane(network, seed)
        vectors = torch.stack((plane.u, plane.v))
        return surface(network, part, LOSS, plane, grid).losses, together(vectors)

    alone = [look(seed) for seed in range(6)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(look, range(6)))
    for pair, expected in zip(found, alone, strict=True):
        assert all(map(torch.equal, pair, expected))
    assert torch.equal(weights_of(network), before)


def test_networks_that_differ_in_their_first_weights_alone_are_alike() -> None:
    first, *rest = [layer.model_dump() for layer in normed().model.layers]
    other = normed().with_set("model.layers", [{**first, "init": {"kind": "zeros"}}, *rest])
    assert are_alike(normed(), other)
    assert not are_alike(normed(), normed().with_set("data.seed", 1))
