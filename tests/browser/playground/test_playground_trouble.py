"""What goes wrong gets a sentence, and nothing is lost."""

import json
import os
import signal
from pathlib import Path

import psutil
import pytest

from nnlab.runs.store import Store
from tests.browser.conftest import Open, Start
from tests.browser.experiments import address, address_of, spiral
from tests.browser.lab import Lab
from tests.browser.server import App


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("/playground?x=1.garbage", "damaged"),
        ("/playground?x=9.eJwDAAAAAAE", "version"),
        (address_of(kind="spirale"), "Did you mean 'spiral'?"),
        (address_of(noise=7), "less than or equal to 0.5, got 7"),
        (address_of(points=0), "greater than or equal to 10, got 0"),
    ],
    ids=["cut short", "another version", "unknown name", "out of range", "no points"],
)
def test_a_link_that_cannot_be_read_says_why_and_leaves_a_default_that_trains(
    lab: Lab, link: str, says: str
) -> None:
    lab.open(link)
    lab.wait_text(says)
    lab.wait_status("ready")
    lab.click("step")
    lab.wait_step(0)


def test_a_run_deleted_in_another_tab_is_let_go_of_with_a_message(lab: Lab) -> None:
    lab.open(address(spiral()))
    run = lab.train()
    Store(lab.app.runs_dir).delete(run.name)
    assert run.name in lab.wait_text("deleted")
    assert lab.wait_status("ready").step == 0
    lab.train()
    lab.click("stop")
    lab.wait_status("stopped")


def test_a_killed_worker_leaves_its_curves_and_a_checkpoint_to_resume_from(lab: Lab) -> None:
    lab.open(address(spiral()))
    run = lab.train()
    lab.wait_for("a checkpoint", lambda: list(run.glob("checkpoints/[0-9]*.pt")))
    lab.wait_step(500)
    kill_worker(lab.app, run)
    standing = lab.wait_status("interrupted")
    lab.wait_text("press Resume to go on")
    lab.wait_for("the loss", lambda: lab.figure("train", "loss") is not None)
    lab.wait_lines("loss_chart", 2)
    lab.click("resume")
    lab.wait_status("running")
    lab.wait_step(standing.step)
    lab.click("stop")
    lab.wait_status("stopped")


def kill_worker(app: App, run: Path) -> None:
    """Kill the process that trains this run, which must be one of this very server's."""
    pid = json.loads((run / "lock").read_text())["pid"]
    assert app.pid in {parent.pid for parent in psutil.Process(pid).parents()}
    os.kill(pid, signal.SIGKILL)


def test_a_run_too_many_waits_and_sees_its_place(start_app: Start, open_page: Open) -> None:
    app = start_app(max_runs=1)
    first, second, third = (open_page(app).open(address(spiral())) for _ in range(3))
    first.train()
    second.click("train")
    second.wait_for("its place", lambda: second.status().text == "queued · place 1")
    third.click("train")
    third.wait_for("its place", lambda: third.status().text == "queued · place 2")
    second.click("stop")
    second.wait_for("its end", lambda: second.status().word != "queued")
    third.wait_for("its turn comes nearer", lambda: third.status().text == "queued · place 1")
    first.click("stop")
    third.wait_step(0)
    third.wait_status("running")
