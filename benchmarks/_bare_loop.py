"""The least that a loop can do: one network in PyTorch, without anything around it."""

import os
import sys
import time
from pathlib import Path

import torch
from torch.nn import functional as F

from nnlab.config import Experiment
from nnlab.data import registry
from nnlab.models import build


def serve(chosen: Experiment, warm_seconds: float) -> None:
    """Train, and answer each line, a number of seconds, with the steps a second over so long.

    Batches by a permutation, forward, backward, Adam in its fused form, and nothing else. Each
    measure begins after `warm_seconds`.
    """
    if hasattr(os, "nice"):
        os.nice(5)  # as the workers are
    torch.set_num_threads(1)
    splits = registry.load(chosen.data, Path("no-data-needed"))
    x, y = splits.train.x, splits.train.y
    torch.manual_seed(0)
    model = build(chosen.model, splits.info.input_shape)
    rule = chosen.training.optimizer
    optimizer = torch.optim.Adam(
        model.parameters(), lr=rule.lr, weight_decay=rule.weight_decay, fused=True
    )
    size = chosen.training.batch_size
    assert isinstance(size, int)

    def epoch() -> int:
        batches = torch.randperm(len(x)).split(size)
        for batch in batches:
            loss = F.cross_entropy(model(x.index_select(0, batch)), y.index_select(0, batch))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return len(batches)

    for line in sys.stdin:
        warm = time.perf_counter() + warm_seconds
        while time.perf_counter() < warm:
            epoch()
        steps, began = 0, time.perf_counter()
        while (took := time.perf_counter() - began) < float(line):
            steps += epoch()
        print(steps / took, flush=True)
