"""Many dimensions on a plane: principal components that stay where they are from look to look."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA


@dataclass(frozen=True)
class Plane:
    """Points on the two directions in which they differ most."""

    points: NDArray[np.float32]
    """[n, 2]: centred."""
    explained: tuple[float, float]
    """The shares of the variance that the two directions hold, 0 to 1."""


def principal_plane(
    features: NDArray[np.float32], before: NDArray[np.float32] | None = None
) -> Plane:
    """The first two principal components (scikit-learn's `PCA`, by a full SVD).

    A component may as well point the other way, and two of about the same variance change places
    easily: while a network trains its map would flip and turn. So the plane is turned and mirrored
    (orthogonal Procrustes: no distance changes) to lie as near as can be to the one before.

    Args:
        features: [n, d], n at least 1. Fewer than two directions leave the others 0.
        before: [n, 2], the points of the same examples at the last look; None for the first, where
            each component's largest value is made positive.
    """
    n, d = features.shape
    points, explained = np.zeros((n, 2)), np.zeros(2)
    directions = min(2, d, n)
    if np.ptp(features, axis=0).any():
        fitted = PCA(directions, svd_solver="full")
        points[:, :directions] = fitted.fit_transform(features.astype(np.float64))
        explained[:directions] = fitted.explained_variance_ratio_
    if before is not None and before.shape == points.shape:
        left, _, right = np.linalg.svd(points.T @ before)
        points = points @ (left @ right)
    else:
        largest = np.abs(points).argmax(axis=0)
        points *= np.where(points[largest, [0, 1]] < 0, -1, 1)
    return Plane(points.astype(np.float32), (float(explained[0]), float(explained[1])))
