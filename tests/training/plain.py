"""The oracle: training as PyTorch's tutorials write it."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim.lr_scheduler import LRScheduler

from nnlab.data.splits import Splits


@dataclass
class Plain:
    weights: dict[str, Tensor]
    step_losses: list[float] = field(default_factory=list)
    epoch_losses: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)


def train_plainly(
    data: Splits,
    network: Callable[[], nn.Sequential],
    optimizer: Callable[..., torch.optim.Optimizer],
    *,
    seed: int,
    epochs: int,
    batch_size: int,
    schedule: Callable[[torch.optim.Optimizer], LRScheduler] | None = None,
    by_step: bool = False,
    loss_function: Callable[[Tensor, Tensor], Tensor] = F.cross_entropy,
    keep_gradients: bool = False,
) -> Plain:
    torch.manual_seed(0)
    net = network()
    opt = optimizer(net.parameters())
    scheduler = schedule(opt) if schedule else None
    order = torch.Generator().manual_seed(seed)
    done = Plain({})
    total = epochs * math.ceil(len(data.train) / batch_size)
    for _ in range(epochs):
        summed = 0.0
        for indices in torch.randperm(len(data.train), generator=order).split(batch_size):
            x, y = data.train.x[indices], data.train.y[indices]
            loss = loss_function(net(x), y)
            loss.backward()
            opt.step()
            if not keep_gradients:
                opt.zero_grad()
            done.step_losses.append(loss.item())
            summed += loss.item() * len(y)
            if scheduler and by_step and len(done.step_losses) < total:
                scheduler.step()
            done.rates.append(opt.param_groups[0]["lr"])
        done.epoch_losses.append(summed / len(data.train))
        if scheduler and not by_step:
            scheduler.step()
            done.rates[-1] = opt.param_groups[0]["lr"]
    done.weights = net.state_dict()
    return done
