"""Recorded runs as a recorder leaves them, written by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from safetensors.torch import save_file

from nnlab.files import append_line
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.record.weight_files import FOLDER, LIVE
from nnlab.runs.recorded.record import Record
from nnlab.runs.store import Run, Store
from nnlab.training.events import CheckpointSaved, FitEnded, FitStarted, Metrics, Reason, to_line

LOSSES = ({"loss": 0.9, "acc": 0.5}, {"loss": 0.4, "acc": 0.75}, {"loss": 0.3, "acc": 0.875})
WEIGHTS = {"0.weight": torch.arange(6.0).reshape(3, 2), "0.bias": torch.ones(3)}


def a_record(**known: Any) -> Record:
    """Of a module with two inputs and three outputs."""
    given = {"module": "MyNet", "parameters": 9, "inputs": (2,), "outputs": (3,), **known}
    return Record.model_validate(given)


def add_metrics(run: Run, rows: Sequence[Mapping[str, float]], first: int = 1) -> None:
    """A line for each row: at steps 10, 20, …, a second apart."""
    for number, row in enumerate(rows, start=first):
        event = Metrics(step=10 * number, epoch=0, seconds=float(number), values=dict(row))
        append_line(run.path / EVENTS_FILE, to_line(event))


def make_recorded(
    store: Store,
    name: str = "mine",
    rows: Sequence[Mapping[str, float]] = LOSSES,
    *,
    reason: Reason | None = "completed",
    owner: str = "local",
    created: float | None = None,
    error: str | None = None,
    kept: Sequence[int] | None = None,
    **known: Any,
) -> Run:
    """A recorded run; without a `reason` its recorder was never closed.

    Its weights are `kept` at steps 10 and its last, unless told.
    """
    run = store.create_recorded(a_record(**known), name=name, owner=owner)
    if created is not None:
        run.change_meta(created=created)
    begun = FitStarted(
        step=0, epoch=0, seconds=0.0, nnlab="0.1.0", torch="2.9.0", device="cpu", threads=1,
        fused=False, processor="x", parameters=9, train_size=0, val_size=0, steps_per_epoch=0,
        total_steps=0,
    )  # fmt: skip
    append_line(run.path / EVENTS_FILE, to_line(begun))
    add_metrics(run, rows)
    (run.path / FOLDER).mkdir()
    for step in sorted({10, 10 * len(rows)} - {0}) if kept is None else kept:
        file = f"{step:010d}.safetensors"
        save_file(WEIGHTS, run.path / FOLDER / file, {"step": str(step)})
        saved = CheckpointSaved(step=step, epoch=0, seconds=step / 10, file=file)
        append_line(run.path / EVENTS_FILE, to_line(saved))
    save_file(WEIGHTS, run.path / LIVE, {"step": str(10 * len(rows))})
    if reason is not None:
        last = len(rows)
        ended = FitEnded(step=10 * last, epoch=0, seconds=last, reason=reason, error=error)
        append_line(run.path / EVENTS_FILE, to_line(ended))
    return run
