"""A program of somebody's own that trains, and is recorded, as long as a file is not there.

Called with the runs directory, and the file that ends it.
"""

import sys
import time
from pathlib import Path

import torch
from torch import nn

from nnlab.library.record import record


def main(runs: str, end: str) -> None:
    torch.manual_seed(0)
    x = torch.randn(100, 2)
    y = (x.prod(dim=1) > 0).long()
    model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with record(model, name="my own loop", data=(x, y), runs=runs) as run:
        while not Path(end).exists():
            loss = nn.functional.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            run.step(loss=loss, **{"my score": (model(x).argmax(dim=1) == y).float().mean()})
            time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
