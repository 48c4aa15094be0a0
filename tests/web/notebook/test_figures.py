"""The curves of a run in a notebook's page are those that Python draws of the same events."""

import json
from pathlib import Path
from typing import Any

from nnlab.export.html.curves import curves_of
from nnlab.export.html.recorded import recorded_curves
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EVENTS_FILE, EventReader
from nnlab.runs.recorded.history import RecordedHistory
from nnlab.runs.store import Store
from tests.notebook.conftest import small, train_here
from tests.runs.recorded.made import make_recorded
from tests.web.modules import Modules

FOLD = """async (events) => {
  const { Figures } = await import("/web/notebook/figures.js");
  const figures = new Figures();
  for (const event of events) figures.add([event]);
  return { ...figures.curves };
}"""


def events_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (path / EVENTS_FILE).read_text().splitlines()]


def rounded(curves: dict[str, Any]) -> dict[str, Any]:
    """Both to five digits, as a page holds them."""
    return {
        what: {
            part: [steps, [None if v is None else float(f"{v:.5g}") for v in values]]
            for part, (steps, values) in parts.items()
        }
        for what, parts in curves.items()
    }


def test_of_a_run_of_the_lab(page: Modules, runs_dir: Path, data_dir: Path) -> None:
    run = Store(runs_dir).create(small(steps=80), name="it")
    train_here(run, data_dir)
    expected = rounded(curves_of(History(EventReader(run.path).read_new())))
    assert expected["loss"]["train"][0]
    assert rounded(page.evaluate(FOLD, events_of(run.path))) == expected


def test_of_somebodys_own_metrics_whatever_they_are_called(page: Modules, runs_dir: Path) -> None:
    rows = [
        {"loss": 0.5, "val_loss": 0.6, "train_f1": 0.1, "val_f1": 0.2, "__proto__": 3.0},
        {"loss": float("nan"), "val_loss": float("inf"), "lr": 0.1, "val_": 1.0},
    ]
    run = make_recorded(Store(runs_dir), rows=rows)
    expected = rounded(recorded_curves(RecordedHistory(EventReader(run.path).read_new())))
    assert expected.keys() == {"loss", "f1", "__proto__", "lr", "val_"}
    assert expected["loss"].keys() == {"train", "val"}
    found = rounded(page.evaluate(FOLD, events_of(run.path)))
    found.pop("__proto__", None)  # playwright's own way back loses that name
    expected.pop("__proto__")
    assert found == expected
