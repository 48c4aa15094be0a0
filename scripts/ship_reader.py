"""Make the reader that ships with the lab: `python -m scripts.ship_reader`.

Trains by the recipe `draw-ready` in a run of its own (MNIST has to be in the data directory), opens
MNIST's test part, reads real pen strokes where they are there (`benchmarks/drawn.py`), and writes
`nnlab/readers/draw-ready.safetensors` and `draw-ready.json`: the weights, and the record of the run
that made them. With the id of a finished run of that recipe it ships that one.

The weights depend on the recipe, PyTorch and the processor; the record names them.
"""

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.torch import save

from benchmarks import drawn
from benchmarks._pen_strokes import PENS, find, read
from nnlab.errors import NnlabError
from nnlab.files import write_bytes
from nnlab.library.asked.find import find_run
from nnlab.library.here.training import train_here
from nnlab.recipes import get
from nnlab.runs.network import load_network
from nnlab.runs.record.log import newest, read_head_and_tail
from nnlab.runs.store import Run, Store
from nnlab.runs.testset import open_test
from nnlab.settings import read_settings
from nnlab.training.events import FitEnded, FitStarted

RECIPE = "draw-ready"
READERS = Path(__file__).parents[1] / "nnlab" / "readers"
MOST_BYTES = 400_000


def main() -> None:
    """Train, or take the run that is named, measure it and write both files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", nargs="?", help="the id of a finished run of the recipe")
    parser.add_argument(
        "--no-strokes", action="store_true", help="leave the sealed writers of pen strokes unread"
    )
    options = parser.parse_args()
    settings = read_settings()
    store = Store(settings.runs_dir)
    run = find_run(store, options.run) if options.run else _train(store, settings.data_dir)
    weights, record = made(run, settings.data_dir)
    if not options.no_strokes:
        record["sealed_writers"] = sealed_writers(run, settings.data_dir)
    READERS.mkdir(exist_ok=True)
    write_bytes(READERS / f"{RECIPE}.safetensors", weights)
    text = json.dumps(record, indent=1) + "\n"
    write_bytes(READERS / f"{RECIPE}.json", text.encode())
    print(text, end="")


def sealed_writers(run: Run, data_dir: Path) -> dict[str, Any]:
    """How it reads the ten writers that `benchmarks/drawn.py` keeps sealed, with three pens.

    Raises:
        DataUnavailableError: the pen strokes are not here.
    """
    digits = drawn.chosen(read(find(data_dir, drawn.SHARED)), 250, sealed=True)
    network, _ = load_network(run)
    pictures = drawn.prepared_all(digits, PENS, shrink=False)
    readings = drawn.measure(network, digits, pictures)
    accuracy, error = readings.accuracy(np.ones(len(digits), bool))
    by_pen = {f"{pen:g}": float(readings.right[:, i].mean()) for i, pen in enumerate(PENS)}
    return {
        "digits": len(digits),
        "writers": len(np.unique(readings.writers)),
        "accuracy": accuracy,
        "standard_error": error,
        "by_pen": by_pen,
    }


def _train(store: Store, data_dir: Path) -> Run:
    run = store.create(get(RECIPE).experiment, name=RECIPE, recipe=RECIPE)
    here = {"data_dir": data_dir, "device": "cpu", "engine": "local"}
    ended = train_here(run, read_settings().model_copy(update=here))
    if ended.error is not None:
        raise NnlabError(ended.error)
    return run


def made(run: Run, data_dir: Path) -> tuple[bytes, dict[str, Any]]:
    """The newest weights of a finished run, as safetensors in float32, and their record.

    Raises:
        NnlabError: the run has not finished, is not of the recipe, or its weights are too large.
    """
    started, last = read_head_and_tail(run.path)
    ended = newest(last)
    is_over = isinstance(ended, FitEnded) and ended.reason == "completed"
    if not is_over or not isinstance(started, FitStarted):
        raise NnlabError(f"The run {run.id} has not come to its end: resume it, then ship it.")
    if run.experiment != get(RECIPE).experiment:
        raise NnlabError(f"The run {run.id} is not of the recipe {RECIPE}: train that one.")
    network, step = load_network(run)
    # The counts of batches that batch norm keeps are float32, too: `load_state_dict` takes them.
    tensors = {name: tensor.float().contiguous() for name, tensor in network.state_dict().items()}
    weights = save(tensors)
    if len(weights) > MOST_BYTES:
        raise NnlabError(
            f"The weights take {len(weights):,} bytes, and a shipped reader at most"
            f" {MOST_BYTES:,}: take a smaller network."
        )
    return weights, {
        "recipe": RECIPE,
        "run": run.id,
        "experiment": json.loads(run.experiment.to_json()),
        "step": step,
        "epochs": ended.epoch,
        "seconds": round(ended.seconds, 1),
        "train_loss": ended.train_loss,
        "val_accuracy": ended.val_accuracy,
        "test_accuracy": open_test(run, data_dir).test_accuracy,
        "torch": started.torch,
        "nnlab": started.nnlab,
        "processor": started.processor,
        "made_by": "python -m scripts.ship_reader",
        "sha256": hashlib.sha256(weights).hexdigest(),
    }


if __name__ == "__main__":
    try:
        main()
    except NnlabError as error:
        raise SystemExit(str(error)) from error
