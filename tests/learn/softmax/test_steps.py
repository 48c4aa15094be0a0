"""Softmax, cross-entropy and its gradient against SciPy, mpmath and finite differences."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, log_softmax, softmax
from scipy.stats import entropy

from nnlab.learn.softmax.losses import losses_along
from nnlab.learn.softmax.scores import Scores
from nnlab.learn.softmax.steps import shifted, steps_of, two_classes

FLOAT32 = 2e-6  # some roundings of numbers up to 100
logit = st.floats(-10, 10, width=32)
scores = st.lists(logit, min_size=2, max_size=6).flatmap(
    lambda logits: st.builds(
        Scores,
        st.just(tuple(logits)),
        st.integers(0, len(logits) - 1),
        st.floats(0.5, 10),
        st.sampled_from([0.0, 0.1, 0.5]),
    )
)


@given(scores)
def test_each_step_is_scipys(given: Scores) -> None:
    steps = steps_of(given)
    z = np.array(given.logits) / given.temperature
    count = len(z)
    y = np.full(count, given.smoothing / count)
    y[given.target] += 1 - given.smoothing
    p = softmax(z)
    np.testing.assert_allclose(steps.probabilities, p, rtol=2e-5)
    np.testing.assert_allclose(steps.log_probabilities, log_softmax(z), rtol=FLOAT32, atol=4e-6)
    np.testing.assert_allclose(steps.powers, np.exp(z), rtol=2e-5)
    np.testing.assert_allclose(steps.targets, y, rtol=FLOAT32)
    np.testing.assert_allclose(steps.gradient, (p - y) / given.temperature, atol=2e-6)
    loss = -(y * log_softmax(z)).sum()
    assert steps.loss == pytest.approx(loss, rel=1e-5, abs=1e-6)
    assert steps.nll == pytest.approx(loss, rel=1e-5, abs=1e-6)
    assert steps.entropy == pytest.approx(entropy(p), abs=2e-6)
    assert steps.divergence == pytest.approx(entropy(y, p), rel=1e-5, abs=2e-6)
    assert steps.loss == pytest.approx(steps.target_entropy + steps.divergence, abs=4e-6)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_the_loss_and_its_gradient_are_those_of_fifty_digits(smoothing: float) -> None:
    given = Scores((3.25, -1.5, 0.75), 1, 2.0, smoothing)
    with mpmath.workdps(50):
        y = [mpmath.mpf(smoothing) / 3 + (1 - mpmath.mpf(smoothing)) * (k == 1) for k in range(3)]

        def loss(*z: mpmath.mpf) -> mpmath.mpf:
            total = mpmath.fsum(mpmath.exp(one / 2) for one in z)
            return -mpmath.fsum(y[k] * (z[k] / 2 - mpmath.log(total)) for k in range(3))

        expected = float(loss(*map(mpmath.mpf, given.logits)))
        slopes = [
            float(mpmath.diff(loss, given.logits, tuple(int(k == j) for j in range(3))))
            for k in range(3)
        ]
    steps = steps_of(given)
    assert steps.loss == pytest.approx(expected, rel=3e-7)
    np.testing.assert_allclose(steps.gradient, slopes, rtol=1e-6)


def test_float32_overflows_above_the_logarithm_of_its_largest_number() -> None:
    edge = float(mpmath.log((2 - mpmath.mpf(2) ** -23) * mpmath.mpf(2) ** 127))
    given = Scores((0.0, -1.0), 0)
    below, above = shifted(given, edge - 0.01), shifted(given, edge + 0.01)
    assert below.powers.isfinite().all()
    assert above.powers.isinf().tolist() == [True, False]
    assert above.plain.isnan().tolist() == [True, False]
    assert above.plain[1] == 0
    np.testing.assert_allclose(above.stable, softmax([0.0, -1.0]), rtol=2e-5)


def test_a_shift_changes_no_probability() -> None:
    given = Scores((2.0, 1.0, -1.0), 0)
    np.testing.assert_allclose(shifted(given, 64.0).plain, shifted(given, 0.0).stable, rtol=1e-5)
    np.testing.assert_array_equal(shifted(given, 64.0).stable, shifted(given, 0.0).stable)


@given(st.tuples(logit, logit), st.floats(0.5, 10))
def test_softmax_of_two_is_the_sigmoid_of_their_difference(
    logits: tuple[float, float], temperature: float
) -> None:
    two = two_classes(Scores(logits, 0, temperature))
    exact = expit((logits[1] - logits[0]) / temperature)
    assert two.softmax == pytest.approx(exact, rel=2e-5, abs=1e-9)
    assert two.sigmoid == pytest.approx(exact, rel=2e-5, abs=1e-9)
    assert two.binary == pytest.approx(two.cross_entropy, rel=1e-5, abs=1e-6)


def test_the_slopes_of_the_losses_are_their_finite_differences() -> None:
    along = losses_along(Scores((0.5, -0.5, 1.5), 2, 1.0, 0.0))
    x = along.logit.double().numpy()
    for name in ("cross_entropy", "squared_error"):
        differences = np.gradient(along.losses[name].double().numpy(), x)
        np.testing.assert_allclose(along.slopes[name][1:-1], differences[1:-1], atol=2e-3)
    others = np.exp(0.5) + np.exp(-0.5)
    np.testing.assert_allclose(
        along.losses["cross_entropy"], np.log1p(others / np.exp(x)), atol=1e-6
    )


def test_a_sure_mistake_moves_cross_entropy_and_not_the_squared_error() -> None:
    along = losses_along(Scores((8.0, 0.0), 1))
    assert along.slopes["cross_entropy"][0] == pytest.approx(-1, abs=1e-6)
    assert abs(along.slopes["squared_error"][0]) < 1e-6
    assert along.losses["error"][along.logit <= 8].min() == 1
    assert along.losses["error"][along.logit > 8.01].max() == 0
