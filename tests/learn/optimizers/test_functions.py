"""The functions of the race: published values and minima, and the formula to type."""

import math

import numpy as np
import pytest
import torch
from scipy.optimize import minimize, rosen, rosen_der

from nnlab.learn.optimizers.functions import FUNCTIONS, Named
from nnlab.learn.optimizers.objective import LINE, SIDE
from nnlab.learn.optimizers.own_formula import of_formula
from nnlab.learn.optimizers.shades import shades

BY_ID = {function.id: function for function in FUNCTIONS}


def value(name: str, *point: float) -> float:
    (found,) = BY_ID[name].objective.values(torch.tensor([point], dtype=torch.float64))
    return float(found)


def test_rosenbrock_is_scipys() -> None:
    for point in ((1.0, 1.0), (-1.2, 1.0), (0.3, -0.7)):
        assert value("rosenbrock", *point) == pytest.approx(rosen(point), rel=1e-14)
    point = torch.tensor([[-1.2, 1.0]], dtype=torch.float64, requires_grad=True)
    BY_ID["rosenbrock"].objective.values(point).sum().backward()
    assert point.grad is not None
    np.testing.assert_allclose(point.grad[0], rosen_der([-1.2, 1.0]), rtol=1e-13)


def test_published_values() -> None:
    """Beale (1958): 0 at (3, 0.5), 14.203125 at (0, 0); at (1, 1) the three constants are left."""
    assert value("beale", 3, 0.5) == 0
    assert value("beale", 0, 0) == 14.203125
    assert value("beale", 1, 1) == pytest.approx(1.5**2 + 2.25**2 + 2.625**2)
    assert value("log", -0.75) == pytest.approx(math.log(0.31640625 - 0.421875 + 2), rel=1e-15)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: one.id)
def test_a_minimum_is_one_to_scipy_and_the_lowest_on_the_picture(function: Named) -> None:
    objective = function.objective

    def values(point: np.ndarray) -> float:
        return float(objective.values(torch.from_numpy(point)[None]))

    assert objective.minima
    for minimum in objective.minima:
        near = np.array(minimum) + 0.01
        found = minimize(values, near, method="Nelder-Mead", options={"xatol": 1e-9})
        np.testing.assert_allclose(found.x, minimum, atol=1e-4)
        assert np.nanmin(objective.picture()) >= values(np.array(minimum)) - 1e-12


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda one: one.id)
def test_the_formula_to_type_is_the_same_function(function: Named) -> None:
    typed, _formula = of_formula(function.formula, -3, 3)
    assert typed.dimensions == function.objective.dimensions
    points = torch.rand(50, typed.dimensions, dtype=torch.float64) * 4 - 2
    torch.testing.assert_close(
        typed.values(points), function.objective.values(points), rtol=1e-12, atol=1e-12
    )


def test_a_picture_has_the_lowest_of_both_axes_first() -> None:
    picture = BY_ID["beale"].objective.picture()
    assert picture.shape == (SIDE, SIDE)
    assert picture[0, -1] == pytest.approx(value("beale", 4.5, -4.5))
    assert picture[-1, 0] == pytest.approx(value("beale", -4.5, 4.5))
    curve = BY_ID["log"].objective.picture()
    assert curve.shape == (LINE,)
    assert curve[0] == pytest.approx(math.log(16 - 8 + 2))


def test_shades_keep_the_order_of_heights() -> None:
    heights = BY_ID["rosenbrock"].objective.picture()
    found = shades(heights)
    assert found.min() == 0
    assert found.max() == 1
    order = np.argsort(heights, axis=None)
    assert (np.diff(found.reshape(-1)[order]) >= 0).all()
    assert (found < 0.5).mean() > 0.05, "the valley has shades of its own"


def test_shades_leave_out_what_is_no_number() -> None:
    found = shades(np.array([[1.0, np.nan], [np.inf, 3.0]]))
    np.testing.assert_array_equal(np.isnan(found), [[False, True], [True, False]])
    assert (shades(np.full((2, 2), 7.0)) == 0).all()
    assert np.isnan(shades(np.full((2, 2), np.nan))).all()
