"""What another tab changes in a run is what the form says; it is not sent back as a change."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nnlab.config import Experiment, to_link
from nnlab.recipes import get
from nnlab.runs.record import lock
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.store import Run
from nnlab.training.events import ControlApplied, Progress, to_line
from nnlab.ui.run_names import title
from nnlab.ui.session.playground_state import PlaygroundState
from tests.ui.conftest import MakeRun
from tests.ui.lab.conftest import NotedLauncher
from tests.ui.lab.test_run_commands import page

pytestmark = pytest.mark.usefixtures("launcher")

RATE = "training.optimizer.lr"
FIRST: Experiment = get("spiral").experiment
"""The run of these tests begins with it; `events` of tests.ui.conftest change its rate to 0.01."""


@pytest.fixture
def training(make_run: MakeRun) -> Iterator[Run]:
    """A run that this process holds as its worker would."""
    run = make_run(title(FIRST), reason=None)
    with lock.hold(run.path):
        yield run


def change_rate(run: Path, value: float) -> None:
    """As a worker writes that it has obeyed another tab."""
    event = ControlApplied(
        step=30, epoch=2, seconds=0.3, id="b", set={"path": RATE, "value": value}
    )
    with (run / EVENTS_FILE).open("a") as file:
        file.write(to_line(event) + "\n")
        file.write(to_line(Progress(step=40, epoch=2, seconds=0.4, lr=value)) + "\n")


def test_the_form_follows_a_rate_and_nothing_is_sent_back(
    launcher: type[NotedLauncher], training: Run
) -> None:
    test = page("playground", PlaygroundState(FIRST, training.id))
    assert test.select_slider("lr").value == 0.01
    change_rate(training.path, 0.3)
    test.run()
    assert test.select_slider("lr").value == 0.3
    assert test.session_state["lab_playground"].draft == FIRST.with_set(RATE, 0.3)
    assert launcher.asked == []


def test_the_name_tells_the_change(training: Run) -> None:
    test = page("playground", PlaygroundState(FIRST, training.id))
    assert training.meta.name == title(FIRST, FIRST.with_set(RATE, 0.01))
    change_rate(training.path, 0.3)
    test.run()
    assert training.meta.name == title(FIRST, FIRST.with_set(RATE, 0.3))


def test_a_name_that_a_person_gave_stays(training: Run) -> None:
    training.change_meta(name="my best")
    page("playground", PlaygroundState(FIRST, training.id))
    assert training.meta.name == "my best"


def test_a_stopped_run_hears_when_it_goes_on_what_the_address_says_otherwise(
    launcher: type[NotedLauncher], make_run: MakeRun
) -> None:
    run = make_run("stopped", reason="stopped")
    draft = FIRST.with_set(RATE, 0.1)
    test = page("playground", address=f"x={to_link(draft)}&run={run.id}")
    assert test.select_slider("lr").value == 0.1
    test.button("resume").click().run()
    assert launcher.asked == [(RATE, 0.1)]


def test_a_run_opened_by_its_name_shows_what_it_trained_with_last(make_run: MakeRun) -> None:
    run = make_run("ended")
    test = page("playground", address=f"run={run.id}")
    assert test.select_slider("lr").value == 0.01
