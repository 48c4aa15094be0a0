import numpy as np
import pytest
import torch
from sklearn.neighbors import NearestNeighbors
from torch import nn

from nnlab.errors import NnlabError
from nnlab.insight.pictures import nearest as module
from nnlab.insight.pictures.nearest import features, nearest
from tests.insight.networks import cnn, mlp, picture


def pictures(n: int = 40) -> torch.Tensor:
    return torch.rand(n, 1, 8, 8, generator=torch.Generator().manual_seed(3))


def test_the_neighbours_are_those_of_scikit_learn() -> None:
    network = cnn()
    known = features(network, pictures())
    point = features(network, picture()[None])[0]
    found = nearest(known, point, 5)
    distances, indices = NearestNeighbors(n_neighbors=5).fit(known).kneighbors(point[None])
    assert found.indices.tolist() == indices[0].tolist()
    np.testing.assert_allclose(found.distances, distances[0], rtol=1e-4)
    assert nearest(known[:3], point, 5).indices.tolist() != []


def test_a_known_picture_is_its_own_neighbour_at_distance_zero() -> None:
    known = features(mlp(), pictures())
    found = nearest(known, known[17], 2)
    assert found.indices[0] == 17
    assert found.distances[0] == 0
    assert found.distances[1] > 0


def test_features_are_what_enters_the_last_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 7)
    network, x = cnn(), pictures()
    found = features(network, x)
    assert network.training, "its mode is as before"
    network.eval()
    with torch.no_grad():
        logits = torch.from_numpy(found) @ network.get_parameter("8.weight").T
        expected = network(x) - network.get_parameter("8.bias")
    np.testing.assert_allclose(logits, expected, atol=1e-5)


def test_of_a_softmax_regression_they_are_the_pixels() -> None:
    x = pictures()
    found = features(nn.Sequential(nn.Flatten(), nn.Linear(64, 3)), x)
    np.testing.assert_array_equal(found, x.flatten(1).numpy())


def test_a_network_without_weights_or_finite_values_is_a_message() -> None:
    with pytest.raises(NnlabError, match="linear layer"):
        features(nn.Sequential(nn.Flatten()), pictures())
    network = mlp()
    with torch.no_grad():
        network.get_parameter("1.bias")[0] = float("nan")
    with pytest.raises(NnlabError, match="diverged"):
        features(network, pictures())
