"""Two runs held against each other with the mouse."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from nnlab.config import Experiment
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.worker import train
from tests.browser.conftest import Open
from tests.browser.experiments import spiral
from tests.browser.lab import Lab
from tests.browser.server import App

SLOW = 60_000


@pytest.fixture
def two_runs(app: App) -> Iterator[tuple[Run, Run]]:
    """The same network with two rates, on the same points, trained into the server's runs."""
    short = spiral().with_set("training.epochs", 60)
    store = Store(app.runs_dir)
    runs = (
        trained(store, short, "low rate", app.data_dir),
        trained(store, short.with_set("training.optimizer.lr", 0.3), "high rate", app.data_dir),
    )
    yield runs
    for run in runs:
        store.delete(run.id)


def trained(store: Store, experiment: Experiment, name: str, data_dir: Path) -> Run:
    run = store.create(experiment, name=name)
    *_, last = train(run, data_dir=data_dir)
    assert last.type == "fit_ended"
    return run


def tick(lab: Lab, name: str) -> None:
    """Click the box itself, as a person does."""
    box = lab.page.get_by_role("checkbox", name=f"Compare {name}", exact=True)
    box.locator("xpath=ancestor::label").click(timeout=SLOW)
    expect(box).to_be_checked(timeout=SLOW)


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_two_ticked_runs_show_two_curves_and_just_what_differs(
    app: App, two_runs: tuple[Run, Run], open_page: Open, width: int, dark: bool
) -> None:
    lab = open_page(app, width=width, dark=dark).open("/runs")
    tick(lab, "low rate")
    # The order is that of the ticks where each is heard: a long list takes two quick ones as one.
    expect(lab.at("runs_untick")).to_be_visible(timeout=SLOW)
    tick(lab, "high rate")
    lab.click("runs_compare")
    for chart in ("runs_compare_chart", "runs_compare_accuracy_chart"):
        lines = lab.at(chart).locator(".scatterlayer .trace path.js-line")
        expect(lines).to_have_count(2, timeout=SLOW)
        dashes, colours = (
            [line.evaluate(f"line => getComputedStyle(line).{name}") for line in lines.all()]
            for name in ("strokeDasharray", "stroke")
        )
        assert len(set(dashes)) == len(set(colours)) == 2
    rows = lab.page.locator("table.nnlab-differences tbody tr")
    expect(rows).to_have_count(1, timeout=SLOW)
    assert re.split(r"\s+", rows.inner_text().strip()) == [
        "training.optimizer.lr",
        "0.01",
        "≠",
        "0.3",
    ]
    pictures = [
        lab.wait_for(
            "a boundary", lambda key=f"runs_compare_boundary_{run.id}": lab.picture(key), seconds=60
        )
        for run in two_runs
    ]
    assert pictures[0] != pictures[1]
    beyond = "() => document.querySelector('.stMain').scrollWidth - window.innerWidth"
    assert lab.page.evaluate(beyond) <= 0
    lab.click("runs_compare_back")
    box = lab.page.get_by_role("checkbox", name="Compare low rate", exact=True)
    expect(box).to_be_checked(timeout=SLOW)
