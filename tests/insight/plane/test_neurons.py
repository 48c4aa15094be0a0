"""Every neuron over the plane, against networks worked out by hand."""

import numpy as np
import pytest
import torch
from torch import nn

from nnlab.errors import NnlabError
from nnlab.insight.plane.neurons import neuron_grids, neuron_values
from nnlab.models.layers import Features, Normalize


def linear(rows: list[list[float]], bias: list[float]) -> nn.Linear:
    layer = nn.Linear(len(rows[0]), len(rows))
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(rows))
        layer.bias.copy_(torch.tensor(bias))
    return layer


def by_hand() -> nn.Sequential:
    """h = relu(x₁ - x₂, 2 x₁ + 1), y = h₁ - 3 h₂ + 0.5."""
    first = linear([[1, -1], [2, 0]], [0, 1])
    return nn.Sequential(first, nn.ReLU(), linear([[1, -3]], [0.5]))


def test_each_neuron_over_the_plane_is_what_a_hand_works_out():
    inputs, hidden, output = neuron_grids(by_hand(), resolution=12)
    assert [layer.linear for layer in (inputs, hidden, output)] == [None, 0, 2]
    assert hidden.kinds == ("Linear", "ReLU")
    assert hidden.values.shape == (2, 12, 12)
    assert hidden.values.dtype == np.float32
    for row, column in ((0, 0), (0, 11), (11, 0), (4, 7)):
        x1, x2 = -5.5 + column, 5.5 - row  # pixels of side 1, row 0 on top
        h1, h2 = max(x1 - x2, 0), max(2 * x1 + 1, 0)
        np.testing.assert_allclose(inputs.values[:, row, column], [x1, x2], rtol=1e-6)
        np.testing.assert_allclose(hidden.values[:, row, column], [h1, h2], rtol=1e-6)
        np.testing.assert_allclose(output.values[0, row, column], h1 - 3 * h2 + 0.5, rtol=1e-6)


def test_features_and_normalisation_are_inputs_and_one_layer_is_drawn_for_each_linear():
    network = nn.Sequential(
        Features(("x1", "x2^2")),
        Normalize(1.0, 2.0),
        nn.Linear(2, 3),
        nn.BatchNorm1d(3),
        nn.Tanh(),
        nn.Dropout(0.5),
        nn.Linear(3, 2),
        nn.LogSoftmax(dim=1),
    ).train()
    layers = neuron_values(network, torch.tensor([[3.0, 2.0], [1.0, -1.0]]))
    assert [len(layer.values) for layer in layers] == [2, 3, 2]
    assert layers[1].kinds == ("Linear", "BatchNorm1d", "Tanh", "Dropout")
    # (3, 2²) and (1, (-1)²), then (x - 1) / 2.
    np.testing.assert_allclose(layers[0].values, [[1.0, 0.0], [1.5, 0.0]])
    np.testing.assert_allclose(np.exp(layers[2].values).sum(axis=0), 1, rtol=1e-6)
    assert network.training
    again = neuron_values(network, torch.tensor([[3.0, 2.0], [1.0, -1.0]]))
    np.testing.assert_array_equal(layers[1].values, again[1].values)  # no dropout, no statistics


def test_a_network_of_one_input_is_drawn_along_the_line():
    inputs, output = neuron_grids(
        nn.Sequential(linear([[2.0]], [1.0])), inputs=1, extent=(-2.0, 2.0), resolution=4
    )
    np.testing.assert_allclose(inputs.values, [[-1.5, -0.5, 0.5, 1.5]])
    np.testing.assert_allclose(output.values, [[-2.0, 0.0, 2.0, 4.0]])


def test_a_network_without_hidden_layers_is_inputs_and_outputs():
    layers = neuron_grids(nn.Sequential(nn.Linear(2, 3)), resolution=3)
    assert [layer.values.shape for layer in layers] == [(2, 3, 3), (3, 3, 3)]


@pytest.mark.parametrize("network", [nn.Sequential(nn.Conv2d(1, 2, 3), nn.Linear(2, 2))])
def test_a_network_with_convolutions_is_refused_with_its_layers(network):
    with pytest.raises(NnlabError, match="Conv2d → Linear"):
        neuron_grids(network)
    with pytest.raises(NnlabError, match="this network has 3"):
        neuron_grids(nn.Sequential(nn.Linear(3, 1)), inputs=3)
