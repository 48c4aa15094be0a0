"""Runs of sequences on the page of runs: each part of their details, and side by side."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.config import Experiment
from nnlab.recipes import get
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.worker import train
from tests.ui.learn.chapters import REPOSITORY, ran, text
from tests.ui.links import links

pytestmark = pytest.mark.usefixtures("quiet_server")


def short(recipe: str, **data: int) -> Experiment:
    """Three steps of a recipe."""
    found = get(recipe).experiment.model_dump(mode="json")
    found["data"] |= data
    found["training"] |= {"epochs": None, "steps": 3}
    return Experiment.from_dict(found)


@pytest.fixture
def trained(store: Store, data_dir: Path) -> dict[str, Run]:
    """Runs that really trained: also of two tokens, which have the shape of a point."""
    experiments = {
        "brackets": short("attention-brackets"),
        "two": short("attention-copy", length=2, examples=100),
    }
    made = {name: store.create(one, name=name) for name, one in experiments.items()}
    for run in made.values():
        assert [event.type for event in train(run, data_dir=data_dir)][-1] == "fit_ended"
    return made


def runs_page() -> AppTest:
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
    return ran(test.switch_page("pages/runs.py"))


@pytest.mark.parametrize("name", ["brackets", "two"])
def test_every_part_of_the_details_is_shown(trained: dict[str, Run], name: str) -> None:
    test = runs_page()
    test.session_state["runs_page"].selected = trained[name].id
    ran(test)
    assert any("/learn?chapter=attention&x=" in link for link in links(test))
    for part in ("Go on", "Save, restore", "Export", "Reproduce"):
        test.segmented_control(key="runs_run_part").set_value(part)
        ran(test)
        assert not test.error, part
    assert "Outside the data" not in text(test)


def test_side_by_side_they_have_curves_and_no_picture_of_a_plane(trained: dict[str, Run]) -> None:
    test = runs_page()
    state = test.session_state["runs_page"]
    state.compared, state.comparing = tuple(run.id for run in trained.values()), True
    ran(test)
    assert not test.error
    assert "Decision boundaries" not in text(test)
    assert "No picture is drawn" in text(test)
