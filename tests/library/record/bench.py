"""A small loop of one's own, as people write it, and what a recorded run holds."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from nnlab.library.record import RecordWarning
from nnlab.runs.record.log import EventReader
from nnlab.runs.record.weight_files import FOLDER, LIVE
from nnlab.runs.run import Run
from nnlab.training.events import Event


class Steps(Protocol):
    def step(self, /, **metrics: object) -> None: ...


def network() -> nn.Sequential:
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 2))


def points(rows: int = 60) -> tuple[Tensor, Tensor]:
    """Of two classes, by the sign of a product."""
    x = torch.randn(rows, 2, generator=torch.Generator().manual_seed(1))
    return x, (x[:, 0] * x[:, 1] > 0).long()


def losses(model: nn.Module, run: Steps | None = None, steps: int = 30) -> Iterator[float]:
    """Train on random batches, and give each loss; with a recording, let it know."""
    x, y = points()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(steps):
        rows = torch.randint(len(x), (10,))
        loss = F.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if run is not None:
            run.step(loss=loss, lr=0.1)
        yield loss.item()


def train(model: nn.Module, run: Steps | None = None, steps: int = 30) -> list[float]:
    """All losses of `losses`."""
    return list(losses(model, run, steps))


def the_run(runs_dir: Path) -> Run:
    """The only one."""
    (path,) = [path for path in runs_dir.iterdir() if path.is_dir()]
    return Run(path)


def events(run: Run) -> list[Event]:
    """All of them; none is damaged."""
    reader = EventReader(run.path)
    found = reader.read_new()
    assert (reader.damaged, reader.unknown) == (0, 0)
    return found


def live(run: Run) -> dict[str, Tensor]:
    """The newest weights, as another library reads them."""
    return {
        name: torch.from_numpy(value.copy()) for name, value in load_file(run.path / LIVE).items()
    }


def checkpoint_steps(run: Run) -> list[int]:
    return sorted(int(path.stem) for path in (run.path / FOLDER).iterdir())


def all_random_states() -> list[object]:
    """Of PyTorch, Python and numpy, as values that can be compared."""
    legacy = np.random.get_state()  # noqa: NPY002
    parts = [part.tolist() if isinstance(part, np.ndarray) else part for part in legacy]
    return [torch.get_rng_state().tolist(), random.getstate(), parts]


@contextmanager
def said_once(match: str) -> Iterator[None]:
    """One warning comes within, and none besides."""
    with pytest.warns(RecordWarning, match=match) as said:
        yield
    assert [one.category for one in said] == [RecordWarning]
