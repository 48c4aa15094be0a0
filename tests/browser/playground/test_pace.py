"""A lecturer watches single steps: the pace that is chosen is kept, seen, and lets go at once."""

from pathlib import Path

from nnlab.runs.store import Run
from nnlab.training.events import ControlApplied, Event, Progress
from tests.browser.experiments import address, spiral
from tests.browser.lab import Lab
from tests.runs.bench import events_of


def choose_pace(lab: Lab, pace: str) -> None:
    lab.at("playground_pace").get_by_role("combobox").click()
    lab.page.get_by_role("option", name=pace, exact=True).click()


def told(run: Path) -> list[Event]:
    return events_of(Run(run))


def test_single_steps_are_watched_paused_stepped_and_let_go(lab: Lab) -> None:
    lab.open(address(spiral()))
    choose_pace(lab, "3 steps/s")
    run = lab.train()
    at_step = lab.wait_step(4)
    assert at_step.text.endswith("· 3 steps/s")
    lab.click("pause")
    standing = lab.wait_status("paused").step
    assert standing < 200, "as fast as it goes it would be far beyond"
    steps = [event.step for event in told(run) if isinstance(event, Progress) and not event.paused]
    assert steps == list(range(1, standing + 1)), "each step was told"
    lab.click("step")
    lab.wait_step(standing)
    assert lab.status().step == standing + 1

    choose_pace(lab, "full speed")
    lab.click("resume")
    lab.wait_step(standing + 500)
    lab.click("stop")
    lab.wait_status("stopped")
    paces = [event.pace for event in told(run) if isinstance(event, ControlApplied)]
    assert [pace for pace in paces if pace is not None] == [3.0, 0.0]
