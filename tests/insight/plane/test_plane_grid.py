import numpy as np
import pytest
import torch
from torch import nn

from nnlab.insight.plane.boundary import plane_grid, plane_points


def linear(rows: list[list[float]], bias: list[float]) -> nn.Linear:
    layer = nn.Linear(2, len(rows))
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(rows))
        layer.bias.copy_(torch.tensor(bias))
    return layer


def test_a_linear_model_gives_the_plane_worked_out_by_hand():
    grid = plane_grid(linear([[0.5, -0.25]], [0.1]), resolution=12, task="regression")
    assert grid.shape == (1, 12, 12)
    assert grid.dtype == np.float32
    # Pixels of side 1: centres at -5.5 ... 5.5; row 0 is the highest x₂, column 0 the lowest x₁.
    for row, column in ((0, 0), (0, 11), (11, 0), (4, 7)):
        x1, x2 = -5.5 + column, 5.5 - row
        assert grid[0, row, column] == pytest.approx(0.5 * x1 - 0.25 * x2 + 0.1, abs=1e-5)


def test_logits_become_the_softmax_probabilities():
    grid = plane_grid(linear([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], [0.0, 0.2, -0.1]), resolution=8)
    x1, x2 = 5.25, 5.25
    parts = np.exp([0.0, x1 + 0.2, x2 - 0.1])
    np.testing.assert_allclose(grid[:, 0, 7], parts / parts.sum(), rtol=1e-5)
    np.testing.assert_allclose(grid.sum(axis=0), 1, rtol=1e-5)


def test_log_probabilities_give_the_same_picture_as_logits():
    layer = linear([[1.0, -1.0], [0.3, 0.7]], [0.0, 0.5])
    ended = nn.Sequential(layer, nn.LogSoftmax(dim=1))
    np.testing.assert_allclose(plane_grid(layer), plane_grid(ended), rtol=1e-4, atol=1e-7)


def test_row_0_is_the_top_of_the_plane():
    upper = plane_grid(linear([[0.0, -9.0], [0.0, 9.0]], [0.0, 0.0]))
    assert upper[1, 0].min() > 0.99
    assert upper[1, -1].max() < 0.01


def test_the_model_is_asked_in_eval_mode_and_left_in_the_modes_it_had():
    frozen = nn.BatchNorm1d(2).eval()
    model = nn.Sequential(frozen, nn.Dropout(0.5), nn.Linear(2, 2))
    model.train()
    frozen.eval()
    first, second = plane_grid(model, resolution=20), plane_grid(model, resolution=20)
    np.testing.assert_array_equal(first, second)
    assert [module.training for module in model] == [False, True, True]
    assert model.training


def test_a_failing_model_is_left_in_its_mode_too():
    model = nn.Linear(3, 2)
    with pytest.raises(RuntimeError, match="shapes"):
        plane_grid(model)
    assert model.training


def test_no_gradient_is_recorded_and_the_cached_points_stay_as_they_are():
    class Spoils(nn.Module):
        def forward(self, points: torch.Tensor) -> torch.Tensor:
            assert not torch.is_grad_enabled()
            return points * 2

    cpu = torch.device("cpu")
    before = plane_points((-6.0, 6.0), 30, cpu, torch.float32).clone()
    plane_grid(Spoils(), resolution=30)
    after = plane_points((-6.0, 6.0), 30, cpu, torch.float32)
    assert torch.equal(before, after)
    assert not after.is_inference()


def test_a_double_precision_model_is_asked_in_double_precision():
    grid = plane_grid(linear([[1.0, 0.0]], [0.0]).double(), resolution=4, task="regression")
    np.testing.assert_allclose(grid[0, 0], [-4.5, -1.5, 1.5, 4.5])
    assert grid.dtype == np.float32
