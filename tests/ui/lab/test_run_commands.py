"""Commands to runs: whoever makes one, whichever page's form changes, the same happens."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.config import Experiment, Sgd, to_link
from nnlab.recipes import get
from nnlab.runs.record import lock
from nnlab.runs.store import Run, Store
from nnlab.ui.session.images_state import ImagesState
from nnlab.ui.session.playground_state import PlaygroundState
from tests.ui.conftest import MakeRun, field_of_a_weight
from tests.ui.lab.conftest import NotedLauncher

APP = Path(__file__).parents[3] / "app.py"


pytestmark = pytest.mark.usefixtures("launcher")


def page(name: str, state: object = None, address: str = "") -> AppTest:
    test = AppTest.from_file(str(APP), default_timeout=60)
    if state is not None:
        test.session_state[f"lab_{name}"] = state
    test = test.run()
    for parameter in filter(None, address.split("&")):
        key, _equals, value = parameter.partition("=")
        test.query_params[key] = value
    test = test.switch_page(f"pages/{name}.py").run()
    assert not test.exception
    return test


# Who makes a run ---------------------------------------------------------------------------------


def test_train_remembers_the_recipe_whose_very_experiment_it_trains(
    launcher: type[NotedLauncher],
) -> None:
    page("playground").button(key="train").click().run()
    (run,) = launcher.started
    assert run.meta.recipe == "spiral"


def test_a_changed_recipe_is_not_that_recipe(launcher: type[NotedLauncher]) -> None:
    test = page("playground")
    test.slider(key="playground_noise").set_value(30).run()
    test.button(key="train").click().run()
    (run,) = launcher.started
    assert run.meta.recipe is None


def test_a_run_that_a_weight_by_hand_begins_remembers_its_recipe(
    launcher: type[NotedLauncher],
) -> None:
    state = PlaygroundState(get("spiral").experiment, picked=(2, 1, 0))
    test = page("playground", state)
    field_of_a_weight(test).set_value(1.5).run()
    test.button(key="playground_weight_apply").click().run()
    (run,) = launcher.started
    assert run.meta.recipe == "spiral"


def test_a_run_that_reproduces_a_link_remembers_its_recipe(launcher: type[NotedLauncher]) -> None:
    link = to_link(get("xor").experiment)
    test = page("playground", address=f"x={link}&expect=100,0.0123")
    test.button(key="playground_reproduce").click().run()
    (run,) = launcher.started
    assert run.meta.recipe == "xor"


# A form that changes -----------------------------------------------------------------------------


def pictures() -> Experiment:
    experiment = get("digits-mlp").experiment
    return experiment.with_set("training.optimizer", {"kind": "sgd", "lr": 0.01, "momentum": 0.5})


@pytest.fixture
def training(make_run: MakeRun) -> Iterator[Run]:
    """A run of pictures, which this process holds as its worker would."""
    run = make_run("trains", pictures(), reason=None)
    with lock.hold(run.path):
        yield run


@pytest.mark.parametrize(
    ("widget", "key", "value", "path"),
    [
        ("select_slider", "lr", 0.1, "training.optimizer.lr"),
        ("slider", "images_momentum", 0.9, "training.optimizer.momentum"),
        ("select_slider", "images_weight_decay", 1e-4, "training.optimizer.weight_decay"),
        ("select_slider", "images_l1", 1e-3, "training.l1"),
        ("number_input", "images_clip_norm", 2.0, "training.clip_norm"),
    ],
)
def test_a_run_of_pictures_hears_of_what_can_change_live_and_goes_on(
    launcher: type[NotedLauncher],
    training: Run,
    widget: str,
    key: str,
    value: float,
    path: str,
) -> None:
    test = page("images", ImagesState(pictures(), training.id))
    getattr(test, widget)(key=key).set_value(value).run()
    assert not test.exception
    assert launcher.asked == [(path, value)]
    assert test.session_state["lab_images"].run_id == training.id
    test.run()
    assert launcher.asked == [(path, value)], "it is told once"


def test_another_batch_size_stops_a_run_of_pictures_and_begins_anew(
    launcher: type[NotedLauncher], training: Run
) -> None:
    test = page("images", ImagesState(pictures(), training.id))
    test.selectbox(key="batch_size").set_value(100).run()
    assert launcher.asked == [("stop", None)]
    assert test.session_state["lab_images"].run_id is None


def test_a_form_that_cannot_be_trained_keeps_the_run_until_it_can(
    launcher: type[NotedLauncher], training: Run
) -> None:
    test = page("images", ImagesState(pictures(), training.id))
    test.text_input(key="images_widths").set_value("none").run()
    test.select_slider(key="lr").set_value(0.1).run()
    assert launcher.asked == []
    assert test.session_state["lab_images"].run_id == training.id
    test.text_input(key="images_widths").set_value("200, 60").run()
    assert launcher.asked == [("training.optimizer.lr", 0.1)]
    assert test.session_state["lab_images"].run_id == training.id


def test_a_run_that_has_ended_is_told_nothing(
    launcher: type[NotedLauncher], make_run: MakeRun
) -> None:
    run = make_run("ended", pictures())
    test = page("images", ImagesState(pictures(), run.id))
    test.slider(key="images_momentum").set_value(0.9).run()
    assert launcher.asked == []
    assert test.session_state["lab_images"].run_id == run.id
    test.button(key="train").click().run()
    (made,) = launcher.started
    optimizer = made.experiment.training.optimizer
    assert isinstance(optimizer, Sgd)
    assert optimizer.momentum == 0.9


def test_a_run_that_was_deleted_is_let_go_of_with_a_word(
    launcher: type[NotedLauncher], make_run: MakeRun, store: Store
) -> None:
    run = make_run("goes", pictures())
    test = page("images", ImagesState(pictures(), run.id))
    store.delete(run.id)
    test.slider(key="images_momentum").set_value(0.9).run()
    assert not test.exception
    assert test.session_state["lab_images"].run_id is None
    assert launcher.asked == []
