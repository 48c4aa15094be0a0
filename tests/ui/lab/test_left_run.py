"""A change that asks for another experiment: the last run is kept, and can be gone back to."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.config import Experiment
from nnlab.recipes import get
from nnlab.runs.record import lock
from nnlab.runs.store import Run, Store
from nnlab.ui.session.images_state import ImagesState
from nnlab.ui.session.playground_state import PlaygroundState
from tests.ui.conftest import MakeRun
from tests.ui.lab.conftest import NotedLauncher
from tests.ui.lab.test_run_commands import page

pytestmark = pytest.mark.usefixtures("launcher")

EXPERIMENT: Experiment = get("spiral").experiment.with_set("training.optimizer.lr", 0.01)


@pytest.fixture
def training(make_run: MakeRun) -> Iterator[Run]:
    """A run that this process holds as its worker would."""
    run = make_run("the last one", EXPERIMENT, reason=None)
    with lock.hold(run.path):
        yield run


def changed(run: Run, **fields: object) -> AppTest:
    """The page of a run after another noise was chosen."""
    state = PlaygroundState(EXPERIMENT, run.id)
    for name, value in fields.items():
        setattr(state, name, value)
    test = page("playground", state)
    return test.slider("playground_noise").set_value(30).run()


def words(test: AppTest) -> str:
    return "\n".join(element.value for element in test.markdown)


def test_the_page_names_the_run_that_is_kept(training: Run) -> None:
    test = changed(training)
    assert "A new experiment. The run **the last one** is kept." in words(test)
    assert test.session_state["lab_playground"].run_id is None


def test_a_second_change_still_goes_back_to_that_run(training: Run) -> None:
    test = changed(training)
    test.slider("playground_noise").set_value(40).run()
    test.button("playground_left_run_back").click().run()
    state = test.session_state["lab_playground"]
    assert (state.run_id, state.draft) == (training.id, EXPERIMENT)
    assert test.slider("playground_noise").value == 0
    assert "is kept" not in words(test)


def test_a_change_trains_at_once_only_where_somebody_asked_for_it(
    launcher: type[NotedLauncher], training: Run
) -> None:
    changed(training)
    assert launcher.started == []
    test = changed(training, keeps_training=True)
    (begun,) = launcher.started
    assert begun.experiment == EXPERIMENT.with_set("data.noise", 0.3)
    assert test.session_state["lab_playground"].run_id == begun.id
    assert "**the last one** is kept" in words(test)
    assert test.toggle("playground_keep_training").value is True


def test_a_run_that_stood_still_does_not_begin_anew_by_itself(
    launcher: type[NotedLauncher], make_run: MakeRun
) -> None:
    test = changed(make_run("ended", EXPERIMENT), keeps_training=True)
    assert launcher.started == []
    assert "**ended** is kept" in words(test)


def test_the_word_goes_when_it_is_taken_away_and_when_the_new_experiment_trains(
    training: Run,
) -> None:
    test = changed(training)
    test.button("playground_left_run_away").click().run()
    assert "is kept" not in words(test)
    test = changed(training)
    test.button("train").click().run()
    assert "is kept" not in words(test)


def test_a_run_that_was_deleted_meanwhile_is_not_offered(training: Run, store: Store) -> None:
    test = changed(training)
    store.delete(training.id)
    test.run()
    assert "is kept" not in words(test)
    assert not test.exception


def test_compare_shows_both_networks_on_the_data_of_the_page(training: Run) -> None:
    test = changed(training)
    test.button("playground_left_run_compare").click().run()
    assert not test.exception
    assert "minus the previous run, **the last one**, at step" in words(test)


def test_networks_of_other_inputs_are_not_compared_and_that_is_said(
    make_run: MakeRun,
) -> None:
    curve = make_run("a curve", "curve-fit")
    test = page("playground", PlaygroundState(EXPERIMENT, compared=curve.id, panel="Compare"))
    assert "a curve has other inputs or outputs" in test.warning[0].value


def test_pictures_offer_the_way_back_and_no_comparison(make_run: MakeRun) -> None:
    run = make_run("pictures", "digits-mlp")
    test = page("images", ImagesState(get("digits-mlp").experiment, run.id))
    test.selectbox(key="batch_size").set_value(100).run()
    assert "A new experiment. The run **pictures** is kept." in words(test)
    assert "images_left_run_compare" not in [button.key for button in test.button]
    test.button("images_left_run_back").click().run()
    assert test.session_state["lab_images"].run_id == run.id
