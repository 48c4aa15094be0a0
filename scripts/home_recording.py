"""Record what plays on the home page: `python -m scripts.home_recording`.

The recipe `spiral` as it really learns: its weights at some moments of its first 20,000 steps,
close together where the picture of the plane changes fast. About 60 kB.
"""

import base64
import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from torch import nn

from nnlab.data.registry import load
from nnlab.insight.plane.boundary import plane_grid
from nnlab.recipes import get
from nnlab.training.fit import fit

FILE = Path(__file__).parents[1] / "nnlab" / "ui" / "home" / "spiral.json"
STEPS, MOMENTS = 20_000, 72
EXTENT = (-6.0, 6.0)
SIDE = 24
"""Places along each side of the plane whose change is measured."""


def main() -> None:
    """Train the recipe and write the file."""
    experiment = get("spiral").experiment.with_set("training.steps", STEPS)
    splits = load(experiment.data, Path("data"))  # points are made, not read
    running = fit(experiment, splits)
    seen: dict[int, tuple[np.ndarray, list[np.ndarray]]] = {}
    for event in running:
        if event.step not in seen:
            seen[event.step] = plane_grid(running.model, EXTENT, SIDE)[1], _weights(running.model)
    steps = sorted(seen)
    chosen = _by_change(steps, [seen[step][0] for step in steps])
    numbers = np.concatenate([array.ravel() for step in chosen for array in seen[step][1]])
    points = [
        [round(x1, 2), round(x2, 2), int(y), int(validates)]
        for part, validates in ((splits.train, False), (splits.val, True))
        for (x1, x2), y in zip(part.x.tolist(), part.y.tolist(), strict=True)
    ]
    found = {
        "recipe": "spiral",
        "layers": experiment.model.model_dump(mode="json")["layers"],
        "names": [[n, list(t.shape)] for n, t in running.model.state_dict().items()],
        "extent": EXTENT,
        "steps": chosen,
        "weights": base64.b64encode(numbers.astype("<f4").tobytes()).decode("ascii"),
        "points": points,
    }
    FILE.write_text(json.dumps(found, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{FILE}: {len(chosen)} moments up to step {chosen[-1]:,}, {FILE.stat().st_size:,} bytes")


def _weights(model: nn.Module) -> list[np.ndarray]:
    with torch.no_grad():
        return [tensor.detach().float().numpy().copy() for tensor in model.state_dict().values()]


def _by_change(steps: list[int], planes: list[np.ndarray]) -> list[int]:
    """The first step, the last, and some between, about as far apart in what they show."""
    moved = [0.0, *(float(np.abs(b - a).mean()) for a, b in pairwise(planes))]
    way = np.cumsum(moved) / sum(moved) + np.arange(len(steps)) / len(steps)  # never quite still
    wanted = np.linspace(way[0], way[-1], MOMENTS)
    return sorted({steps[int(np.abs(way - at).argmin())] for at in wanted} | {steps[0], steps[-1]})


if __name__ == "__main__":
    main()
