"""A run goes on with another rate, its tree shows it, and its link repeats it on a fresh page."""

import re
from pathlib import Path

from nnlab.config import Experiment
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run
from tests.browser.conftest import Open
from tests.browser.experiments import address, spiral
from tests.browser.lab import Lab
from tests.browser.server import App

STEPS = 800
SHORT: Experiment = spiral().with_set("training.steps", STEPS)


def losses(run: Path) -> tuple[int, float]:
    """The last step, and the training loss there."""
    ended = History(EventReader(run).read_new()).ended
    assert ended is not None
    assert ended.train_loss is not None
    return ended.step, ended.train_loss


def show_part(lab: Lab, part: str) -> None:
    lab.at("runs_run_part").get_by_text(part, exact=True).click()


def test_a_branch_and_a_replay_of_one_run(app: App, open_page: Open) -> None:
    lab = open_page(app)
    parent = lab.open(address(SHORT)).train()
    lab.wait_status("finished")

    lab.open("/runs")
    lab.page.locator(f".st-key-runs_run_{parent.name} button").click()
    show_part(lab, "Go on")
    step = lab.page.locator("[class*='st-key-runs_branch_step_2'] input")
    step.fill("300")
    step.press("Enter")
    rate = lab.page.locator("[class*='st-key-runs_branch_lr_'] input")
    rate.fill("0.001")
    rate.press("Enter")
    lab.wait_for(
        "a name that says both",
        lambda: lab.page.get_by_placeholder(re.compile("from 300, lr 0.001")).count(),
    )
    before = app.runs()
    lab.click("runs_branch_run")
    lab.wait_text("from step 300 · lr = 0.001")
    lab.wait_status("finished")
    (child,) = app.runs() - before
    assert (Run(child).meta.parent, Run(child).meta.parent_step) == (parent.name, 300)
    assert losses(child)[0] == STEPS
    assert losses(child)[1] != losses(parent)[1]

    lab.click(f"runs_lineage_{parent.name}")
    lab.wait_for(
        "the parent", lambda: lab.page.locator(f".st-key-runs_lineage_{child.name}").count()
    )
    show_part(lab, "Reproduce")
    link = lab.page.locator(".st-key-run_part_shown .nnlab-link input").first.input_value()
    assert f"expect={STEPS},{losses(parent)[1]!r}" in link

    fresh = open_page(app)
    fresh.open(link.removeprefix(app.url))
    before = app.runs()
    fresh.click("playground_reproduce")
    text = fresh.wait_text("Reproduced:")
    (again,) = app.runs() - before
    assert losses(again) == losses(parent)
    assert "exactly the same" in text
