"""The browser's own functions against those of Python."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch

from tests.web.modules import Modules

PLACES = [
    *(i / 256 for i in range(-2048, 2049)),
    *(sign * 10.0**power for sign in (-1, 1) for power in (-300, -30, -8, -3, 1, 30)),
    0.46875,
    math.nextafter(0.46875, 1),
]


@pytest.mark.parametrize(
    ("name", "function", "exact"),
    [("erf.erf", math.erf, 1e-15), ("activations.tanh", math.tanh, 2.7e-7)],
)
def test_a_function_is_as_exact_as_it_says(
    page: Modules, name: str, function: Callable[[float], float], exact: float
) -> None:
    values = page.evaluate(f"places => places.map((x) => modules.{name}(x))", PLACES)
    assert values == pytest.approx([function(x) for x in PLACES], rel=exact, abs=1e-305)


@pytest.mark.parametrize("name", ["erf.erf", "activations.tanh"])
def test_at_the_infinities_a_function_is_what_it_tends_to(page: Modules, name: str) -> None:
    ends = page.evaluate(f"() => [Infinity, -Infinity, NaN, 0].map(modules.{name})")
    assert ends[:2] == pytest.approx([1, -1], rel=2.7e-7)
    assert math.isnan(ends[2])
    assert ends[3] == 0


def test_softmax_is_that_of_pytorch_and_may_write_over_the_scores(page: Modules) -> None:
    scores = torch.tensor([[1.0, -2, 300], [-1e4, 0, 1e4], [0, 0, 0], [torch.nan, 1, 2]])
    columns, over = page.evaluate(
        """rows => {
          const { softmax } = modules.forward;
          const scores = rows[0].map((_, k) => Float32Array.from(rows, (row) => row[k] ?? NaN));
          const found = [softmax(scores), softmax(scores, scores)];
          return found.map((columns) => columns.map((column) => [...column]));
        }""",
        [[None if value != value else value for value in row] for row in scores.tolist()],
    )
    expected = torch.softmax(scores, 1).T.numpy()
    np.testing.assert_allclose(np.array(columns, "<f4"), expected, rtol=1e-6)
    np.testing.assert_array_equal(np.array(columns), np.array(over))
