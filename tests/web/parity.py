"""The same network in the browser and in PyTorch, layer by layer."""

import base64
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import torch
from safetensors.torch import save
from torch import Tensor

from tests.web.modules import Modules
from tests.web.networks import Case

AT_ONCE = 50
"""Cases of one call into the page."""


@dataclass(frozen=True)
class Answers:
    """What one network gave for n inputs."""

    layers: list[np.ndarray]
    """The inputs, then each layer's output: [units, n] of float32."""
    rows: np.ndarray
    """The last layer's once more, of a network that kept nothing: [n, outputs]."""


def base64_of(tensor: Tensor) -> str:
    """Its numbers as float32, row-major."""
    return base64.b64encode(tensor.float().contiguous().numpy().tobytes()).decode()


def weights_of(case: Case) -> str:
    """Its weights as a run's `live.safetensors` has them, in base64."""
    return base64.b64encode(save(case.network.state_dict(), {"step": "1"})).decode()


def to_json(case: Case) -> dict[str, Any]:
    """What the browser is told of a case."""
    layers = [layer.model_dump(mode="json") for layer in case.layers]
    told = {"layers": layers, "shape": case.shape, "n": case.n}
    return {**told, "x": base64_of(case.x), "weights": weights_of(case)}


def in_browser(page: Modules, cases: list[Case]) -> list[Answers]:
    """Evaluated by nnlab/web/forward.js."""
    found: list[Answers] = []
    for start in range(0, len(cases), AT_ONCE):
        some = cases[start : start + AT_ONCE]
        told = [to_json(case) for case in some]
        got = page.evaluate("cases => modules.evaluate.evaluateAll(cases)", told)
        found += [_answers(case, each) for case, each in zip(some, got, strict=True)]
    return found


def _answers(case: Case, got: dict[str, str]) -> Answers:
    kept = np.frombuffer(base64.b64decode(got["kept"]), "<f4").reshape(-1, case.n)
    sizes = [layer.shape[0] for layer in in_torch(case)]
    assert len(kept) == sum(sizes)
    rows = np.frombuffer(base64.b64decode(got["rows"]), "<f4").reshape(case.n, -1)
    return Answers(np.split(kept, np.cumsum(sizes)[:-1]), rows)


def in_torch(case: Case) -> list[np.ndarray]:
    """The inputs, then each layer's output: [units, n]."""
    values = [case.x]
    with torch.no_grad():
        for module in case.network:
            values.append(module(values[-1]))
    return [value.reshape(case.n, prod(value.shape[1:])).T.numpy() for value in values]


def apart(ours: np.ndarray, theirs: np.ndarray) -> float:
    """The largest difference in units of the largest finite size of `theirs`.

    Infinite where one is no finite number and the other is not the same.
    """
    finite = np.isfinite(theirs)
    if not np.array_equal(ours[~finite], theirs[~finite], equal_nan=True):
        return np.inf
    if not np.isfinite(ours[finite]).all():
        return np.inf
    difference = np.abs(ours[finite].astype(float) - theirs[finite]).max(initial=0)
    return difference / np.abs(theirs[finite]).max(initial=0) if difference else 0.0
