"""Planes of weights: principal components against NumPy, lengths of filters by hand."""

import numpy as np
import pytest
import torch
from torch import nn

from nnlab.errors import NnlabError
from nnlab.learn.landscape.plane import Plane, plane_of, random_plane


def path(points: int = 30, weights: int = 12) -> torch.Tensor:
    generator = torch.Generator().manual_seed(3)
    steps = torch.randn(points, weights, generator=generator) * torch.linspace(2, 0.1, weights)
    return steps.cumsum(0)


def test_the_plane_of_a_path_is_spanned_by_numpys_principal_components() -> None:
    plane, share = plane_of(path())
    covariance = np.cov(path().double().numpy(), rowvar=False)
    values, vectors = np.linalg.eigh(covariance)
    assert share == pytest.approx(values[-2:].sum() / values.sum(), rel=1e-9)
    for ours, theirs in ((plane.u, vectors[:, -1]), (plane.v, vectors[:, -2])):
        assert abs(ours.double().numpy() @ theirs) == pytest.approx(1, abs=1e-6)


def test_the_plane_goes_through_the_end_of_the_path_to_the_right_of_its_beginning() -> None:
    plane, _share = plane_of(path())
    places = plane.project(path())
    assert places[-1].tolist() == pytest.approx([0, 0], abs=1e-5)
    assert (places[0] < 0).all()


def test_a_path_in_a_plane_has_all_of_its_variance_there_and_comes_back_from_its_places() -> None:
    generator = torch.Generator().manual_seed(1)
    flat = torch.randn(20, 2, generator=generator) @ torch.randn(2, 9, generator=generator)
    plane, share = plane_of(flat)
    assert share == pytest.approx(1, abs=1e-9)
    back = torch.stack([plane.point(float(a), float(b)) for a, b in plane.project(flat)])
    torch.testing.assert_close(back, flat, rtol=0, atol=1e-5)


def test_places_are_the_closest_ones_also_where_directions_are_not_at_right_angles() -> None:
    plane = Plane(torch.zeros(3), torch.tensor([2.0, 0, 0]), torch.tensor([1.0, 1, 0]))
    places = plane.project(torch.tensor([[3.0, 1, 5]]))
    assert places[0].tolist() == pytest.approx([1, 1])


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (torch.zeros(1, 5), "at least 2 moments"),
        (torch.zeros(5, 1), "at least 2 weights"),
        (torch.ones(5, 4), "did not move"),
        (torch.tensor([[0.0, 1], [1, float("nan")]]), "no finite numbers"),
    ],
)
def test_a_path_without_a_plane_is_refused_with_the_mend(weights: torch.Tensor, said: str) -> None:
    with pytest.raises(NnlabError, match=said):
        plane_of(weights)


def test_a_random_direction_is_as_long_as_the_network_in_each_filter_and_leaves_biases() -> None:
    torch.manual_seed(0)
    network = nn.Sequential(nn.Conv2d(2, 3, 3), nn.Flatten(), nn.Linear(12, 4))
    plane = random_plane(network, seed=5)
    sizes = [parameter.numel() for parameter in network.parameters()]
    for direction in (plane.u, plane.v):
        pieces = direction.split(sizes)
        for piece, parameter in zip(pieces, network.parameters(), strict=True):
            if parameter.dim() == 1:
                assert not piece.any()
                continue
            for drawn, own in zip(piece.reshape(parameter.shape), parameter, strict=True):
                assert float(drawn.norm()) == pytest.approx(float(own.detach().norm()), rel=1e-5)
    assert not torch.equal(plane.u, plane.v)
    assert torch.equal(random_plane(network, seed=5).u, plane.u)
    assert not torch.equal(random_plane(network, seed=6).u, plane.u)
