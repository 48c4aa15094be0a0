"""A sweep's events folded by the browser: against the same in Python."""

import json
import math
from typing import Any

import numpy as np
import pytest

from nnlab.runs.sweeps.history import SweepHistory
from nnlab.training.events import from_line
from tests.web.modules import Modules

FOLD = """async ({lines, nets, names}) => {
    const { SweepFigures } = await import("/web/sweep/figures.js");
    const figures = new SweepFigures(nets);
    for (const line of lines) figures.add(JSON.parse(line));
    const plain = (values) => [...values].map((value) => (Number.isFinite(value) ? value : null));
    return {
        steps: [...figures.steps],
        reasons: figures.reasons,
        last: names.map((name) => plain(figures.figures(name, "last"))),
        best: names.map((name) => plain(figures.figures(name, "best"))),
        curves: names.map((name) => {
            const { steps, rows } = figures.curve(name);
            return [steps, rows.map(plain)];
        }),
        ranks: [...figures.ranks("val_loss", "last")],
    };
}"""
NAMES = ["val_loss", "train_loss", "val_accuracy", "test_loss"]
TIME: dict[str, Any] = {"epoch": 1, "seconds": 0.5}


def started(step: int) -> dict[str, Any]:
    return {
        "type": "fit_started",
        **TIME,
        "step": step,
        "schema": 1,
        **dict.fromkeys(("nnlab", "torch", "device", "processor"), "x"),
        **dict.fromkeys(("threads", "parameters", "train_size", "val_size"), 1),
        "steps_per_epoch": 10,
        "total_steps": 100,
        "fused": False,
        "nets": 3,
    }


def told(step: int, losses: list[float | None], *, paused: bool = False) -> dict[str, Any]:
    return {
        "type": "nets_progress",
        **TIME,
        "step": step,
        "steps": [step] * 3,
        "train_loss": [loss and 2 * loss for loss in losses],
        "val_loss": losses,
        "val_accuracy": [loss and 1 - loss for loss in losses],
        "paused": paused,
    }


def ended(net: int, step: int, reason: str) -> dict[str, Any]:
    return {"type": "net_ended", **TIME, "step": step, "net": net, "reason": reason}


def finals(first: int, losses: list[float | None], reasons: list[str]) -> dict[str, Any]:
    return {
        "type": "nets_figures",
        **TIME,
        "step": 40,
        "first": first,
        "reasons": reasons,
        "steps": [40] * len(losses),
        "epochs": [4] * len(losses),
        "train_loss": losses,
        "val_loss": losses,
        "test_loss": losses,
        "best_val_loss": [loss and loss / 2 for loss in losses],
    }


STORIES = {
    "one that trains": [started(0), told(10, [0.5, 0.4, 0.3]), told(20, [0.2, 0.6, 0.1])],
    "one diverges, one has ended": [
        started(0),
        told(10, [0.5, 0.4, 0.3]),
        ended(1, 12, "diverged"),
        ended(2, 15, "completed"),
        told(20, [0.2, None, None]),
    ],
    "a pause": [started(0), told(10, [0.5, 0.4, 0.3]), told(10, [0.1, 0.1, 0.1], paused=True)],
    "resumed from before an end": [
        started(0),
        told(10, [0.5, 0.4, 0.3]),
        ended(0, 14, "stopped"),
        ended(1, 9, "completed"),
        told(20, [0.01, 0.02, 0.03]),
        finals(0, [0.1, 0.2, 0.3], ["", "", ""]),
        started(12),
        told(14, [0.45, 0.4, 0.3]),
    ],
    "finished, in two lines": [
        started(0),
        told(10, [0.5, 0.4, 0.05]),
        finals(0, [0.3, None], ["completed", "diverged"]),
        finals(2, [0.2], ["early_stopped"]),
    ],
    "of another sweep": [started(0), told(10, [0.5, 0.4, 0.3]) | {"steps": [10, 10]}],
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_a_sweep_is_folded_as_in_python(page: Modules, story: list[dict[str, Any]]) -> None:
    lines = [json.dumps(event) for event in story]
    found = page.evaluate(FOLD, {"lines": lines, "nets": 3, "names": NAMES})
    expected = SweepHistory(from_line(line) for line in lines)
    assert found["steps"] == expected.steps.tolist()
    assert found["reasons"] == expected.reasons
    for of in ("last", "best"):
        for name, values in zip(NAMES, found[of], strict=True):
            np.testing.assert_array_equal(plain(values), expected.figures(name, of), f"{name} {of}")
    for name, (steps, rows) in zip(NAMES, found["curves"], strict=True):
        expected_steps, expected_rows = expected.curve(name)
        assert steps == expected_steps.tolist()
        np.testing.assert_array_equal([plain(row) for row in rows] or expected_rows, expected_rows)


def test_ranks_begin_with_the_best_and_leave_out_who_has_no_figure(page: Modules) -> None:
    lines = [json.dumps(e) for e in (started(0), told(10, [0.5, None, 0.3]))]
    found = page.evaluate(FOLD, {"lines": lines, "nets": 3, "names": NAMES})
    assert found["ranks"] == [2, 0, 1]


def plain(values: list[float | None]) -> list[float]:
    return [math.nan if value is None else value for value in values]
