"""The formulas of the 2-D sets, each against TensorFlow Playground's, worked out by hand."""

import numpy as np
import pytest
from sklearn.datasets import make_blobs, make_moons

from nnlab.config.data import PlaneClasses, PlaneValues
from nnlab.data import toy

ALL_CLASS_KINDS = ["circle", "xor", "gauss", "spiral", "moons", "blobs"]


def made(kind: str, **more) -> tuple[np.ndarray, np.ndarray]:
    if kind in toy.VALUE_SETS:
        return toy.VALUE_SETS[kind](PlaneValues.model_validate({"kind": kind, **more}))
    return toy.CLASS_SETS[kind](PlaneClasses.model_validate({"kind": kind, **more}))


def test_circle_has_class_1_within_2_5_and_class_0_from_3_5_to_5():
    x, y = made("circle", points=2000)
    radius = np.hypot(*x.T)
    assert radius[y == 1].max() <= 2.5 + 1e-6
    assert radius[y == 0].min() >= 3.5 - 1e-6
    assert radius[y == 0].max() <= 5 + 1e-6
    assert (y == 1).sum() == 1000


def test_circle_draws_the_radius_evenly_not_the_area():
    x, y = made("circle", points=5000)
    assert np.median(np.hypot(*x[y == 1].T)) == pytest.approx(1.25, abs=0.1)


def test_xor_is_1_where_the_signs_agree_and_keeps_0_3_from_the_axes():
    x, y = made("xor", points=2000)
    assert np.array_equal(y == 1, np.sign(x[:, 0]) == np.sign(x[:, 1]))
    assert np.abs(x).min() >= 0.3
    assert 5 < np.abs(x).max() <= 5.3 + 1e-6


@pytest.mark.parametrize(("noise", "variance"), [(0, 0.5), (0.25, 2.25), (0.5, 4)])
def test_gauss_has_its_centres_and_a_variance_that_grows_with_noise(noise, variance):
    x, y = made("gauss", points=5000, noise=noise)
    assert np.allclose(x[y == 1].mean(axis=0), [2, 2], atol=0.15)
    assert np.allclose(x[y == 0].mean(axis=0), [-2, -2], atol=0.15)
    assert np.allclose(x[y == 1].var(axis=0), variance, rtol=0.1)


def test_spiral_runs_through_the_points_of_its_formula():
    x, y = made("spiral", points=200)
    arm = x[y == 1]
    assert np.allclose(arm[0], [0, 0], atol=1e-6)
    # i = 50 of 100: r = 2.5, t = 1.75π, sin t = -√½, cos t = √½.
    assert np.allclose(arm[50], [-2.5 * 0.5**0.5, 2.5 * 0.5**0.5], atol=1e-5)
    # The second arm is the first, turned by half a circle.
    assert np.allclose(x[y == 0], -arm, atol=1e-5)


def test_moons_are_two_half_circles_within_the_plane():
    x, y = made("moons", points=400)
    upper = x[y == 0] * 0.3 + [0.5, 0.25]
    assert np.allclose(np.hypot(*upper.T), 1, atol=1e-5)
    assert (upper[:, 1] > -1e-6).all()
    assert np.abs(x).max() <= 6


@pytest.mark.parametrize("noise", [0, 0.1, 0.5])
@pytest.mark.parametrize("seed", [0, 3, 2**32 - 1])
@pytest.mark.parametrize("points", [20, 101, 1000])
def test_moons_and_blobs_are_those_of_scikit_learn_to_the_last_bit(points, seed, noise):
    x, y = made("moons", points=points, seed=seed, noise=noise)
    theirs, labels = make_moons(points, noise=noise or None, random_state=seed)
    assert np.array_equal(x, ((theirs - [0.5, 0.25]) * (10 / 3)).astype(np.float32))
    assert np.array_equal(y, labels)
    for classes in (2, 3, 5):
        x, y = made("blobs", points=points, seed=seed, noise=noise, classes=classes)
        angle = 2 * np.pi * np.arange(classes) / classes
        centres = 4 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        spread = 0.4 + 2 * noise
        theirs, labels, *_ = make_blobs(
            points, centers=centres, cluster_std=spread, random_state=seed
        )
        assert np.array_equal(x, theirs.astype(np.float32))
        assert np.array_equal(y, labels)


def test_blobs_have_as_many_classes_as_asked_each_around_its_centre():
    x, y = made("blobs", classes=5, points=3000)
    assert sorted(set(y.tolist())) == [0, 1, 2, 3, 4]
    for number in range(5):
        angle = 2 * np.pi * number / 5
        centre = 4 * np.array([np.cos(angle), np.sin(angle)])
        assert np.allclose(x[y == number].mean(axis=0), centre, atol=0.1)


def test_plane_is_a_tenth_of_the_sum():
    x, y = made("plane", points=1000)
    assert y.shape == (1000, 1)
    assert np.allclose(y[:, 0], (x[:, 0] + x[:, 1]) / 10, atol=1e-6)
    assert 5.9 < np.abs(x).max() <= 6


def test_bumps_are_six_cones_of_alternating_sign():
    x, y = made("bumps", points=5000)
    expected = np.zeros(len(x))
    for place, (x1, x2) in enumerate(x):
        for centre_x in (-4, 0, 4):
            for centre_y in (-2.5, 2.5):
                sign = -1 if (centre_x == 0) == (centre_y > 0) else 1
                distance = ((x1 - centre_x) ** 2 + (x2 - centre_y) ** 2) ** 0.5
                height = sign * max(0, 1 - distance / 2)
                if abs(height) > abs(expected[place]):
                    expected[place] = height
    assert np.allclose(y[:, 0], expected, atol=1e-5)
    assert y.max() > 0.9
    assert y.min() < -0.9


@pytest.mark.parametrize("kind", [*ALL_CLASS_KINDS, "plane", "bumps"])
def test_the_types_are_those_that_a_network_takes(kind):
    x, y = made(kind, points=101, noise=0.1)
    assert x.shape == (101, 2)
    assert x.dtype == np.float32
    assert y.dtype == (np.int64 if kind in ALL_CLASS_KINDS else np.float32)


@pytest.mark.parametrize("kind", [*ALL_CLASS_KINDS, "plane", "bumps"])
def test_the_seed_decides_the_points(kind):
    if kind in ("spiral", "moons"):  # without noise their points are those of the formula
        first, again, other = (made(kind, seed=seed, noise=0.1)[0] for seed in (3, 3, 4))
    else:
        first, again, other = (made(kind, seed=seed)[0] for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)


@pytest.mark.parametrize("kind", ["circle", "xor", "spiral", "moons", "plane", "bumps"])
def test_noise_moves_the_points_and_keeps_the_labels_of_where_they_came_from(kind):
    clean_x, clean_y = made(kind, points=400)
    noisy_x, noisy_y = made(kind, points=400, noise=0.5)
    assert np.array_equal(clean_y, noisy_y)
    moved = np.abs(noisy_x - clean_x)
    assert (moved > 0).all(axis=1).mean() > 0.99
    reach = {"circle": 2.5, "xor": 2.5, "spiral": 0.5, "plane": 3, "bumps": 3}.get(kind)
    if reach:
        assert 0.9 * reach < moved.max() <= reach + 1e-5


@pytest.mark.parametrize("kind", [*ALL_CLASS_KINDS, "plane", "bumps"])
def test_clean_points_lie_in_the_plane_that_is_drawn(kind):
    x, _ = made(kind, points=1000)
    assert np.abs(x).max() <= 6
