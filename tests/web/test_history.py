"""Events folded by the browser, numbers, curves: against the same in Python."""

import itertools
import json
import math
from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import pytest
from playwright.sync_api import Page

from nnlab.data.registry import load
from nnlab.figures.curves import thin
from nnlab.figures.overlay import smooth
from nnlab.runs.record.history import History
from nnlab.runs.record.status import derive_status
from nnlab.texts import formatted
from nnlab.training.events import Event, Reason, from_line, to_line
from nnlab.training.fit import fit
from nnlab.ui.words import duration
from tests.browser.experiments import spiral

FOLD = """async ({lines, names}) => {
    const { History } = await import("/web/history.js");
    const history = new History();
    for (const line of lines) history.add(JSON.parse(line));
    return {
        standing: [history.step, history.epoch, history.seconds],
        latest: Object.fromEntries(names.map((name) => [name, history.latest(name)])),
        curves: Object.fromEntries(names.map((name) => [name, history.curve(name)])),
        speed: history.speed(),
    };
}"""
NAMES = ["train_loss", "train_accuracy", "val_loss", "val_accuracy"]


def lines_of_a_run(tmp_path: Any) -> list[str]:
    experiment = spiral().with_set("training.steps", 120)
    clock = itertools.count(0, 0.01).__next__  # a new `progress` every few steps
    running = fit(experiment, load(experiment.data, tmp_path), clock=clock)
    return [to_line(event) for event in running]


