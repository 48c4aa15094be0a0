"""The heights of a landscape as shades of its picture."""

import numpy as np
from numpy.typing import NDArray

LOWEST_SHARE = 0.05
"""Share of the lowest places, for which at least half of the shades are reserved."""


def shades(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """Heights of any range as numbers from 0, the lowest, to 1.

    On a logarithmic scale above the lowest, so that a valley's floor shows its own shape below
    walls that are a thousand times as high. What is not finite stays NaN.

    Args:
        values: [h, w].
    """
    finite = np.isfinite(values)
    if not finite.any():
        return np.full(values.shape, np.nan, np.float32)
    above = np.where(finite, values - values[finite].min(), np.nan)
    most = float(np.nanmax(above))
    if most <= 0:
        return np.where(finite, 0, np.nan).astype(np.float32)
    unit = max(float(np.nanquantile(above, LOWEST_SHARE)), most * 1e-6)
    return (np.log1p(above / unit) / np.log1p(most / unit)).astype(np.float32)
