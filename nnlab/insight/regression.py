"""Goodness of fit of a network's numbers: R² and the errors behind it."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from nnlab.models.eval_mode import eval_mode


def r_squared(mse: float, variance: float) -> float | None:
    """1 - MSE / Var(y): the share of the targets' variance that the network explains.

    Args:
        mse: the mean squared error over the examples.
        variance: of the targets of the same examples, their squared distance from the mean,
            divided by n.

    Returns:
        At most 1; 0 for a network that always says the mean, below it for one that is worse.
        None where all targets are equal, and nothing is there to be explained.
    """
    return 1 - mse / variance if variance > 0 else None


@dataclass(frozen=True)
class Errors:
    """Errors of a network over some examples."""

    count: int
    mse: float
    mae: float
    """The mean of the errors' sizes."""
    largest: float
    r2: float | None

    @property
    def rmse(self) -> float:
        """The root of the mean squared error, in the unit of the targets."""
        return float(np.sqrt(self.mse))


def errors(network: nn.Module, x: Tensor, y: Tensor) -> Errors | None:
    """The errors of a network on examples; None where there is no example.

    Args:
        network: takes [n, *input_shape], returns [n, 1]; asked in evaluation mode.
        x: [n, *input_shape].
        y: float32 [n, 1].
    """
    if len(y) == 0:
        return None
    with eval_mode(network), torch.inference_mode():
        residuals = (network(x) - y).double().numpy()
    targets = y.double().numpy()
    mse = float(np.mean(residuals**2))
    return Errors(
        count=len(y),
        mse=mse,
        mae=float(np.mean(np.abs(residuals))),
        largest=float(np.abs(residuals).max()),
        r2=r_squared(mse, float(targets.var())),
    )
