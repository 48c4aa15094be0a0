import numpy as np
import pytest
import torch
from torch import Tensor, nn

from nnlab.errors import NnlabError
from nnlab.insight.pictures.counterfactual import fooled, fooling_direction, smallest_change
from tests.insight.networks import cnn, mlp, picture


def read(network: nn.Module, x: np.ndarray | Tensor) -> int:
    network.eval()
    with torch.no_grad():
        return int(network(torch.as_tensor(x).reshape(1, 1, *x.shape[-2:])).argmax())


@pytest.mark.parametrize("network", [mlp(), cnn()], ids=["mlp", "cnn"])
def test_the_changed_picture_is_read_as_the_target_and_a_little_less_change_is_not(
    network: nn.Sequential,
) -> None:
    x = picture()
    before = read(network, x)
    for target in {0, 1, 2} - {before}:
        found = smallest_change(network, x, target)
        assert found is not None
        assert read(network, found.at(1.0)) == target
        assert read(network, found.at(0.98)) != target
        assert found.at(1.0).min() >= 0
        assert found.at(1.0).max() <= 1
        np.testing.assert_array_equal(found.at(0.0), x[0].numpy())


def test_of_a_linear_network_it_is_the_distance_to_the_plane_between_two_classes() -> None:
    network = nn.Sequential(nn.Flatten(), nn.Linear(64, 2))
    x = torch.full((1, 8, 8), 0.5)  # far from 0 and 1, so that no pixel is held back
    target = 1 - read(network, x)
    weight, bias = network.get_parameter("1.weight"), network.get_parameter("1.bias")
    normal = (weight[target] - weight[1 - target]).detach()
    gap = float(normal @ x.flatten() + (bias[target] - bias[1 - target]).detach())
    found = smallest_change(network, x, target)
    assert found is not None
    assert found.size == pytest.approx(-gap / float(normal.norm()), rel=0.05)


def test_what_is_read_so_already_needs_no_change_and_what_cannot_be_has_none() -> None:
    network, x = mlp(), picture()
    already = smallest_change(network, x, read(network, x))
    assert already is not None
    assert already.size == 0
    deaf = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
    with torch.no_grad():
        deaf.get_parameter("1.weight").zero_()
        deaf.get_parameter("1.bias").copy_(torch.tensor([1.0, 0.0, 0.0]))
    assert smallest_change(deaf, x, 2) is None
    assert not fooling_direction(deaf, x, 0).any()
    for explain in (smallest_change, fooling_direction):
        with pytest.raises(NnlabError, match="0 to 2, got 3"):
            explain(deaf, x, 3)


def test_the_fooling_noise_is_the_sign_of_the_gradient_of_the_cross_entropy() -> None:
    network, x, label = cnn().eval(), picture(), 1
    inputs = x[None].double().requires_grad_()
    loss = nn.functional.cross_entropy(cnn().eval().double()(inputs), torch.tensor([label]))
    loss.backward()
    assert inputs.grad is not None
    expected = inputs.grad[0, 0].sign().numpy()
    found = fooling_direction(network, x, label)
    np.testing.assert_array_equal(found, expected)
    assert set(np.unique(found)) == {-1.0, 1.0}


def test_the_sign_stays_right_where_the_network_is_sure_beyond_float32() -> None:
    network, x = nn.Sequential(nn.Flatten(), nn.Linear(64, 2)), picture()
    with torch.no_grad():
        network.get_parameter("1.bias").copy_(torch.tensor([500.0, 0.0]))
    weight = network.get_parameter("1.weight").detach()
    expected = (weight[1] - weight[0]).sign().reshape(8, 8).numpy()
    np.testing.assert_array_equal(fooling_direction(network, x, 0), expected)


def test_the_noise_moves_each_pixel_by_epsilon_and_stays_in_range() -> None:
    x = np.array([[0.0, 0.5], [0.95, 1.0]], np.float32)
    direction = np.array([[-1, 1], [1, 0]], np.float32)
    np.testing.assert_allclose(fooled(x, direction, 0.1), [[0, 0.6], [1, 1]], atol=1e-7)


def test_the_network_stays_as_it_was() -> None:
    network = cnn()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    smallest_change(network, picture(), 0)
    fooling_direction(network, picture(), 0)
    assert all(module.training for module in network.modules())
    assert all(parameter.grad is None for parameter in network.parameters())
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
