"""A surface is what single evaluations say: of dense layers, convolutions and regressions."""

import weakref

import pytest
import torch
from torch import nn

from nnlab.data.splits import Part
from nnlab.errors import NnlabError
from nnlab.learn.landscape import surface as surfaces
from nnlab.learn.landscape.plane import random_plane
from nnlab.learn.landscape.surface import square_grid, surface
from nnlab.models.layers import Normalize
from nnlab.models.token_layers import Positions
from nnlab.training.metrics import LOSSES, evaluate


def classes(shape: tuple[int, ...], count: int = 40) -> Part:
    generator = torch.Generator().manual_seed(2)
    x = torch.randn(count, *shape, generator=generator)
    return Part(x, torch.randint(0, 3, (count,), generator=generator))


def networks() -> list[tuple[nn.Sequential, Part, str]]:
    torch.manual_seed(4)
    dense = nn.Sequential(Normalize(0.5, 2.0), nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 3))
    normed = nn.Sequential(nn.Linear(2, 5), nn.BatchNorm1d(5), nn.Dropout(0.5), nn.Linear(5, 3))
    convolution = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(18, 3))
    line = Part(torch.linspace(-1, 1, 30)[:, None], torch.linspace(-1, 1, 30)[:, None].square())
    return [
        (dense, classes((2,)), "cross_entropy"),
        (normed, classes((2,)), "cross_entropy"),
        (convolution, classes((1, 5, 5)), "cross_entropy"),
        (nn.Sequential(nn.Linear(1, 4), nn.Tanh(), nn.Linear(4, 1)), line, "mse"),
    ]


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("values_at_once", [surfaces.VALUES_AT_ONCE, 300])
def test_each_place_has_the_loss_and_accuracy_of_the_network_with_its_weights(
    number: int, values_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surfaces, "VALUES_AT_ONCE", values_at_once)
    network, part, loss = networks()[number]
    before = [tensor.clone() for tensor in network.state_dict().values()]
    plane = random_plane(network, 1)
    grid = torch.linspace(-1, 1, 5), torch.linspace(-0.5, 1, 4)
    losses, accuracies = surface(network, part, LOSSES[loss], plane, grid)
    assert losses.shape == (4, 5)
    assert all(map(torch.equal, before, network.state_dict().values()))
    assert network.training
    for row, b in enumerate(grid[1]):
        for column, a in enumerate(grid[0]):
            nn.utils.vector_to_parameters(plane.point(float(a), float(b)), network.parameters())
            one = evaluate(network, part, LOSSES[loss])
            assert float(losses[row, column]) == pytest.approx(one.mean_loss, rel=1e-5)
            if accuracies is None:
                assert one.accuracy is None
            else:
                assert float(accuracies[row, column]) == pytest.approx(one.accuracy, abs=1e-6)


def test_answers_of_several_classes_are_right_as_a_whole() -> None:
    outputs = torch.tensor([[[2.0, 1], [0, 1]], [[1, 2], [0, 1]]])
    targets = torch.tensor([[0, 1], [0, 1]])
    assert float(surfaces.share_right(outputs, targets)) == 0.5


def test_a_grid_is_square_and_holds_the_whole_path_with_a_margin() -> None:
    a, b = square_grid(torch.tensor([[0.0, 1.0], [4.0, 2.0]]), 9, margin=0.25)
    assert [float(a[0]), float(a[-1])] == pytest.approx([-1, 5])
    assert [float(b[0]), float(b[-1])] == pytest.approx([-1.5, 4.5])
    assert len(a) == len(b) == 9


def test_a_network_too_large_for_its_landscape_is_refused_before_any_work() -> None:
    wide = nn.Sequential(nn.Linear(2, 3000), nn.ReLU(), nn.Linear(3000, 3000), nn.Linear(3000, 3))
    plane, steps = random_plane(wide, 1), torch.zeros(41)
    with pytest.raises(NnlabError, match="smaller network"):
        surface(wide, classes((2,), 500), LOSSES["cross_entropy"], plane, (steps, steps))


def test_no_loss_is_kept_by_itself_between_the_outputs_of_wide_layers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The allocator could not use their places again: 2.6 GB for a layer of 4,096."""
    monkeypatch.setattr(surfaces, "VALUES_AT_ONCE", 1)
    network, part, name = networks()[0]
    given: list[weakref.ref[torch.Tensor]] = []
    alive: list[int] = []

    def loss(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        alive.append(sum(ref() is not None for ref in given))
        result = LOSSES[name](outputs, targets)
        given.append(weakref.ref(result))
        return result

    grid = torch.linspace(-1, 1, 5), torch.linspace(-1, 1, 4)
    surface(network, part, loss, random_plane(network, 1), grid)
    assert len(alive) == 20
    assert max(alive) <= 1


def test_wide_embeddings_and_positions_cost_what_they_put_out() -> None:
    """They were counted as dense layers: a network of 25,602 weights was refused as too large."""
    layers = nn.Sequential(
        nn.Embedding(2, 512), Positions(16, 512), nn.Flatten(), nn.Linear(16 * 512, 2)
    )
    operations, widest = surfaces.cost_of(layers, torch.zeros(1, 16, dtype=torch.int64))
    assert operations == pytest.approx(2 * 8192 + 2 * 8192 * 2, rel=1e-3)
    assert widest == 8192