def resumed(lines: list[str]) -> list[str]:
    """The same run, which goes on from half its way once more, and pauses."""
    events = [json.loads(line) for line in lines]
    middle = events[len(events) // 2]["step"]
    again = [e for e in events if e["type"] != "fit_ended" and e["step"] >= middle]
    start = events[0] | {"step": middle}
    pause = next(e for e in reversed(events) if e["type"] == "progress") | {"paused": True}
    return [json.dumps(event) for event in (*events, start, *again, pause)]


def edited(lines: list[str]) -> list[str]:
    """The same run, which pauses before its end, and whose weights are then changed by hand."""
    events = [json.loads(line) for line in lines if '"fit_ended"' not in line]
    at = {key: events[-1][key] for key in ("step", "epoch", "seconds")}
    figures = {"train_loss": 7.5, "train_accuracy": 0.125, "val_loss": 8.5, "val_accuracy": 0.25}
    pause = next(e for e in reversed(events) if e["type"] == "progress") | {"paused": True, **at}
    return [json.dumps(event) for event in (*events, pause, {"type": "evaluated", **at, **figures})]


def edited_and_trained(lines: list[str]) -> list[str]:
    """And which trains once more: the figures of the step take the place of those."""
    found = edited(lines)
    last = json.loads(found[-2])
    return [*found, json.dumps(last | {"step": last["step"] + 1, "train_loss": 3.0})]


@pytest.mark.parametrize("told", [list, resumed, edited, edited_and_trained])
def test_the_browser_folds_a_runs_events_as_python_does(
    page: Page, tmp_path: Any, told: Callable[[list[str]], list[str]]
) -> None:
    lines = told(lines_of_a_run(tmp_path))
    events: list[Event] = [from_line(line.encode()) for line in lines]
    history = History(events)
    found = page.evaluate(FOLD, {"lines": lines, "names": NAMES})
    assert found["standing"] == [history.step, history.epoch, history.seconds]
    assert len(history.progress) + len(history.epochs) > 3
    newest = {edited: 7.5, edited_and_trained: 3.0}.get(told)
    assert newest is None or history.latest("train_loss") == newest
    for name in NAMES:
        assert found["latest"][name] == history.latest(name)
        x, y = found["curves"][name]
        expected_x, expected_y = history.curve(name)
        assert len(x) > 0
        assert np.array_equal(x, expected_x)
        assert np.array_equal(y, expected_y)


def test_the_browser_knows_the_pace_of_a_session_and_says_no_more_than_it(
    page: Page, tmp_path: Any
) -> None:
    lines = lines_of_a_run(tmp_path)
    pace = {
        "type": "control_applied",
        "step": 120,
        "epoch": 1,
        "seconds": 9.0,
        "id": "p",
        "pace": 3,
    }
    asked = [*lines[:-1], json.dumps(pace)]
    speeds = [
        page.evaluate(FOLD, {"lines": told, "names": []})["speed"]
        for told in (lines, asked, [lines[0], json.dumps(pace)], [*asked, lines[0]])
    ]
    trained, at_pace, unknown, next_session = speeds
    assert trained > 3
    assert at_pace == unknown == 3
    assert next_session is None


SERIES = """async ({x, y, weight, points}) => {
    const { smooth, thin } = await import("/web/series.js");
    const numbers = y.map((value) => value ?? NaN);
    return { smooth: smooth(numbers, weight).map((v) => Number.isFinite(v) ? v : null),
             thin: thin([x, numbers], points)[0] };
}"""


@pytest.mark.parametrize("seed", range(5))
def test_curves_are_smoothed_and_thinned_as_in_python(page: Page, seed: int) -> None:
    random = np.random.default_rng(seed)
    n = int(random.integers(3, 900))
    x, y = np.arange(n, dtype=float), random.normal(size=n).cumsum()
    y[random.random(n) < 0.05] = np.nan
    weight = float(random.uniform(0, 0.99))
    told = [None if math.isnan(value) else value for value in y]
    found = page.evaluate(SERIES, {"x": list(x), "y": told, "weight": weight, "points": 100})
    expected = smooth(y, weight)
    got = np.array([np.nan if v is None else v for v in found["smooth"]])
    assert np.allclose(got, expected, rtol=1e-12, equal_nan=True)
    kept, _values = thin(x, y, 100)
    # Where several values of a stretch are equal or missing, either side may keep another of them.
    assert len(set(found["thin"]) ^ set(kept)) <= 0.1 * len(kept)
    assert found["thin"][0] == x[0]
    assert found["thin"][-1] == x[-1]


FORMATS = """async (cases) => {
    const { duration, formatted } = await import("/web/format.js");
    const write = (value, form) => form === "duration" ? duration(value) : formatted(value, form);
    return cases.map(([value, form]) => write(Number(value), form));
}"""
VALUES = [
    0.0, 1.0, -1.0, 0.25, 0.30001, 12345.678, 999.95, 99995.0, 1e-5, 0.00012345, -0.0001,
    123456789.0, 3.5e-12, 0.1 + 0.2, 2 / 3, 1.125, 2.5, -2.5, 9.9996e-7, 999_999.6, 1e6, 1e30,
    1e-300, -0.0, math.inf, -math.inf, math.nan,
]  # fmt: skip


def test_numbers_read_as_python_writes_them(page: Page) -> None:
    random = np.random.default_rng(0)
    drawn = random.normal(size=200) * 10.0 ** random.uniform(-12, 9, 200)
    cases = [
        (value, form)
        for value in [*VALUES, *drawn.tolist()]
        for form in (".3g", ".4g", ".9g", ".5g", ".1g")
    ]
    found = page.evaluate(
        FORMATS, [[str(value).replace("inf", "Infinity"), form] for value, form in cases]
    )
    assert found == [formatted(value, form) for value, form in cases]


def test_shares_and_fixed_digits_read_as_python_writes_them(page: Page) -> None:
    cases = [(value, form) for value in VALUES[:15] for form in (".1%", ".4f")]
    found = page.evaluate(FORMATS, [[value, form] for value, form in cases])
    assert found == [formatted(value, form) for value, form in cases]
    usual = [(text, value, form) for text, (value, form) in zip(found, cases, strict=True)]
    usual = [one for one in usual if one[2] == ".1%" or abs(one[1]) < 1e6]
    assert len(usual) > 20
    assert [text for text, _v, _f in usual] == [f"{value:{form}}" for _t, value, form in usual]


def test_fixed_digits_of_what_is_very_large_are_a_power_of_ten(page: Page) -> None:
    assert page.evaluate(FORMATS, [[-3.217493755574627e25, ".4f"]]) == ["−3.217 × 10²⁵"]


@pytest.mark.parametrize("seconds", [0.0, 4.26, 59.9, 59.96, 61.0, 3599.4, 3600.0, 7512.0])
def test_durations_read_as_python_writes_them(page: Page, seconds: float) -> None:
    assert page.evaluate(FORMATS, [[seconds, "duration"]]) == [duration(seconds)]


RECORD = """async ({steps, size, budget, asked}) => {
    const { Recording } = await import("/web/recording.js");
    const recording = new Recording(budget);
    for (const step of steps) recording.add(step, new Uint8Array(size));
    return { kept: recording.moments.map(({ step }) => step), size: recording.size,
             at: asked.map((step) => recording.at(step)?.step ?? null) };
}"""


def test_a_recording_keeps_its_budget_its_ends_and_the_whole_way(page: Page) -> None:
    steps = list(range(0, 5000, 7))
    asked = [0, 2000, 4998, 10_000]
    found = page.evaluate(RECORD, {"steps": steps, "size": 1000, "budget": 100_000, "asked": asked})
    assert found["size"] <= 100_000
    assert (found["kept"][0], found["kept"][-1]) == (0, steps[-1])
    assert max(np.diff(found["kept"])) <= 5000 / 20
    assert found["at"] == [
        min(found["kept"], key=lambda kept, step=s: abs(kept - step)) for s in asked
    ]


def test_a_recording_of_a_run_that_goes_on_from_an_earlier_step_forgets_what_came_later(
    page: Page,
) -> None:
    told = {"steps": [1, 5, 9, 4, 6], "size": 10, "budget": 1000, "asked": [9]}
    assert page.evaluate(RECORD, told)["kept"] == [1, 4, 6]
    assert page.evaluate(RECORD, told | {"steps": []})["at"] == [None]


STATUS = """async (events) => {
    const { History } = await import("/web/history.js");
    const history = new History();
    return events.map((event) => { history.add(event); return history.status; });
}"""


def test_events_say_how_the_run_stands_as_in_python(page: Page) -> None:
    at = {"step": 3, "epoch": 1, "seconds": 0.1}
    started = {
        "type": "fit_started", "schema": 1, "nnlab": "0", "torch": "2", "device": "cpu",
        "threads": 1, "fused": False, "processor": "x", "parameters": 1, "train_size": 1,
        "val_size": 0, "steps_per_epoch": 1, "total_steps": 9, **at,
    }  # fmt: skip
    moving = {"type": "progress", "lr": 0.1, "paused": False, **at}
    paused = moving | {"paused": True}
    control = {"type": "control_applied", "id": "a", **at}
    ends = [{"type": "fit_ended", "reason": reason, **at} for reason in get_args(Reason)]
    told = [started, moving, paused, control | {"do": "step"}, moving, paused]
    told += [control | {"do": "checkpoint"}, control | {"do": "resume"}, *ends]
    events = [from_line(json.dumps(event).encode()) for event in told]
    expected = [derive_status(events[: i + 1], held=True) for i in range(len(events))]
    assert page.evaluate(STATUS, told) == expected
    assert len(set(expected)) >= 6


SHARP = """async ({lines, live}) => {
    const { History } = await import("/web/history.js");
    const { curvesOf } = await import("/web/series.js");
    const history = new History();
    for (const line of lines) history.add(JSON.parse(line));
    return curvesOf(history, live);
}"""


def test_sharpness_and_its_limit_are_curves_and_go_with_the_steps_that_are_made_anew(
    page: Page,
) -> None:
    at = {"epoch": 1, "seconds": 0.1, "type": "sharpness", "residual": 0, "lr": 0.5, "took": 0}
    measured = [at | {"step": step, "sharpness": step / 2, "limit": 4} for step in (2, 4, 6)]
    without = at | {"step": 3, "sharpness": 7.5}
    start = {"type": "fit_started", "step": 2, "epoch": 1, "seconds": 0.1}
    lines = [json.dumps(event) for event in (*measured, start, without)]
    found = page.evaluate(SHARP, {"lines": lines, "live": {"what": "sharpness"}})
    assert found["sharpness"] == [[2, 3], [1, 7.5]]
    assert found["limit"][1][0] == 4
    assert found["limit"][1][1] is None or math.isnan(found["limit"][1][1])
