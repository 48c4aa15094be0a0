"""`python -m nnlab runs`."""

import json
from pathlib import Path

from nnlab.cli.table import table
from nnlab.library.rows import as_object
from nnlab.library.said import say
from nnlab.runs.record.status import WORDS
from nnlab.runs.store import Listed, RecordedSummary, Store
from nnlab.settings import read_settings
from nnlab.texts import _


def list_runs(runs: Path | None, *, as_json: bool) -> int:
    """Print every run, the newest first. Those that cannot be read are named on stderr."""
    store = Store(runs or read_settings().runs_dir)
    summaries = store.listed()
    if as_json:
        print(json.dumps([as_object(summary) for summary in summaries], indent=1))
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
        say(reason)
    return 0


def _as_row(summary: Listed) -> tuple[str, ...]:
    found = as_object(summary)
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
