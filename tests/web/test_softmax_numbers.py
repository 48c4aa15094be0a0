"""The numbers of the picture of softmax against SciPy."""

import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import entropy

from tests.web.modules import Modules

NUMBERS = """async (scores) => {
  const { softmaxNumbers } = await import("/web/learn/softmax_numbers.js");
  return softmaxNumbers(scores);
}"""


@pytest.mark.parametrize(
    ("logits", "target", "temperature", "smoothing"),
    [
        ([2, 1, -1], 1, 1, 0),
        ([10, -10], 1, 0.1, 0),
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
    np.testing.assert_allclose(shown["probabilities"], p, rtol=1e-12)
    np.testing.assert_allclose(shown["powers"], np.exp(z), rtol=1e-12)
    np.testing.assert_allclose(shown["gradient"], (p - y) / temperature, atol=1e-12)
    assert shown["total"] == pytest.approx(np.exp(z).sum())
    assert shown["entropy"] == pytest.approx(entropy(p))
    assert shown["divergence"] == pytest.approx(entropy(y, p))
    assert shown["loss"] == pytest.approx(entropy(y) + entropy(y, p))
