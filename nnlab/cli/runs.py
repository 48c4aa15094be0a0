"""`python -m nnlab runs`."""

import contextlib
import json
import math
import sys
from pathlib import Path
from typing import Any

from nnlab.cli.table import table
from nnlab.config.sweep import Sweep
from nnlab.errors import NnlabError
from nnlab.runs.record.log import EventReader
from nnlab.runs.record.status import WORDS
from nnlab.runs.recorded.history import RecordedHistory
from nnlab.runs.recorded.usual import usual_figures
from nnlab.runs.store import Listed, RecordedSummary, Store
from nnlab.settings import read_settings
from nnlab.texts import _

FIGURES = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")


def list_runs(runs: Path | None, *, as_json: bool) -> int:
    """Print every run, the newest first. Those that cannot be read are named on stderr."""
    store = Store(runs or read_settings().runs_dir)
    summaries = store.listed()
    if as_json:
        print(json.dumps([_as_object(summary) for summary in summaries], indent=1))
    elif summaries:
        header = (
            *(_("run"), _("name"), _("status"), _("step"), _("epoch")),
            *(_("val loss"), _("val accuracy")),
        )
        print(table(header, [_as_row(summary) for summary in summaries]))
    else:
        print(
            _(
                "No runs in {path} yet. Make one: python -m nnlab train circle",
                path=store.root.resolve(),
            )
        )
    for _run, reason in store.damaged():
        print(f"nnlab: {' '.join(reason.split())}", file=sys.stderr)
    return 0


def _as_object(summary: Listed) -> dict[str, Any]:
    """What is known of the run; figures are those of its newest event, absent where it has none.

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


def _as_row(summary: Listed) -> tuple[str, ...]:
    found = _as_object(summary)
    name = found["name"]
    if isinstance(summary, RecordedSummary):
        name = _("{name} (recorded)", name=name)
    elif summary.sweep is not None:
        name = _("{name} (sweep of {count:,})", name=name, count=summary.sweep.count)
    loss, accuracy = found.get("val_loss"), found.get("val_accuracy")
    return (
        found["run"],
        name,
        _(WORDS[summary.status]),
        f"{found['step']:,}",
        f"{found['epoch']:,}",
        "–" if loss is None else f"{loss:.4g}",
        "–" if accuracy is None else f"{accuracy:.2%}",
    )
