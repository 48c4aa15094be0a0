import numpy as np
import pytest
import torch
from torch import Tensor, nn

from nnlab.errors import NnlabError
from nnlab.insight.arithmetic import convolution_at, softmax_of, unit_at, window_at


def maps(channels: int, side: int = 9) -> Tensor:
    return torch.randn(1, channels, side, side, generator=torch.Generator().manual_seed(4))


@pytest.mark.parametrize(("stride", "padding", "bias"), [(1, 0, True), (2, 1, False), (3, 2, True)])
def test_patch_times_kernel_plus_bias_is_the_value_of_the_convolution_everywhere(
    stride: int, padding: int, bias: bool
) -> None:
    torch.manual_seed(5)
    layer, x = nn.Conv2d(3, 2, 4, stride, padding, bias=bias), maps(3)
    with torch.no_grad():
        expected = layer(x)[0].numpy()
    found = [
        convolution_at(layer, x[0].numpy(), *place).value for place in np.ndindex(expected.shape)
    ]
    np.testing.assert_allclose(np.reshape(found, expected.shape), expected, atol=1e-5)


def test_a_kernel_over_the_edge_sees_zeros() -> None:
    layer, x = nn.Conv2d(1, 1, 3, padding=1), maps(1)[0].numpy()
    patch = convolution_at(layer, x, 0, 0, 0).patch[0]
    assert patch[0].tolist() == [0, 0, 0]
    assert patch[:, 0].tolist() == [0, 0, 0]
    np.testing.assert_array_equal(patch[1:, 1:], x[0, :2, :2])


def test_the_contributions_and_the_bias_are_the_value_of_the_unit() -> None:
    torch.manual_seed(6)
    layer, x = nn.Linear(7, 3), torch.randn(7)
    with torch.no_grad():
        expected = layer(x).numpy()
    for unit in range(3):
        at = unit_at(layer, x.numpy(), unit)
        assert at.value == pytest.approx(float(expected[unit]), abs=1e-6)
        sizes = np.abs(at.contributions)
        assert sizes[at.largest(3)].tolist() == sorted(sizes, reverse=True)[:3]
    assert len(unit_at(layer, x.numpy(), 0).largest(99)) == 7


@pytest.mark.parametrize("layer", [nn.MaxPool2d(3, 2), nn.AvgPool2d(2)], ids=["max", "mean"])
def test_the_window_is_what_is_pooled(layer: nn.MaxPool2d | nn.AvgPool2d) -> None:
    x = maps(2)
    expected = layer(x)[0].numpy()
    take = np.max if isinstance(layer, nn.MaxPool2d) else np.mean
    for place in np.ndindex(expected.shape):
        window = window_at(layer, x[0].numpy(), *place)
        assert take(window) == pytest.approx(expected[place], abs=1e-6)


def test_softmax_is_that_of_torch_also_where_e_to_the_logit_is_infinite() -> None:
    outputs = np.array([1000.0, 998.0, -3.0], np.float32)
    table = softmax_of(outputs)
    expected = torch.from_numpy(outputs).double().softmax(0).numpy()
    np.testing.assert_allclose(table.probabilities, expected)
    np.testing.assert_allclose(table.powers, [1, np.exp(-2), 0], atol=1e-12)
    shifted = torch.from_numpy(outputs).double().log_softmax(0).numpy().astype(np.float32)
    np.testing.assert_allclose(softmax_of(shifted).probabilities, expected, rtol=1e-6)


def test_a_place_that_is_not_there_is_a_message() -> None:
    with pytest.raises(NnlabError, match="1×7×7"):
        convolution_at(nn.Conv2d(1, 1, 3), maps(1)[0].numpy(), 0, 7, 0)
    with pytest.raises(NnlabError, match="is 3,"):
        unit_at(nn.Linear(7, 3), np.zeros(7, np.float32), 3)
    with pytest.raises(NnlabError, match="1×4×4"):
        window_at(nn.MaxPool2d(2), maps(1)[0].numpy(), 0, -1, 0)
