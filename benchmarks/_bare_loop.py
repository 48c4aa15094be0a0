"""The network of `benchmarks.sweep` alone in PyTorch, as little as a loop can do.

Answers each line, a number of seconds, with its steps a second over so long.
"""

import os
import sys
import time
from pathlib import Path

import torch
from torch.nn import functional as F

from benchmarks.sweep import WARM_SECONDS, experiment
from nnlab.data.registry import load
from nnlab.models import build


def main() -> None:
    if hasattr(os, "nice"):
        os.nice(5)  # as the workers are
    torch.set_num_threads(1)
    chosen = experiment()
    train = load(chosen.data, Path("no-data-needed")).train
    model = build(chosen.model, (2,))
    optimizer = torch.optim.Adam(model.parameters(), lr=chosen.training.optimizer.lr, fused=True)

    def epoch() -> int:
        batches = torch.randperm(len(train)).split(10)
        for batch in batches:
            x, y = train.x.index_select(0, batch), train.y.index_select(0, batch)
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return len(batches)

    for line in sys.stdin:
        warm = time.perf_counter() + WARM_SECONDS
        while time.perf_counter() < warm:
            epoch()
        steps, began = 0, time.perf_counter()
        while (took := time.perf_counter() - began) < float(line):
            steps += epoch()
        print(steps / took, flush=True)


if __name__ == "__main__":
    main()
