"""Principal components beside a singular value decomposition by hand."""

import numpy as np
import pytest

from nnlab.insight.pictures.projection import principal_plane


def spread(seed: int = 0) -> np.ndarray:
    wide = np.random.default_rng(seed).normal(size=(200, 6)) * [9, 5, 1, 1, 0.5, 0.1]
    return wide.astype(np.float32)


def test_the_plane_is_that_of_the_two_largest_singular_values() -> None:
    features = spread()
    centred = features - features.mean(axis=0)
    left, sizes, _ = np.linalg.svd(centred.astype(np.float64), full_matrices=False)
    plane = principal_plane(features)
    for axis in range(2):
        expected = left[:, axis] * sizes[axis]
        assert np.allclose(np.abs(plane.points[:, axis]), np.abs(expected), atol=1e-3)
    shares = sizes**2 / (sizes**2).sum()
    assert plane.explained == pytest.approx(tuple(shares[:2]), abs=1e-6)


def test_a_mirrored_and_turned_cloud_lies_where_it_lay_before() -> None:
    features = spread()
    before = principal_plane(features).points
    turn = np.eye(6, dtype=np.float32)[[1, 0, 2, 3, 4, 5]] * np.array([-1, 1, 1, 1, 1, -1])
    after = principal_plane((features @ turn).astype(np.float32), before).points
    assert np.allclose(after, before, atol=1e-2)


def test_no_distance_changes_when_a_map_is_laid_on_the_one_before() -> None:
    free, held = principal_plane(spread()), principal_plane(spread(), spread(5)[:, :2])
    for points in (free.points, held.points):
        assert np.linalg.norm(points[0] - points[1]) == pytest.approx(
            np.linalg.norm(free.points[0] - free.points[1]), rel=1e-4
        )


@pytest.mark.parametrize("shape", [(1, 5), (5, 1), (3, 4)])
def test_few_points_few_dimensions_and_no_spread_are_a_plane_too(shape: tuple[int, int]) -> None:
    flat = principal_plane(np.ones(shape, np.float32))
    assert np.array_equal(flat.points, np.zeros((shape[0], 2)))
    assert flat.explained == (0, 0)
    some = principal_plane(np.arange(shape[0] * shape[1], dtype=np.float32).reshape(shape))
    assert np.isfinite(some.points).all()
