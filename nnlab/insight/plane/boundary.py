"""A network's outputs over the plane."""

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor, nn

from nnlab.config import Task
from nnlab.insight.parts import in_parts
from nnlab.models.eval_mode import eval_mode

AT_ONCE = 250
"""Places: the outputs of a wide layer take 40 kB for each."""


@lru_cache(maxsize=16)
def plane_points(
    extent: tuple[float, float], resolution: int, device: torch.device, dtype: torch.dtype
) -> Tensor:
    """The centres of the picture's pixels, row by row from the top: [resolution², 2].

    x₁ grows to the right, x₂ grows upwards. Shared between callers: never change it.
    """
    low, high = extent
    step = (high - low) / resolution
    across = low + step * (torch.arange(resolution, dtype=torch.float64) + 0.5)
    x2, x1 = torch.meshgrid(across.flip(0), across, indexing="ij")
    return torch.stack([x1.flatten(), x2.flatten()], dim=1).to(device, dtype)


def plane_grid(
    model: nn.Module,
    extent: tuple[float, float] = (-6.0, 6.0),
    resolution: int = 100,
    *,
    task: Task = "classification",
) -> np.ndarray:
    """The model's answers over the square `extent` × `extent`, as a picture has its rows.

    Args:
        model: takes [n, 2], returns [n, k]: logits or log-probabilities of k classes, or values.
        extent: lowest and highest value of both inputs.
        resolution: pixels along each side.
        task: whether the answers are to become probabilities.

    Returns:
        float32 [k, resolution, resolution], row 0 on top (x₂ highest). Classification: softmax
        probabilities (the softmax of log-probabilities is the probabilities themselves).
        Regression: the values as they are. The model's modes (train or eval) are as before.
    """
    weights = next(model.parameters(), None)
    device = weights.device if weights is not None else torch.device("cpu")
    dtype = weights.dtype if weights is not None else torch.float32
    points = plane_points(extent, resolution, device, dtype)
    with eval_mode(model), torch.inference_mode():
        answers = in_parts(model, points, AT_ONCE)
        if task == "classification":
            answers = answers.softmax(dim=1)
    grid = answers.T.reshape(-1, resolution, resolution)
    return grid.float().contiguous().cpu().numpy()
