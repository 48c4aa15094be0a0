"""The sets of points and curves that the lab makes, as pages call them."""

from typing import Literal

from nnlab.texts import N_

Problem = Literal["classification", "regression", "curve"]

SETS: dict[Problem, dict[str, str]] = {
    "classification": {
        "circle": N_("circle"),
        "xor": N_("xor"),
        "gauss": N_("gauss"),
        "spiral": N_("spiral"),
        "moons": N_("moons"),
        "blobs": N_("blobs"),
    },
    "regression": {"plane": N_("plane"), "bumps": N_("bumps")},
    "curve": {
        "quadratic": "x²",
        "parabola": "x²+3x−2",
        "xsinx": "x sin x",
        "stairs": N_("stairs"),
    },
}
"""The data sets of each problem, by kind. The texts go through `_` where they are shown."""
