"""Dropout and batch norm, in `train()` and in `eval()`."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

PASSES = 3
UNITS = 8
SAME = 1.0
"""The input of the example that is in all batches."""


@dataclass(frozen=True)
class Modes:
    """The same inputs, passed through the layers several times."""

    dropout_train: Tensor
    """float32 [3, 8]: what dropout makes of eight ones; each row is a pass."""
    dropout_eval: Tensor
    """float32 [3, 8]."""
    batches: Tensor
    """float32 [3, 4]: three batches of one feature; the first example of each is the same one."""
    norm_train: Tensor
    """float32 [3, 4]: what batch norm makes of them in training mode."""
    norm_eval: Tensor
    """float32 [3, 4]: and in evaluation mode, after those three steps."""
    running_mean: Tensor
    """float32 [4]: before the first step and after each."""
    running_var: Tensor
    """float32 [4]."""


def modes(p: float, seed: int) -> Modes:
    """Both layers in both modes; `p`, 0 to 0.9, is dropout's, and `seed` draws everything."""
    generator = torch.Generator().manual_seed(seed)
    batches = torch.randn(PASSES, 4, generator=generator) * 2 + 3
    batches[:, 0] = SAME
    dropout, norm = nn.Dropout(p), nn.BatchNorm1d(1)
    ones = torch.ones(UNITS)
    running = dict(norm.named_buffers())
    mean, variance = running["running_mean"], running["running_var"]
    means, variances = [mean.clone()], [variance.clone()]
    trained = []
    with torch.no_grad(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        dropout_train = torch.stack([dropout(ones) for _pass in range(PASSES)])
        for batch in batches:
            trained.append(norm(batch.unsqueeze(1)).squeeze(1))
            means.append(mean.clone())
            variances.append(variance.clone())
        dropout.eval()
        norm.eval()
        dropout_eval = torch.stack([dropout(ones) for _pass in range(PASSES)])
        evaluated = [norm(batch.unsqueeze(1)).squeeze(1) for batch in batches]
    return Modes(
        dropout_train,
        dropout_eval,
        batches,
        torch.stack(trained),
        torch.stack(evaluated),
        torch.cat(means),
        torch.cat(variances),
    )
