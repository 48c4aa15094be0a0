"""The Playground's form and charts: every problem, every control, and what a link hides."""

from pathlib import Path
from typing import Any, ClassVar

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.config import (
    Activation,
    Adam,
    BatchNorm,
    Curve,
    Dropout,
    Experiment,
    Features,
    Linear,
    Model,
    PlaneValues,
    Sgd,
    Training,
    mlp,
    to_link,
)
from nnlab.recipes import get
from nnlab.runs import lower_rate
from nnlab.runs.record.log import EventReader
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.worker import train
from nnlab.training.controls import Control
from nnlab.training.events import FitEnded
from nnlab.ui import services
from nnlab.ui.session.playground_state import PlaygroundState
from tests.ui.conftest import IdleLauncher, html
from tests.ui.links import links

REPOSITORY = Path(__file__).parents[3]
pytestmark = pytest.mark.usefixtures("quiet_server")


def opened(experiment: Experiment | None = None, **address: str) -> AppTest:
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
    if experiment is not None:
        test.query_params["x"] = to_link(experiment)
    for name, value in address.items():
        test.query_params[name] = value
    return ran(test.switch_page("pages/playground.py"))


def ran(test: AppTest) -> AppTest:
    test.run()
    assert not test.exception
    return test


def put(test: AppTest, kind: str, key: str, value: Any) -> AppTest:
    getattr(test, kind)(key=key).set_value(value)
    return ran(test)


def pressed(test: AppTest, key: str) -> AppTest:
    test.button(key=key).click()
    return ran(test)


def draft(test: AppTest) -> Any:
    return test.session_state["lab_playground"].draft


def state(test: AppTest) -> Any:
    return test.session_state["lab_playground"]


def words(test: AppTest) -> str:
    return "\n".join(e.value for e in (*test.error, *test.warning, *test.caption, *test.markdown))


# Problems ----------------------------------------------------------------------------------------


def test_regression_brings_a_plane_the_squared_error_and_r_squared() -> None:
    test = opened()
    put(test, "button_group", "playground_problem", "regression")
    assert draft(test).data == PlaneValues(kind="plane", points=1200)
    assert draft(test).training.loss == "mse"
    assert draft(test).model.layers == mlp(8, 8, outputs=1, activation="tanh")
    assert "R²</th>" in html(test)
    assert not test.button(key="train").disabled


def test_a_curve_has_a_hundred_points_and_a_network_that_trains_on_them() -> None:
    test = opened()
    put(test, "button_group", "playground_problem", "curve")
    put(test, "button_group", "dataset", "stairs")
    assert draft(test).data == Curve(kind="stairs", points=100)
    assert draft(test).training.loss == "mse"
    assert not test.button(key="train").disabled


def test_classification_after_another_problem_is_the_spiral_with_cross_entropy() -> None:
    test = opened()
    put(test, "button_group", "playground_problem", "curve")
    put(test, "button_group", "playground_problem", "classification")
    assert draft(test).data == get("spiral").experiment.data
    assert draft(test).training.loss == "cross_entropy"
    assert "accuracy</th>" in html(test)
    assert not test.button(key="train").disabled


def test_a_problem_that_is_returned_to_is_the_experiment_that_was_left() -> None:
    test = opened()
    put(test, "slider", "playground_noise", 10)
    put(test, "button_group", "inputs", ["x1", "x2", "x1*x2"])
    left = draft(test)
    put(test, "button_group", "playground_problem", "curve")
    assert draft(test).data == Curve(kind="quadratic", points=100, noise=0.1)
    put(test, "button_group", "inputs", ["x1", "x1^2"])
    put(test, "button_group", "playground_problem", "classification")
    assert draft(test) == left
    put(test, "button_group", "playground_problem", "curve")
    assert Features(names=("x1", "x1^2")) in draft(test).model.layers


def test_own_points_all_train_and_made_data_after_them_are_as_they_were() -> None:
    test = opened()
    left = draft(test)
    put(test, "button_group", "dataset", "points")
    assert (draft(test).data.train_share, draft(test).training.batch_size) == (1.0, "all")
    put(test, "button_group", "dataset", "spiral")
    assert draft(test) == left


def test_noise_share_and_the_range_of_a_curve_are_what_the_form_says() -> None:
    test = opened(get("spiral").experiment.with_set("data.train_share", 1.0))
    put(test, "slider", "playground_noise", 35)
    assert (draft(test).data.noise, draft(test).data.train_share) == (0.35, 1.0)
    put(test, "slider", "playground_train_share", 20)
    assert draft(test).data.train_share == 0.2
    put(test, "button_group", "playground_problem", "curve")
    put(test, "number_input", "playground_high", 7.5)
    assert (draft(test).data.low, draft(test).data.high) == (-2, 7.5)
    put(test, "number_input", "playground_low", 8.0)
    assert "from a smaller number to a larger one, got 8 to 7.5" in words(test)
    assert draft(test).data.low == -2


