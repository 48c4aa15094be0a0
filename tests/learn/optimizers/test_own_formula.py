"""A person's formula as what is minimised, and what is said where it cannot be."""

import pytest
import torch

from nnlab.errors import NnlabError
from nnlab.learn.optimizers.own_formula import must_start, of_formula


def test_a_formula_of_x_is_a_curve_and_one_of_y_a_landscape() -> None:
    curve, _formula = of_formula("x**2 + 1", -2, 2)
    assert curve.dimensions == 1
    assert curve.values(torch.tensor([[3.0]], dtype=torch.float64)).tolist() == [10]
    landscape, _formula = of_formula("y**2", -2, 2)
    assert landscape.dimensions == 2
    assert landscape.values(torch.tensor([[9.0, 3.0]], dtype=torch.float64)).tolist() == [9]


@pytest.mark.parametrize(
    ("text", "low", "high", "said"),
    [
        ("3 + 4", -1, 1, "of numbers alone"),
        ("z**2", -1, 1, "z"),
        ("", -1, 1, "formula"),
        ("x +", -1, 1, ""),
        ("__import__('os')", -1, 1, ""),
        ("log(x)", -3, -1, "no real value anywhere"),
        ("x**2", 1, 1, "lowest number below its highest"),
        ("x**2", 2, -2, "got 2 and −2"),
        ("x**2", float("nan"), 1, "lowest number below its highest"),
        ("x", -1e308, 1e308, "at most 1,000,000 from 0, got −1 × 10³⁰⁸ and 1 × 10³⁰⁸"),
        ("x", 0, 1000001, "move them nearer"),
    ],
)
def test_what_cannot_be_raced_on_is_said(text: str, low: float, high: float, said: str) -> None:
    with pytest.raises(NnlabError) as caught:
        of_formula(text, low, high)
    assert said in str(caught.value)


def test_a_start_without_a_value_is_said_with_the_operation() -> None:
    _objective, formula = of_formula("1/x + y**2", -3, 3)
    must_start(formula, (1.0, 0.0))
    with pytest.raises(NnlabError, match="divides by zero"):
        must_start(formula, (0.0, 1.0))


@pytest.mark.parametrize(("low", "high"), [(1.0000001, 1.0000002), (123456.7, 123456.9)])
def test_a_race_begins_inside_a_picture_that_is_narrower_than_its_rounding(
    low: float, high: float
) -> None:
    objective, _formula = of_formula("x**2 + y**2", low, high)
    assert all(low <= place <= high for place in objective.start)
