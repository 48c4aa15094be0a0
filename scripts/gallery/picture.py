"""A picture of each run, made of its own network by the lab's figures, as a `data:` address."""

import base64
import io
from html import escape
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from nnlab.config import Attention, Experiment, Images
from nnlab.config.data import task_of
from nnlab.data import registry
from nnlab.data.images import load_validation
from nnlab.figures import theme
from nnlab.figures.boundary import boundary_picture
from nnlab.figures.picture import encode
from nnlab.figures.pictures.digits import sample_grid
from nnlab.insight.plane.boundary import plane_grid
from nnlab.learn.attention.trace import trace
from nnlab.runs.network import load_network
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.search.history import SearchHistory
from nnlab.runs.store import Run
from nnlab.runs.sweeps.history import SweepHistory
from nnlab.scene.extent import extent_of, limit_of
from nnlab.settings import read_settings

SIDE = 120
TILE, TILES = 30, 8
"""Pixels of a network of a sweep, and how many stand in a row."""
PICTURES = 12
WIDE, HIGH = 160.0, 100.0
"""Of a chart."""


def picture(run: Run) -> str:
    """Return the picture of a run on its card; a `data:` address of a PNG or an SVG.

    Raises:
        NnlabError, RunNotFoundError, RunDamagedError: as `load_network` does.
    """
    sweep = run.sweep
    if sweep is not None:
        return _sweep(run)
    experiment = run.experiment
    if isinstance(experiment.data, Images):
        return _uri(_pictures(experiment.data, read_settings().data_dir))
    network, _step = load_network(run)
    if experiment.data.kind == "sequences":
        return _attention(experiment, network) or _curves(run)
    splits = registry.load(experiment.data, read_settings().data_dir)
    if splits.info.input_shape != (2,):
        return _curves(run)
    task = task_of(experiment.data)
    grid = plane_grid(network, extent_of(experiment.data, splits), SIDE, task=task)
    limit = limit_of(experiment.data, splits) if task == "regression" else 1.0
    return boundary_picture(grid, task=task, limit=limit, dark=False)


def _uri(png: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def _pictures(data: Images, folder: Path) -> bytes:
    """Some that validated; where none did, some that trained."""
    part = load_validation(data, folder)
    if not len(part):
        part = registry.load(data, folder).train
    return sample_grid(part.x[:PICTURES].numpy(), columns=4, scale=1)


def _attention(experiment: Experiment, network: nn.Sequential) -> str:
    """The first head's map of the first sequence that was held out."""
    layers = [i for i, one in enumerate(experiment.model.layers) if isinstance(one, Attention)]
    if not layers:
        return ""
    splits = registry.load(experiment.data, read_settings().data_dir)
    part = splits.val if len(splits.val) else splits.train
    head = trace(network, layers[0], tuple(part.x[0].tolist())).heads[0]
    pixels = theme.mix(theme.neutral(False), theme.winner(False), head.weights.ravel())
    image = Image.fromarray(pixels.reshape(*head.weights.shape, 3).astype(np.uint8))
    return _uri(encode(image.resize((SIDE, SIDE), Image.Resampling.NEAREST)))


def _sweep(run: Run) -> str:
    """The planes of its networks side by side; of a search its curves."""
    from nnlab.config.stacks import stacks_of
    from nnlab.models import build
    from nnlab.runs.record.checkpoints import load_newest_readable, load_sweep_checkpoint
    from nnlab.training.ensemble.run_state import weights_of

    sweep = run.sweep
    assert sweep is not None, "asked of sweeps alone"
    state, _unreadable = load_newest_readable(run.path, load_sweep_checkpoint)
    splits = None
    if sweep.search is None and state is not None:
        splits = registry.load(sweep.nets[0].experiment.data, read_settings().data_dir)
    if splits is None or state is None or splits.info.input_shape != (2,):
        return _curves(run)
    rows = -(-min(len(sweep.nets), TILES * TILES) // TILES)
    sheet = Image.new("RGB", (TILES * TILE, rows * TILE), "white")
    for stack, own in zip(stacks_of(sweep.nets), state["stacks"], strict=True):
        weights = weights_of(own)
        network = build(stack.experiment.model, splits.info.input_shape)
        for row, net in enumerate(stack.nets):
            if net >= TILES * TILES:
                continue
            network.load_state_dict({k: v[row] for k, v in weights.items()}, strict=False)
            grid = plane_grid(network, (-6.0, 6.0), TILE - 1, task=task_of(sweep.experiment.data))
            tile = boundary_picture(grid, task=task_of(sweep.experiment.data), dark=False)
            sheet.paste(_read(tile), ((net % TILES) * TILE, (net // TILES) * TILE))
    return _uri(encode(sheet))


def _read(uri: str) -> Image.Image:
    image = Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))
    return image.convert("RGB")


def _curves(run: Run) -> str:
    """The loss over the steps as an SVG: a line for each network, at most 64."""
    events = EventReader(run.path).read_new()
    sweep = run.sweep
    if sweep is None:
        lines = [History(events).curve(f"{part}_loss") for part in ("train", "val")]
    else:
        found = SearchHistory(events) if sweep.search is not None else SweepHistory(events)
        steps, values = found.curve(found.ranking)
        lines = [(steps, column) for column in values.T[: TILES * TILES]]
    return _svg([(np.asarray(x), np.asarray(y, np.float64)) for x, y in lines])


def _svg(lines: list[tuple[np.ndarray, np.ndarray]]) -> str:
    kept = [(x[np.isfinite(y)], y[np.isfinite(y)]) for x, y in lines]
    kept = [(x, y) for x, y in kept if len(x) > 1]
    if not kept:
        return ""
    low = min(float(y.min()) for _x, y in kept)
    high = float(np.quantile(np.concatenate([y for _x, y in kept]), 0.99))
    last = max(float(x[-1]) for x, _y in kept) or 1.0
    strokes = "".join(_stroke(x, y, last, low, max(high, low + 1e-9)) for x, y in kept)
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDE:g} {HIGH:g}'>"
        f"<rect width='{WIDE:g}' height='{HIGH:g}' fill='white'/>{strokes}</svg>"
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode("ascii")


def _stroke(x: np.ndarray, y: np.ndarray, last: float, low: float, high: float) -> str:
    every = max(1, len(x) // 100)
    across = 6 + (WIDE - 12) * x[::every] / last
    up = 6 + (HIGH - 12) * (1 - np.clip((y[::every] - low) / (high - low), 0, 1))
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(across, up, strict=True))
    colour = escape(theme.BLUE)
    return f"<polyline fill='none' stroke='{colour}' stroke-width='1.5' points='{points}'/>"


torch.set_num_threads(1)
