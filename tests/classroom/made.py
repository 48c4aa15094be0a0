"""Runs of people, as a worker leaves them, and what else they keep."""

from pathlib import Path

from nnlab.data.kept import FROZEN, TABLES, say_owner
from nnlab.files import write_bytes
from nnlab.recipes import get
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.record.weight_files import LIVE
from nnlab.runs.store import Run, Store
from nnlab.training.events import FitEnded, to_line

ENDED = FitEnded(
    step=25, epoch=1, seconds=0.2, reason="completed", train_loss=0.125, train_accuracy=0.75,
    val_loss=0.25, val_accuracy=0.5, test_accuracy=0.987654321,
)  # fmt: skip


def make_run(store: Store, owner: str, name: str = "spiral", *, weights: bytes = b"w" * 10) -> Run:
    """A run that ended."""
    run = store.create(get("spiral").experiment, name=name, owner=owner)
    (run.path / EVENTS_FILE).write_text(to_line(ENDED) + "\n")
    write_bytes(run.path / LIVE, weights)
    return run


def keep_file(data_dir: Path, name: str, *owners: str) -> Path:
    """A table (`….csv`) or a frozen set of these people."""
    path = data_dir / (TABLES if name.endswith(".csv") else FROZEN) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    write_bytes(path, b"1")
    for owner in owners:
        say_owner(path, owner)
    return path
