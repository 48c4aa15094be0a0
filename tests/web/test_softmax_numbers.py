"""The numbers of the picture of softmax against SciPy, and PyTorch's own in float32."""

import math

import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import entropy

from nnlab.learn.softmax.scores import Scores
from nnlab.learn.softmax.steps import steps_of
from nnlab.texts import number
from tests.web.modules import Modules

NUMBERS = """async (scores) => {
  const { softmaxNumbers } = await import("/web/learn/softmax_numbers.js");
  return softmaxNumbers(scores);
}"""


@pytest.mark.parametrize(
    ("logits", "target", "temperature", "smoothing"),
    [
        ([2, 1, -1], 1, 1, 0),
        ([10, -10], 1, 0.5, 0),
        ([0.5, 0.25, -3, 9.9, 1, 1], 5, 3.3, 0.25),
    ],
)
def test_they_are_scipys(
    page: Modules, logits: list[float], target: int, temperature: float, smoothing: float
) -> None:
    shown = page.evaluate(
        NUMBERS,
        {"logits": logits, "target": target, "temperature": temperature, "smoothing": smoothing},
    )
    z = np.array(logits) / temperature
    p, y = softmax(z), np.full(len(z), smoothing / len(z))
    y[target] += 1 - smoothing
    np.testing.assert_allclose(shown["probabilities"], p, rtol=1e-5)
    np.testing.assert_allclose(shown["powers"], np.exp(z), rtol=1e-5)
    np.testing.assert_allclose(shown["heights"], np.exp(z) / np.exp(z).max(), rtol=1e-5)
    np.testing.assert_allclose(shown["gradient"], (p - y) / temperature, atol=1e-6)
    assert shown["total"] == pytest.approx(np.exp(z).sum(), rel=1e-5)
    assert shown["entropy"] == pytest.approx(entropy(p), rel=1e-5)
    assert shown["divergence"] == pytest.approx(entropy(y, p), rel=1e-5)
    assert shown["loss"] == pytest.approx(entropy(y) + entropy(y, p), rel=1e-5)


@pytest.mark.parametrize(
    "scores",
    [
        Scores((10.0, -10.0), 0, 0.1),
        Scores((10.0, 9.9, -10.0), 2, 0.1, 0.5),
        Scores((8.87, 8.87), 0, 0.1),
        Scores((10.0, -7.0), 0, 1.0),
        Scores((-10.0, -10.0, -9.9), 1, 0.1, 0.1),
    ],
)
def test_they_are_pytorchs_where_float32_ends(page: Modules, scores: Scores) -> None:
    said = {name: getattr(scores, name) for name in ("target", "temperature", "smoothing")}
    shown = page.evaluate(NUMBERS, {"logits": list(scores.logits), **said})
    steps = steps_of(scores)
    for got, told in (
        *zip(shown["powers"], steps.powers.tolist(), strict=True),
        *zip(shown["probabilities"], steps.probabilities.tolist(), strict=True),
        *zip(shown["gradient"], steps.gradient.tolist(), strict=True),
        (shown["total"], steps.total),
        (shown["loss"], steps.loss),
        (shown["entropy"], steps.entropy),
        (shown["divergence"], steps.divergence),
    ):
        assert math.isclose(got, told, rel_tol=1e-5), f"{number(got)}, PyTorch {number(told)}"
    assert max(shown["heights"]) == 1
