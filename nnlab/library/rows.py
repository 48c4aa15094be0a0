"""A run as a row of a table of runs, on the command line and in Python."""

import contextlib
import math
from typing import Any

from nnlab.config.sweep import Sweep
from nnlab.errors import NnlabError
from nnlab.runs.record.log import EventReader
from nnlab.runs.recorded.history import RecordedHistory
from nnlab.runs.recorded.usual import usual_figures
from nnlab.runs.store import Listed, RecordedSummary

FIGURES = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")


def as_object(summary: Listed) -> dict[str, Any]:
    """Return a run's facts; figures are those of its newest event, absent where it has none.

    Of a sweep they are those of its best network, and `sweep` says what varies; of a recorded run
    those of its metrics that bear usual names, and `recorded` is the name of its module.
    """
    last = summary.last
    found: dict[str, Any] = {
        "run": summary.run.id,
        "name": summary.meta.name,
        "status": summary.status,
        **_trained(summary),
        "recipe": summary.meta.recipe,
        "owner": summary.meta.owner,
        "created": summary.meta.created,
        "step": last.step if last else 0,
        "epoch": last.epoch if last else 0,
        "seconds": last.seconds if last else 0.0,
        **_figures(summary),
        "error": summary.ended.error if summary.ended else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _trained(summary: Listed) -> dict[str, Any]:
    if isinstance(summary, RecordedSummary):
        return {"recorded": summary.record.module}
    sweep = summary.sweep
    varies = None if sweep is None else _varies(sweep)
    return {"data": summary.experiment.data.kind, "sweep": varies}


def _figures(summary: Listed) -> dict[str, float | None]:
    source: object = summary.last
    if isinstance(summary, RecordedSummary):
        source = None
        with contextlib.suppress(NnlabError):  # deleted meanwhile
            source = usual_figures(RecordedHistory(EventReader(summary.run.path).read_new()))
    found = {name: getattr(source, name, None) for name in FIGURES}
    # JSON has no NaN.
    return {n: v if v is None or math.isfinite(v) else None for n, v in found.items()}


def _varies(sweep: Sweep) -> dict[str, Any]:
    """How many networks (of a search: trials) there are, and how many values each axis has."""
    axes = {axis.path: len(values) for axis, values in zip(sweep.axes, sweep.points, strict=True)}
    return {"nets": sweep.count, "axes": axes}
