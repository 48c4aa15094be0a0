"""A viewer's page of a sweep: tiles during training, and the views of many finished networks."""

import json
import math
import random
from dataclasses import dataclass
from typing import Any

import torch
from playwright.sync_api import Page

from nnlab.config.stacks import stacks_of
from nnlab.config.sweep import Sweep
from nnlab.models import build
from nnlab.runs.record.checkpoints import save_live
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.store import Run, Store

READY = "() => window.nnlab?.sweep?.room.drawnAfter"
COUNT = """seconds => new Promise((done) => {
    const { sweep } = nnlab, { room } = sweep, began = performance.now();
    const [painted, bytes] = [room.painted, sweep.bytes];
    let frames = 0;
    const look = () => {
        frames += 1;
        const passed = (performance.now() - began) / 1000;
        if (passed < seconds) return requestAnimationFrame(look);
        const shown = room.tiles.inSight().length, each = (room.painted - painted) / shown;
        done([shown, ...[each, sweep.bytes - bytes, frames].map((count) => count / passed)]);
    };
    look();
})"""
BRUSH = """async () => {
    const { room } = nnlab.sweep, nets = room.scene.places.length, times = [];
    for (let turn = 2; turn < 7; turn++) {
        const mask = Uint8Array.from({ length: nets }, (_net, net) => Number(net % turn === 0));
        const began = performance.now();
        room.select(mask, "benchmark");
        await new Promise(requestAnimationFrame);
        await new Promise((done) => setTimeout(done)); // after the frame that drew it
        times.push(performance.now() - began);
    }
    return times.sort((a, b) => a - b)[2];
}"""


@dataclass(frozen=True)
class TilesSeen:
    """Of a sweep that trains, over some seconds."""

    tiles: int
    """In sight."""
    updates: float
    """Newer pictures of each tile a second."""
    bytes: float
    """Of weights a second."""
    frames: float
    """The browser's, a second."""


@dataclass(frozen=True)
class ViewsSeen:
    """Of finished nets, in seconds."""

    drawn: float
    """From the component's data to all views."""
    brushed: float
    """From a brush to all views, the frame included: the median of five."""


def watch_tiles(page: Page, seconds: float) -> TilesSeen:
    """Look at a page whose sweep trains."""
    page.wait_for_function("() => nnlab.sweep.room.painted > 0")
    return TilesSeen(*page.evaluate(COUNT, seconds))


def time_views(page: Page, address: str) -> ViewsSeen:
    """Open the page of a finished sweep, and brush its nets."""
    page.goto(address)
    page.wait_for_function(READY)
    drawn = page.evaluate(READY)
    return ViewsSeen(drawn / 1000, page.evaluate(BRUSH) / 1000)


def finished(store: Store, sweep: Sweep, moments: int = 200) -> Run:
    """The run of a sweep of one stack, made up: smooth losses, random weights.

    Raises:
        ValueError: the sweep has several stacks.
    """
    nets = sweep.count
    if len(stacks_of(sweep.nets)) != 1:
        raise ValueError("one stack is needed: leave what changes a shape alone")
    run = store.create(sweep.experiment, name="finished", sweep=sweep)
    speeds = [random.Random(net).uniform(0.1, 2) for net in range(nets)]
    steps, last = 25 * moments, _losses(speeds, moments)
    lines = [
        _started(nets),
        *(_told(25 * i, i, speeds) for i in range(1, moments + 1)),
        *(_figures(at, last[at : at + 128], steps, moments) for at in range(0, nets, 128)),
        {"type": "fit_ended", **_at(steps, moments), "reason": "completed"},
    ]
    (run.path / EVENTS_FILE).write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    network = build(sweep.experiment.model, (2,))
    generator = torch.Generator().manual_seed(0)
    weights = {
        f"0/{name}": torch.randn(nets, *value.shape, generator=generator).half()
        for name, value in network.state_dict().items()
    }
    save_live(run.path, weights | {"steps": torch.full((nets,), steps, dtype=torch.int32)}, steps)
    return run


def _at(step: int, epoch: int) -> dict[str, Any]:
    return {"step": step, "epoch": epoch, "seconds": 0.3 * epoch}


def _started(nets: int) -> dict[str, Any]:
    words = dict.fromkeys(("nnlab", "torch", "device", "processor"), "x")
    sizes = {"parameters": 114 * nets, "train_size": 250, "val_size": 250, "steps_per_epoch": 25}
    more = {"schema": 1, "threads": 1, "fused": False, "total_steps": 10_000, "nets": nets}
    return {"type": "fit_started", **_at(0, 0), **words, **sizes, **more}


def _losses(speeds: list[float], epoch: int) -> list[float]:
    return [float(f"{0.7 * math.exp(-epoch / 60 * speed):.6g}") for speed in speeds]


def _told(step: int, epoch: int, speeds: list[float]) -> dict[str, Any]:
    losses = _losses(speeds, epoch)
    names = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
    steps = [step] * len(speeds)
    figures = dict.fromkeys(names, losses)
    return {"type": "nets_progress", **_at(step, epoch), "steps": steps, "paused": False, **figures}


def _figures(first: int, losses: list[float], step: int, epoch: int) -> dict[str, Any]:
    count = len(losses)
    lists = {"reasons": ["completed"] * count, "steps": [step] * count, "epochs": [epoch] * count}
    figures = {"train_loss": losses, "val_loss": losses}
    return {"type": "nets_figures", **_at(step, epoch), "first": first, **lists, **figures}
