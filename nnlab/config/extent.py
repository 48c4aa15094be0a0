"""How far the plane of the pictures reaches, and sizes in round numbers. Knows no plotly."""

import math
import sys

EXTENT = (-6.0, 6.0)
"""Lowest and highest value of both axes of the made sets."""


def round_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 4, 6, 8 and their tenfolds, always finite; 1 for 0."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    found = next((m * power for m in (1, 1.5, 2, 3, 4, 6, 8) if value <= m * power), 10 * power)
    return min(found, sys.float_info.max)
