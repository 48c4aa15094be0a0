"""The first layer's weights as pictures."""

import numpy as np
from torch import nn

from nnlab.insight.pictures.first_weights import first_weights
from nnlab.models.layers import Normalize


def test_a_unit_of_a_perceptron_is_a_picture_of_its_weights() -> None:
    linear = nn.Linear(12, 5)
    network = nn.Sequential(Normalize(0.1, 0.3), nn.Flatten(), linear, nn.ReLU(), nn.Linear(5, 2))
    found = first_weights(network, (1, 3, 4))
    assert found is not None
    assert found.kind == "Linear"
    assert found.maps.shape == (5, 1, 3, 4)
    assert found.maps[2, 0, 1, 3] == linear.weight[2, 1 * 4 + 3].item()


def test_kernels_are_shown_channel_by_channel() -> None:
    convolution = nn.Conv2d(3, 8, 5)
    found = first_weights(nn.Sequential(convolution, nn.ReLU()), (3, 32, 32))
    assert found is not None
    assert found.maps.shape == (8, 3, 5, 5)
    assert np.array_equal(found.maps, convolution.weight.detach().numpy())


def test_weights_behind_a_pooling_have_no_pixels_to_show() -> None:
    network = nn.Sequential(nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4, 2))
    assert first_weights(network, (1, 4, 4)) is None
    assert first_weights(nn.Sequential(nn.Flatten()), (1, 4, 4)) is None
