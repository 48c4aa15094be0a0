"""What the page of a run says of it: why it stands still, and what its start had to say."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.recipes import get
from nnlab.runs.record import lock
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.training.events import to_line
from nnlab.ui.session.playground_state import PlaygroundState
from tests.runs.bench import started
from tests.ui.conftest import MakeRun
from tests.ui.lab.conftest import NotedLauncher

APP = Path(__file__).parents[3] / "app.py"


def messages(run_id: str) -> list[str]:
    """All messages of the Playground with this run in view."""
    test = AppTest.from_file(str(APP), default_timeout=60).run()
    state = PlaygroundState(get("spiral").experiment, run_id)
    test.session_state["lab_playground"] = state
    test.switch_page("pages/playground.py").run()
    assert not test.exception
    return [box.value for box in (*test.info, *test.warning, *test.error)]


def test_a_run_that_went_on_elsewhere_says_so_while_it_trains(
    make_run: MakeRun, launcher: type[NotedLauncher]
) -> None:
    run = make_run("trains", reason=None)
    note = "Went on from step 200: lab-02 was lost."
    with (run.path / EVENTS_FILE).open("a", encoding="utf-8") as log:
        log.write(to_line(started(200, note=note)) + "\n")
    with lock.hold(run.path):
        assert note in messages(run.id)
    assert note not in messages(run.id), "it is interrupted, which comes first"


def test_an_interrupted_run_is_resumed_by_hand_where_its_workers_can_be_reached(
    make_run: MakeRun, launcher: type[NotedLauncher]
) -> None:
    (said,) = [one for one in messages(make_run("cut", reason=None).id) if "Interrupted" in one]
    assert "press Resume" in said


def test_a_run_whose_cluster_is_away_says_that_it_goes_on_by_itself(
    make_run: MakeRun, launcher: type[NotedLauncher], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launcher, "away", lambda self: "The Ray cluster is not reached.")
    (said,) = [one for one in messages(make_run("cut", reason=None).id) if "Interrupted" in one]
    assert "continues by itself when the cluster is back" in said
    assert "the worker ended" not in said