# Network -----------------------------------------------------------------------------------------


def test_inputs_are_switched_on_and_off_and_the_last_one_stays() -> None:
    test = opened()
    put(test, "button_group", "inputs", ["x1", "x2", "cos(x1)"])
    assert draft(test).model.layers[0] == Features(names=("x1", "x2", "cos(x1)"))
    put(test, "button_group", "inputs", ["x2"])
    put(test, "button_group", "inputs", [])
    assert draft(test).model.layers[0] == Features(names=("x2",))
    assert "At least one input stays on" in words(test)
    put(test, "button_group", "inputs", ["x1", "x2"])
    assert draft(test) == get("spiral").experiment
    put(test, "button_group", "playground_problem", "curve")
    assert set(test.button_group(key="inputs").options) >= {"x", "x²", "sin x", "cos x"}
    assert len(test.button_group(key="inputs").options) == 4


def test_layers_have_a_width_an_activation_dropout_and_batch_norm_of_their_own() -> None:
    test = opened()
    put(test, "number_input", "playground_hidden_layers", 3)
    put(test, "number_input", "playground_width_2", 5)
    put(test, "selectbox", "activation", "each")
    put(test, "selectbox", "playground_activation_0", "gelu")
    put(test, "selectbox", "playground_activation_2", "linear")
    put(test, "slider", "playground_dropout_1", 0.25)
    put(test, "checkbox", "playground_batch_norm_0", True)
    assert draft(test).model.layers == (
        Linear(out_features=8),
        BatchNorm(),
        Activation(kind="gelu"),
        Linear(out_features=8),
        Activation(kind="tanh"),
        Dropout(p=0.25),
        Linear(out_features=5),
        Linear(out_features=2),
    )
    again = opened(draft(test))
    assert draft(again) == draft(test)
    put(test, "selectbox", "playground_init", "xavier_normal")
    linear = [layer for layer in draft(test).model.layers if isinstance(layer, Linear)]
    assert {layer.init.kind for layer in linear} == {"xavier_normal"}
    put(test, "number_input", "playground_hidden_layers", 0)
    assert len(draft(test).model.layers) == 1


def test_new_weights_and_new_data_change_one_seed_each() -> None:
    test = opened()
    pressed(test, "playground_new_weights")
    seeds = (draft(test).model.seed, draft(test).data.seed, draft(test).training.seed)
    assert seeds == (1, 0, 0)
    pressed(test, "playground_new_data")
    seeds = (draft(test).model.seed, draft(test).data.seed, draft(test).training.seed)
    assert seeds == (1, 1, 0)


def test_a_loss_and_an_epoch_to_stop_at_are_part_of_the_experiment() -> None:
    test = opened()
    put(test, "number_input", "playground_stop_at_loss", 0.125)
    put(test, "number_input", "playground_epochs", 40)
    assert (draft(test).training.stop_at_loss, draft(test).training.epochs) == (0.125, 40)


# Charts ------------------------------------------------------------------------------------------


def test_how_charts_look_is_in_the_link_and_comes_back() -> None:
    test = opened(look="no-validation,discretize,smoothing-0.5")
    assert test.toggle(key="playground_look_validation").value is False
    assert test.toggle(key="playground_look_discretize").value is True
    assert test.slider(key="playground_look_smoothing").value == 0.5
    put(test, "toggle", "playground_look_log_loss", True)
    assert test.query_params["look"] == "no-validation,discretize,log_loss,smoothing-0.5"
    assert "Unknown word 'discrete'" in words(opened(look="discrete"))


def test_hidden_units_of_a_curve_are_shown_for_the_layer_chosen() -> None:
    curve = Experiment(
        data=Curve(kind="xsinx"),
        model=Model(layers=mlp(4, 3, outputs=1, activation="tanh")),
        training=Training(loss="mse", epochs=10),
    )
    test = opened(curve)
    assert list(test.selectbox(key="playground_look_units").options) == [
        "none",
        "hidden layer 1",
        "hidden layer 2",
    ]
    put(test, "selectbox", "playground_look_units", 2)
    assert state(test).look.units == 2


@pytest.mark.parametrize(
    ("problem", "says"), [("classification", "true ↓  said →"), ("curve", "largest |error|")]
)
def test_the_panel_of_answers_has_a_confusion_matrix_or_r_squared(problem: str, says: str) -> None:
    test = opened()
    put(test, "button_group", "playground_problem", problem)
    put(test, "button_group", "playground_panel_choice_0", "Answers")
    assert says in html(test)


def test_parameters_are_counted_under_the_figures() -> None:
    assert "114 parameters" in html(opened())  # 2·8+8 + 8·8+8 + 8·2+2


