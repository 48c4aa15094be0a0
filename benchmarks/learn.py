"""The page Learn: first pictures, a landscape, the accuracy and the share of the sharpness."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from websockets.asyncio.client import connect

from benchmarks._page_sessions import PROTOCOL, Session, new_cookie
from benchmarks._report import goal, print_machine, print_table
from nnlab.config import Experiment
from nnlab.data.registry import load
from nnlab.data.splits import Part, Splits
from nnlab.learn.landscape.plane import Plane, plane_of
from nnlab.learn.landscape.surface import square_grid, surface
from nnlab.recipes import get
from nnlab.settings import read_settings
from nnlab.training.controls import Control
from nnlab.training.events import Sharpness
from nnlab.training.fit import Fit, fit
from nnlab.training.metrics import LOSSES, evaluate
from nnlab.ui.learn.chapters import CHAPTERS
from tests.browser.server import running_app

GOAL_PICTURE, GOAL_LANDSCAPE, GOAL_SHARE, GOAL_ERROR = 1.0, 2.0, 0.2, 0.01
SIDE, WIDE_SIDE = 41, 51
EVERY = 5
TIMES, TURNS = 3, 2
COMPARED = 10


def main() -> None:
    print_machine()
    torch.set_num_threads(1)  # as a page of the server computes
    rows = [*pictures(), *landscape(), *sharpness()]
    print_table(["what", "measured", "goal"], rows)


# First pictures -----------------------------------------------------------------------------------


def pictures() -> list[list[str]]:
    """Seconds of each chapter's page when it is opened first, on a server whose list was open."""
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as app:
        took = asyncio.run(opened_first(app.url))
    return [
        [
            f"first picture: {chapter}",
            f"{seconds:.2f} s",
            goal(seconds <= GOAL_PICTURE, f"≤ {GOAL_PICTURE:g} s"),
        ]
        for chapter, seconds in took.items()
    ]


async def opened_first(url: str) -> dict[str, float]:
    """From the request for a page to the end of what it sends, by chapter; each in a new tab."""
    took = {}
    for chapter in ("", *(chapter.id for chapter in CHAPTERS)):
        tab = connect(
            url.replace("http", "ws") + "/_stcore/stream",
            subprotocols=[PROTOCOL],
            proxy=None,
            max_size=None,
            additional_headers=await asyncio.to_thread(new_cookie, url),
        )
        async with tab as socket:
            session = Session(socket, f"chapter={chapter}" if chapter else "", "learn")
            took[chapter] = await session.run()
    del took[""]  # the list, whose first run imports what all chapters need
    return took


# The landscape ------------------------------------------------------------------------------------


def landscape() -> list[list[str]]:
    """41×41, and 51×51 = 2,601 at once over the same one by one, in turn."""
    experiment = get("spiral").experiment.with_set("training.epochs", 100)
    splits = splits_of(experiment)
    path, running = trained(experiment, splits)
    plane, grid = over(path)
    loss, train, network = LOSSES["cross_entropy"], splits.train, running.model
    seconds = statistics.median(
        timed(lambda: surface(network, train, loss, plane, grid)) for _time in range(TIMES)
    )
    wide = square_grid(plane.project(path), WIDE_SIDE)
    together, alone = [], []
    for _time in range(TURNS):
        together.append(timed(lambda: surface(network, train, loss, plane, wide)))
        alone.append(timed(lambda: one_by_one(network, train, plane, wide)))
    ratio = statistics.median(a / b for a, b in zip(alone, together, strict=True))
    return [
        [
            f"landscape {SIDE}×{SIDE} of a spiral run",
            f"{seconds:.2f} s",
            goal(seconds <= GOAL_LANDSCAPE, f"≤ {GOAL_LANDSCAPE:g} s"),
        ],
        [f"{WIDE_SIDE**2:,} evaluations one by one, over all at once", f"{ratio:.1f}×", ""],
    ]


def one_by_one(
    network: nn.Sequential, part: Part, plane: Plane, grid: tuple[Tensor, Tensor]
) -> None:
    """The same places, each an evaluation of its own."""
    loss = LOSSES["cross_entropy"]
    for b in grid[1]:
        for a in grid[0]:
            nn.utils.vector_to_parameters(plane.point(float(a), float(b)), network.parameters())
            evaluate(network, part, loss)


# Sharpness ----------------------------------------------------------------------------------------


def sharpness() -> list[list[str]]:
    """The largest error against the exact Hessian while it trains, and the share of the time."""
    experiment = get("spiral").experiment.with_set("training.batch_size", "all")
    experiment = experiment.with_set("training.optimizer", {"kind": "sgd", "lr": 0.5})
    experiment = experiment.with_set("training.epochs", 1500)
    splits = splits_of(experiment)
    began, spent = time.perf_counter(), 0.0
    for event in fit(experiment, splits, controls=Asking()):
        spent += event.took if isinstance(event, Sharpness) else 0.0
    share = spent / (time.perf_counter() - began)
    # Apart from it: the exact Hessian takes time in which nothing trains.
    running, errors = fit(experiment, splits, controls=Asking()), []
    for event in running:
        if isinstance(event, Sharpness):
            errors.append(abs(event.sharpness / exact(running, splits) - 1))
            if len(errors) == COMPARED:
                break
    return [
        [
            f"sharpness: largest error of {len(errors)}, 114 weights",
            f"{max(errors):.2%}",
            goal(max(errors) <= GOAL_ERROR, f"≤ {GOAL_ERROR:.0%}"),
        ],
        ["share of the time while it trains", f"{share:.1%}", goal(share <= GOAL_SHARE, "≤ 20%")],
    ]


class Asking:
    """Asks for the sharpness before the first step."""

    def __init__(self) -> None:
        self._asked = [Control(id="sharpness", at=0, sharpness=600)]

    def poll(self, step: int, *, paused: bool) -> list[Control]:
        """The request, once."""
        del step, paused
        asked, self._asked = self._asked, []
        return asked


def exact(running: Fit, splits: Splits) -> float:
    """Of the whole Hessian, one derivative of the gradient after another."""
    weights = tuple(parameter for parameter in running.model.parameters())
    loss = LOSSES["cross_entropy"](running.model(splits.train.x), splits.train.y)
    gradient = torch.cat(
        [one.flatten() for one in torch.autograd.grad(loss, weights, create_graph=True)]
    )
    rows = [
        torch.cat([part.flatten() for part in torch.autograd.grad(one, weights, retain_graph=True)])
        for one in gradient
    ]
    return float(np.linalg.eigvalsh(torch.stack(rows).double().numpy())[-1])


# What they share ----------------------------------------------------------------------------------


def splits_of(experiment: Experiment) -> Splits:
    return load(experiment.data, read_settings().data_dir)


def trained(experiment: Experiment, splits: Splits) -> tuple[Tensor, Fit]:
    """The weights every few steps, [t, p], and the fit at its end."""
    running, seen = fit(experiment, splits), []

    def look() -> None:
        if running.step % EVERY == 0:
            parameters = running.model.parameters()
            seen.append(nn.utils.parameters_to_vector(parameters).detach().clone())

    running.after_step = look
    for _event in running:
        pass
    return torch.stack(seen), running


def over(path: Tensor) -> tuple[Plane, tuple[Tensor, Tensor]]:
    plane, _share = plane_of(path)
    return plane, square_grid(plane.project(path), SIDE)


def timed(do: Callable[[], object]) -> float:
    """Seconds."""
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
