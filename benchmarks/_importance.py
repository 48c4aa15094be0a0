"""How long the importance of the axes takes, for sweeps of a thousand networks."""

import time

import numpy as np

from nnlab.config.axis_values import Value
from nnlab.runs.sweeps.importance import Method, importance


def importance_seconds(nets: int = 1000, method: Method = "ped") -> float:
    """Seconds for so many networks that differ in a rate, a width, a word and a seed.

    The best of three calls; the first one imports Optuna.
    """
    rng = np.random.default_rng(0)
    words = ("relu", "tanh", "sigmoid")
    values: list[list[Value]] = [
        (10 ** rng.uniform(-3, 0, nets)).tolist(),
        rng.integers(1, 65, nets).tolist(),
        [words[place] for place in rng.integers(0, 3, nets)],
        rng.integers(0, 8, nets).tolist(),
    ]
    figures = np.log10(np.array(values[0], float)) + np.array(values[1], float) / 64
    took = []
    for _ in range(3):
        begun = time.perf_counter()
        importance(values, figures, method, kinds=("log", "linear", "category", "category"))
        took.append(time.perf_counter() - begun)
    return min(took)
