"""The choice of a pace: which runs hear of it and when, and what the page says of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.config import to_link
from nnlab.recipes import get
from nnlab.runs.record import lock
from nnlab.runs.record.control import FileControls
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.store import Run
from nnlab.training.controls import Control
from nnlab.training.events import ControlApplied, Progress, to_line
from nnlab.ui import services
from nnlab.ui.lab.pace import say_pace
from nnlab.ui.lab.run_controls import status_line
from nnlab.ui.session.playground_state import PlaygroundState
from tests.runs.bench import started
from tests.ui.conftest import IdleLauncher, MakeRun

APP = Path(__file__).parents[3] / "app.py"
SPIRAL = get("spiral").experiment


class NotedLauncher(IdleLauncher):
    """Trains nothing, and notes which pace it is asked for."""

    started: ClassVar[list[Run]] = []
    paces: ClassVar[list[tuple[str, float | None]]] = []

    def start(self, run: Run, first: object = None, **_how: object) -> None:
        self.started.append(run)

    def ask(self, run: Run, do: Any = None, *, pace: float | None = None, **_more: Any) -> Control:
        self.paces.append((run.id, pace))
        return Control(id=f"noted-{len(self.paces)}", at=0, pace=pace)


@pytest.fixture(autouse=True)
def launcher(quiet_server: None, monkeypatch: pytest.MonkeyPatch) -> type[NotedLauncher]:
    NotedLauncher.started.clear()
    NotedLauncher.paces.clear()
    monkeypatch.setattr(services, "launcher", NotedLauncher)
    return NotedLauncher


@pytest.fixture
def training(make_run: MakeRun) -> Iterator[Run]:
    """A run that this process holds as its worker would."""
    run = make_run("trains", SPIRAL, reason=None)
    with lock.hold(run.path):
        yield run


def playground(run: Run | None = None) -> AppTest:
    test = AppTest.from_file(str(APP), default_timeout=60).run()
    test.session_state["lab_playground"] = PlaygroundState(SPIRAL, run.id if run else None)
    test = test.switch_page("pages/playground.py").run()
    assert not test.exception
    return test


def choice(test: AppTest) -> Any:
    return test.selectbox(key="playground_pace")


def heard(run: Run) -> list[float | None]:
    controls = FileControls(run.path, 0.0, lambda: False).poll(0, paused=False)
    return [control.pace for control in controls]


def test_it_is_as_fast_as_it_goes_at_first_and_no_run_hears_of_it(
    launcher: type[NotedLauncher],
) -> None:
    test = playground()
    assert choice(test).options == [
        *("1 step/s", "3 steps/s", "10 steps/s", "30 steps/s", "100 steps/s"),
        "full speed",
    ]
    assert choice(test).value == 0
    test.button(key="train").click().run()
    (run,) = launcher.started
    assert heard(run) == []


@pytest.mark.parametrize("button", ["train", "step", "epoch"])
def test_a_run_that_begins_hears_of_it_before_its_first_step(
    launcher: type[NotedLauncher], button: str
) -> None:
    test = playground()
    choice(test).set_value(3.0).run()
    test.button(key=button).click().run()
    (run,) = launcher.started
    assert heard(run) == [3.0]
    assert run.experiment == SPIRAL, "it belongs to no experiment"
    assert test.query_params.get("x", [to_link(SPIRAL)]) == [to_link(SPIRAL)]
    assert "pace" not in str(test.query_params)


def test_the_run_in_view_hears_of_a_change_once(
    launcher: type[NotedLauncher], training: Run
) -> None:
    test = playground(training)
    choice(test).set_value(1.0).run()
    test.run()
    assert launcher.paces == [(training.id, 1.0)]
    choice(test).set_value(0.0).run()
    assert launcher.paces == [(training.id, 1.0), (training.id, 0.0)]


def test_a_run_that_goes_on_hears_of_it_and_an_ended_one_does_not(
    launcher: type[NotedLauncher], make_run: MakeRun
) -> None:
    run = make_run("stopped", SPIRAL, reason="stopped")
    test = playground(run)
    choice(test).set_value(10.0).run()
    assert launcher.paces == []
    test.button(key="resume").click().run()
    assert launcher.started == [run]
    assert launcher.paces == [(run.id, 10.0)]


def test_it_outlives_a_visit_to_another_page() -> None:
    test = playground()
    choice(test).set_value(30.0).run()
    test = test.switch_page("pages/home.py").run()
    test = test.switch_page("pages/playground.py").run()
    assert choice(test).value == 30


def test_another_tab_shows_what_the_run_was_told(
    launcher: type[NotedLauncher], training: Run
) -> None:
    test = playground(training)
    told = ControlApplied(step=25, epoch=1, seconds=0.3, id="elsewhere", pace=3.0)
    with (training.path / EVENTS_FILE).open("a") as log:
        log.write(to_line(told) + "\n")
    test.run()
    assert choice(test).value == 3
    assert launcher.paces == []
    choice(test).set_value(100.0).run()
    test.run()
    assert choice(test).value == 100, "what was taken over is not taken over again"


def test_what_was_taken_over_outlives_a_visit_to_another_page(training: Run) -> None:
    told = ControlApplied(step=25, epoch=1, seconds=0.3, id="elsewhere", pace=3.0)
    with (training.path / EVENTS_FILE).open("a") as log:
        log.write(to_line(told) + "\n")
    test = playground(training)
    test = test.switch_page("pages/home.py").run()
    test = test.switch_page("pages/playground.py").run()
    assert choice(test).value == 3


def test_the_status_line_says_the_pace_not_what_training_alone_would_do() -> None:
    def at(pace: float | None) -> str:
        said: dict[str, Any] = {"epoch": 1, "lr": 0.1}
        history = History([Progress(step=40, seconds=0.1, **said)])
        if pace is not None:
            history.extend([ControlApplied(step=40, epoch=1, seconds=0.1, id="a", pace=pace)])
        return status_line(PlaygroundState(SPIRAL, "a run"), "running", history, 400.0)

    assert at(None) == at(0) == "running · epoch 1 · step 40 · 400 steps/s"
    assert at(30) == "running · epoch 1 · step 40 · 30 steps/s"
    assert at(1) == "running · epoch 1 · step 40 · 1 step/s"


def test_the_next_session_goes_as_fast_as_it_can() -> None:
    begun = started()
    told = ControlApplied(step=0, epoch=0, seconds=0, id="a", pace=3)
    assert History([begun, told]).pace == 3
    assert History([begun, told, begun]).pace == 0


def test_a_pace_in_words() -> None:
    assert [say_pace(pace) for pace in (0, 1, 2.5)] == [
        "full speed",
        "1 step/s",
        "2.5 steps/s",
    ]
