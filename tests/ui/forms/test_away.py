"""The switch that lets a run go on while nobody looks, and what is said of a run that paused."""

from pathlib import Path
from typing import ClassVar

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.recipes import get
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.store import Run
from nnlab.training.events import ControlApplied, FitEnded, to_line
from nnlab.ui import services
from nnlab.ui.lab.run_messages import WHY
from nnlab.ui.session.images_state import ImagesState
from nnlab.ui.session.playground_state import PlaygroundState
from tests.ui.conftest import IdleLauncher, MakeRun

APP = Path(__file__).parents[3] / "app.py"
RECIPES = {"playground": "spiral", "images": "digits-mlp"}
STATES = {"playground": PlaygroundState, "images": ImagesState}


class NotedLauncher(IdleLauncher):
    """Trains nothing, and notes whether runs need somebody who looks."""

    watched: ClassVar[list[object]] = []

    def start(self, run: Run, first: object = None, **how: object) -> None:
        self.watched.append(how["watched"])

    def need_watching(self, run: Run, *, watched: bool) -> None:
        self.watched.append((run.id, watched))


@pytest.fixture(autouse=True)
def launcher(quiet_server: None, monkeypatch: pytest.MonkeyPatch) -> None:
    NotedLauncher.watched.clear()
    monkeypatch.setattr(services, "launcher", NotedLauncher)


def page(lab: str, run: Run | None = None) -> AppTest:
    test = AppTest.from_file(str(APP), default_timeout=60).run()
    experiment = get(RECIPES[lab]).experiment
    test.session_state[f"lab_{lab}"] = STATES[lab](experiment, run.id if run else None)
    test = test.switch_page(f"pages/{lab}.py").run()
    assert not test.exception
    return test


@pytest.mark.parametrize("lab", ["playground", "images"])
def test_a_run_needs_somebody_who_looks_until_the_switch_says_otherwise(lab: str) -> None:
    test = page(lab)
    test.button(key="train").click().run()
    assert NotedLauncher.watched == [True]
    test = page(lab)
    test.toggle(key=f"{lab}_away").set_value(True).run()
    test.button(key="train").click().run()
    assert NotedLauncher.watched[1:] == [False]


@pytest.mark.parametrize("lab", ["playground", "images"])
def test_the_run_in_view_hears_of_the_switch(lab: str, make_run: MakeRun) -> None:
    run = make_run("trains", RECIPES[lab])
    test = page(lab, run)
    test.toggle(key=f"{lab}_away").set_value(True).run()
    test.toggle(key=f"{lab}_away").set_value(False).run()
    assert NotedLauncher.watched == [(run.id, False), (run.id, True)]


@pytest.mark.parametrize("why", [*WHY, None])
def test_a_run_that_the_server_paused_says_why(why: str | None, make_run: MakeRun) -> None:
    run = make_run("paused", reason=None)
    asked = ControlApplied(step=9, epoch=1, seconds=1.0, id="a", do="release", why=why)
    ended = FitEnded(step=9, epoch=1, seconds=1.0, reason="released")
    with (run.path / EVENTS_FILE).open("a") as log:
        log.write(f"{to_line(asked)}\n{to_line(ended)}\n")
    test = page("playground", run)
    said = [info.value for info in test.info]
    assert said == ([WHY[why]] if why else [])
