import numpy as np
import torch

from nnlab.insight.activations import activations
from tests.insight.networks import cnn, picture


def test_each_layer_gives_what_the_network_cut_off_after_it_gives() -> None:
    network, x = cnn(), torch.stack([picture(), picture().flip(1)])
    outputs = activations(network, x)
    assert [one.index for one in outputs] == list(range(9))
    assert [one.kind for one in outputs][:4] == ["Conv2d", "BatchNorm2d", "ReLU", "MaxPool2d"]
    network.eval()
    with torch.no_grad():
        for index, _, values in outputs:
            assert values.dtype == np.float32
            np.testing.assert_array_equal(values, network[: index + 1](x).numpy())


def test_dropout_passes_everything_on_and_the_modes_come_back() -> None:
    network = cnn()
    outputs = {one.kind: one.values for one in activations(network, picture()[None])}
    np.testing.assert_array_equal(outputs["Dropout"], outputs["Flatten"])
    assert all(module.training for module in network.modules())
    assert activations(network, picture()[None])[0].values.shape == (1, 4, 6, 6)
