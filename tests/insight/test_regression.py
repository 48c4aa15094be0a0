"""R² and a network's errors, against scikit-learn; a fitted curve, against the network itself."""

import numpy as np
import pytest
import torch
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from torch import nn

from nnlab.insight.plane.fitted import fitted
from nnlab.insight.regression import errors, r_squared


def network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Linear(1, 5),
        nn.BatchNorm1d(5),
        nn.Tanh(),
        nn.Dropout(0.5),
        nn.Linear(5, 3),
        nn.ReLU(),
        nn.Linear(3, 1),
    )


def test_the_errors_are_those_of_scikit_learn():
    model = network().eval()
    x = torch.linspace(-2, 2, 41)[:, None]
    y = x.sin() + 0.3
    said = model(x).detach().double().numpy()
    truth = y.double().numpy()
    found = errors(model.train(), x, y)
    assert found is not None
    assert model.training, "its mode came back"
    assert found.mse == pytest.approx(mean_squared_error(truth, said), rel=1e-6)
    assert found.mae == pytest.approx(mean_absolute_error(truth, said), rel=1e-6)
    assert found.r2 == pytest.approx(r2_score(truth, said), rel=1e-6)
    assert found.rmse == pytest.approx(found.mse**0.5)
    assert found.largest == pytest.approx(np.abs(said - truth).max(), rel=1e-6)


def test_r_squared_is_1_for_a_perfect_fit_and_0_for_the_mean():
    targets = np.array([1.0, 2.0, 4.0])
    assert r_squared(0.0, targets.var()) == 1
    assert r_squared(float(np.mean((targets - targets.mean()) ** 2)), targets.var()) == 0
    assert r_squared(0.1, 0.0) is None, "nothing varies"
    assert errors(network(), torch.empty(0, 1), torch.empty(0, 1)) is None


def test_a_fitted_curve_is_the_network_along_its_input_and_so_are_its_units():
    model = network().eval()
    found = fitted(model, -3, 5, 9)
    assert found.x.tolist() == [-3, -2, -1, 0, 1, 2, 3, 4, 5]
    x = torch.arange(-3.0, 6.0)[:, None]
    with torch.no_grad():
        np.testing.assert_allclose(found.y, model(x).numpy(), rtol=1e-6)
        first, second = found.hidden
        np.testing.assert_allclose(first, model[:4](x).numpy(), rtol=1e-6)
        np.testing.assert_allclose(second, model[:6](x).numpy(), rtol=1e-6)