# Links -------------------------------------------------------------------------------------------


def test_a_link_hides_what_it_names_and_says_what_it_does_not_know() -> None:
    test = opened(hide="noise,training,noize")
    assert ":is(.st-key-playground_noise,.st-key-training_form) { display: none" in html(test)
    assert "Unknown part 'noize'" in words(test)
    assert "Did you mean 'noise'?" in words(test)
    put(test, "slider", "playground_noise", 20)  # out of sight, and still what the draft says
    assert draft(test).data.noise == 0.2


def test_share_makes_the_link_of_what_is_chosen() -> None:
    test = opened(look="log_loss")
    put(test, "button_group", "playground_share_hidden", ["data", "curves"])
    put(test, "slider", "playground_noise", 10)
    (link,) = links(test)
    assert link.endswith(f"playground?x={to_link(draft(test))}&look=log_loss&hide=data,curves")


# Runs --------------------------------------------------------------------------------------------


class Noting(IdleLauncher):
    """Writes down what it is asked."""

    asked: ClassVar[list[tuple[str, object]]] = []

    def ask(self, run: Run, do: str | None = None, *, path: str = "", value: object = None) -> Any:
        type(self).asked.append((do or path, value))
        return Control.model_validate({"id": "x", "at": 0, "do": "checkpoint"})

    def start(self, run: Run, first: str | None = None, **_how: object) -> None:
        type(self).asked.append(("start", run.id))


def with_run(experiment: Experiment, run: Run) -> AppTest:
    """The page with a run in view."""
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
    test.session_state["lab_playground"] = PlaygroundState(experiment, run.id)
    return ran(test.switch_page("pages/playground.py"))


def test_what_can_change_live_waits_for_a_stopped_run_and_all_else_lets_it_go(
    monkeypatch: pytest.MonkeyPatch, store: Store, data_dir: Path
) -> None:
    monkeypatch.setattr(services, "launcher", Noting)
    monkeypatch.setattr(Noting, "asked", [])
    given = get("xor").experiment.with_set("training.stop_at_loss", 100.0)
    run = store.create(given, name="xor")
    list(train(run, data_dir=data_dir, device="cpu"))
    test = with_run(given, run)
    assert test.button(key="resume")
    put(test, "select_slider", "playground_weight_decay", 0.01)
    put(test, "select_slider", "playground_l1", 0.001)
    assert state(test).run_id == run.id
    pressed(test, "resume")
    assert Noting.asked == [
        ("start", run.id),
        ("training.optimizer.weight_decay", 0.01),
        ("training.l1", 0.001),
    ]
    put(test, "slider", "playground_noise", 25)
    assert state(test).run_id is None


def test_a_run_that_diverged_says_where_and_goes_on_from_before_with_a_rate_that_was_tried(
    monkeypatch: pytest.MonkeyPatch, store: Store, data_dir: Path
) -> None:
    monkeypatch.setattr(services, "launcher", Noting)
    monkeypatch.setattr(Noting, "asked", [])
    monkeypatch.setattr(lower_rate, "SECONDS", 60.0)  # on a busy machine, too
    given = Experiment(
        data=PlaneValues(kind="plane", points=100),
        model=Model(layers=mlp(4, outputs=1, activation="relu")),
        training=Training(loss="mse", optimizer=Sgd(lr=3.0), epochs=500),
    )
    run = store.create(given, name="too fast")
    list(train(run, data_dir=data_dir, device="cpu"))
    (diverged,) = [e for e in EventReader(run.path).read_new() if e.type == "diverged"]
    test = with_run(given, run)
    assert f"Diverged at step {diverged.step:,}" in words(test)
    assert "the training loss became" in words(test)
    assert "The learning rate 3 is too high" in words(test)
    assert "Tried: the rate 0.3 holds for 100 steps, 1 does not" in " ".join(
        element.value for element in test.caption
    )
    pressed(test, "playground_mend_rate")
    made = store.get(state(test).run_id)
    assert made.id != run.id
    assert draft(test).training.optimizer == Sgd(lr=0.3)
    assert Noting.asked == [("start", made.id)]
    *_, ended = train(made, data_dir=data_dir, device="cpu")
    assert isinstance(ended, FitEnded)
    assert ended.reason == "completed"


def test_a_regression_that_has_ended_shows_r_squared_on_the_page_of_runs(
    store: Store, data_dir: Path
) -> None:
    given = Experiment(
        data=PlaneValues(kind="plane", points=200),
        model=Model(layers=mlp(outputs=1)),
        training=Training(loss="mse", optimizer=Adam(kind="adam", lr=0.05), epochs=20),
    )
    run = store.create(given, name="plane")
    list(train(run, data_dir=data_dir, device="cpu"))
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
    test = ran(test.switch_page("pages/runs.py"))
    assert "training R²" in html(test)
