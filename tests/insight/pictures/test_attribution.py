import ast
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from nnlab.errors import NnlabError
from nnlab.insight.pictures import attribution as module
from nnlab.insight.pictures.attribution import Target, grad_cam, integrated_gradients, occlusion
from tests.insight.networks import cnn, mlp, picture


def output(network: nn.Module, x: Tensor, target: Target) -> float:
    network.eval()
    with torch.no_grad():
        outputs = network(x[None])[0]
    if isinstance(target, int):
        return float(outputs[target])
    return float(outputs[target[0]] - outputs[target[1]])


@pytest.mark.parametrize("target", [2, (0, 2)])
@pytest.mark.parametrize("baseline", [0.0, 0.25])
@pytest.mark.parametrize("network", [mlp(), cnn()], ids=["mlp", "cnn"])
def test_the_shares_of_integrated_gradients_add_up_to_the_change_of_the_output(
    network: nn.Sequential, baseline: float, target: Target
) -> None:
    x = picture()
    shares = integrated_gradients(network, x, target, baseline)
    assert shares.shape == (8, 8)
    assert shares.dtype == np.float32
    change = output(network, x, target) - output(network, torch.full_like(x, baseline), target)
    assert abs(change) > 0.05
    # A kink of ReLU makes the quadrature inexact.
    assert shares.sum() == pytest.approx(change, rel=0.03, abs=0.005)


def test_of_a_linear_network_integrated_gradients_are_weight_times_input() -> None:
    linear = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
    x = picture()
    weight = linear.get_parameter("1.weight").detach()[1].reshape(8, 8)
    expected = (weight * (x[0] - 0.25)).numpy()
    np.testing.assert_allclose(integrated_gradients(linear, x, 1, 0.25), expected, atol=1e-6)


@pytest.mark.parametrize("target", [1, (1, 0)])
def test_occlusion_is_the_mean_fall_over_the_squares_that_cover_a_pixel(target: Target) -> None:
    network, x, window, stride = cnn(), picture(), 3, 2
    whole = output(network, x, target)
    total, count = np.zeros((8, 8)), np.zeros((8, 8))
    for top in range(0, 8 - window + stride, stride):
        for left in range(0, 8 - window + stride, stride):
            covered = x.clone()
            covered[:, top : top + window, left : left + window] = 0.1
            fall = whole - output(network, covered, target)
            total[top : top + window, left : left + window] += fall
            count[top : top + window, left : left + window] += 1
    found = occlusion(network, x, target, 0.1, window=window, stride=stride)
    np.testing.assert_allclose(found, total / count, atol=1e-5)
    assert np.ptp(found) > 0.01


def test_grad_cam_is_the_feature_maps_weighted_by_their_mean_gradients() -> None:
    network, x = cnn(), picture()
    network.eval()
    maps = network[:5](x[None]).detach().requires_grad_()
    network[5:](maps)[0, 1].backward()
    assert maps.grad is not None
    weights = maps.grad.mean(dim=(2, 3), keepdim=True)
    small = (weights * maps.detach()).sum(dim=1, keepdim=True)
    large = nn.functional.interpolate(small, (8, 8), mode="bilinear", align_corners=False)[0, 0]
    np.testing.assert_allclose(grad_cam(network, x, 1, signed=True), large.numpy(), atol=1e-6)
    cut = nn.functional.interpolate(small.relu(), (8, 8), mode="bilinear", align_corners=False)
    np.testing.assert_allclose(grad_cam(network, x, 1), cut[0, 0].numpy(), atol=1e-6)
    assert float(small.min()) < 0 < float(small.max())


@pytest.mark.parametrize("explain", [integrated_gradients, occlusion, grad_cam])
def test_the_network_stays_as_it_was(explain) -> None:
    network = cnn()
    network[7].eval()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    modes = [module.training for module in network.modules()]
    explain(network, picture(), 0)
    assert [module.training for module in network.modules()] == modes
    assert all(parameter.grad is None for parameter in network.parameters())
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert all(not module._forward_hooks for module in network.modules())


def test_what_cannot_be_explained_is_a_message() -> None:
    with pytest.raises(NnlabError, match="none"):
        grad_cam(mlp(), picture(), 0)
    with pytest.raises(NnlabError, match="0 to 2, got 3"):
        integrated_gradients(mlp(), picture(), 3)
    with pytest.raises(NnlabError, match="window 9"):
        occlusion(mlp(), picture(), 0, window=9)
    with pytest.raises(NnlabError, match="channels × height × width"):
        occlusion(mlp(), picture()[0], 0)
    broken = mlp()
    with torch.no_grad():
        broken.get_parameter("1.weight")[0, 0] = float("nan")
    with pytest.raises(NnlabError, match="not finite"):
        integrated_gradients(broken, picture(), 0)


def test_captum_is_imported_only_when_something_is_explained() -> None:
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    at_once = [
        ast.unparse(line) for line in tree.body if isinstance(line, ast.Import | ast.ImportFrom)
    ]
    assert "import torch" in at_once
    assert not any("captum" in line for line in at_once)
