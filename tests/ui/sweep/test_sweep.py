"""The page of sweeps: what its form says, what a link holds, what is told of picked networks."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.config import Axis, Sweep, sweep_from_link, to_link
from nnlab.config.sweep import Sample
from nnlab.recipes import get
from nnlab.recipes.sweeps import SWEEPS
from nnlab.scene.sweep_fields import fields_for, guess_field, nearest_field
from nnlab.ui.sweep.asked.axis_rows import range_of
from nnlab.ui.sweep.estimate import costs, estimated_seconds
from nnlab.ui.words import about
from tests.ui.conftest import html
from tests.ui.sweep.conftest import MakeSweep

REPOSITORY = Path(__file__).parents[3]
RATES = SWEEPS["rate-or-seed"].sweep
pytestmark = pytest.mark.usefixtures("quiet_server")


def opened(**address: str) -> AppTest:
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
    for name, value in address.items():
        test.query_params[name] = value
    return ran(test.switch_page("pages/sweep.py"))


def ran(test: AppTest) -> AppTest:
    test.run()
    assert not test.exception
    return test


def shown(test: AppTest) -> Sweep:
    return test.session_state["lab_sweep"].sweep


def words(test: AppTest) -> str:
    return "\n".join(element.value for element in (*test.error, *test.warning))


def text(test: AppTest) -> str:
    return "\n".join([*(m.value for m in test.markdown), *(c.value for c in test.caption)])


def row(test: AppTest, place: int) -> int:
    return test.session_state["lab_sweep"].rows[place]


def put(test: AppTest, kind: str, key: str, value: Any) -> AppTest:
    getattr(test, kind)(key=key).set_value(value)
    return ran(test)


def press(test: AppTest, key: str) -> AppTest:
    test.button(key).click()
    return ran(test)


# The form ----------------------------------------------------------------------------------------


def test_a_newcomer_finds_a_sweep_that_can_be_trained() -> None:
    test = opened()
    assert shown(test) == RATES
    assert "**8 learning rates × 8 seeds of the weights** = 64 networks, about" in text(test)
    assert "Does this learning rate work, or did the seed?" in text(test)
    assert not test.button("train").disabled
    assert not words(test)


def test_typed_values_make_another_sweep() -> None:
    test = opened()
    put(test, "text_input", f"sweep_axis_values_{row(test, 0)}", "lin:0.01..0.05:5")
    assert shown(test).points[0] == (0.01, 0.02, 0.03, 0.04, 0.05)
    assert shown(test).count == 40
    assert "= 40 networks" in text(test)


def test_axes_come_and_go() -> None:
    test = opened()
    press(test, "sweep_add_axis")
    assert [axis.path for axis in shown(test).axes] == [
        "training.optimizer.lr",
        "model.seed",
        "training.batch_size",
    ]
    press(test, f"sweep_axis_remove_{row(test, 0)}")
    assert [axis.path for axis in shown(test).axes] == ["model.seed", "training.batch_size"]


def test_another_field_brings_values_that_fit_it() -> None:
    test = opened()
    put(test, "selectbox", f"sweep_axis_path_{row(test, 0)}", "activation")
    assert shown(test).points[0] == ("relu", "tanh", "sigmoid", "leaky_relu")


@pytest.mark.parametrize(
    ("path", "values", "said"),
    [
        ("training.optimizer.lr", "log:1..0.001:8", "is empty: its first number is the smaller"),
        ("training.optimizer.lr", "-1,0.1", "Learning rate: Input should be greater than 0"),
        ("training.optimizer.lr", "", "An axis needs at least one value"),
        ("training.optimizer.lr", "0..1000000", "at most 1,024 values"),
        ("training.optimizer.lr", "lin:0.1..1:200", "a sweep has at most 1,024"),
        ("width", "100000", "width is a whole number"),
    ],
)
def test_what_cannot_be_trained_is_said_before_anything_starts(
    path: str, values: str, said: str
) -> None:
    test = opened()
    first = row(test, 0)
    test.session_state[f"sweep_axis_path_{first}"] = path
    put(test, "text_input", f"sweep_axis_values_{first}", values)
    assert said in words(test)
    assert test.button("train").disabled
    assert shown(test) == RATES  # what is shown stays


def test_a_million_networks_are_refused_with_the_mend() -> None:
    test = opened()
    put(test, "text_input", f"sweep_axis_values_{row(test, 0)}", "lin:0.001..1:1000")
    put(test, "text_input", f"sweep_axis_values_{row(test, 1)}", "0..999")
    assert "1,000,000 networks" in words(test)
    assert "or a random sample" in words(test)


def test_what_is_typed_is_no_markdown() -> None:
    test = opened()
    picture = "![x](https://example.com/x.png)"
    put(test, "text_input", f"sweep_axis_values_{row(test, 0)}", f"0.1,{picture}")
    assert picture not in text(test)
    assert picture not in words(test)


def test_a_random_sample_is_drawn_from_the_grid() -> None:
    test = opened()
    put(test, "toggle", "sweep_sampled", True)
    put(test, "number_input", "sweep_sample_count", 20)
    assert shown(test).sample == Sample(count=20)
    assert "of these 20 networks at random" in text(test)


def test_a_recipe_fills_the_form() -> None:
    test = opened()
    put(test, "selectbox", "sweep_start", "seeds-alone")
    assert shown(test) == SWEEPS["seeds-alone"].sweep
    assert test.text_input(f"sweep_axis_values_{row(test, 0)}").value == "0..63"
    assert "28 of the 64 networks" in text(test)


def test_an_experiment_becomes_a_sweep_over_its_rate_and_seed() -> None:
    test = opened()
    put(test, "selectbox", "sweep_start", "recipe:xor")
    assert shown(test).experiment == get("xor").experiment
    assert shown(test).count == 64


# Links -------------------------------------------------------------------------------------------


def test_an_experiment_that_cannot_be_swept_is_said_in_words() -> None:
    test = opened(x=to_link(get("attention-sort").experiment))
    said = [one.value for one in (*test.error, *test.warning)]
    assert any("train each alone" in one for one in said), said


def test_a_link_holds_the_whole_sweep() -> None:
    sweep = Sweep(
        experiment=get("moons").experiment,
        axes=(Axis(path="data.noise", values=(0, 0.25)), Axis(path="model.seed", values="0..2")),
        sample=Sample(count=4, seed=3),
    )
    test = opened(s=to_link(sweep))
    assert shown(test) == sweep
    assert sweep_from_link(test.query_params["s"]) == sweep


def test_the_link_of_an_experiment_begins_a_sweep_with_it() -> None:
    test = opened(x=to_link(get("moons").experiment))
    assert shown(test).experiment == get("moons").experiment
    assert "x" not in test.query_params


@pytest.mark.parametrize("link", ["1.AAAA", "9.eJw", "nonsense", "1."])
def test_a_damaged_link_gives_a_message_and_a_page(link: str) -> None:
    test = opened(s=link)
    assert "link" in words(test)
    assert shown(test) == RATES


@pytest.mark.parametrize(
    ("path", "values"),
    [("training.optimiser.lr", (0.1,)), ("model.layers.0.out_features", (3, "x"))],
)
def test_the_link_of_a_sweep_with_a_wrong_axis_names_it(path: str, values: Any) -> None:
    sweep = Sweep(experiment=get("moons").experiment, axes=(Axis(path=path, values=values),))
    test = opened(s=to_link(sweep))
    assert f"Axis {path}" in words(test)
    assert shown(test) == RATES


def test_the_address_names_the_run(make_sweep: MakeSweep) -> None:
    run = make_sweep(SWEEPS["batch-rate"].sweep)
    test = opened(run=run.id)
    assert shown(test) == SWEEPS["batch-rate"].sweep
    assert test.query_params["run"] == run.id
    assert "finished · epoch 4 · step 100 · 64 networks · 1 diverged" in text(test)


def test_a_run_that_is_gone_is_said() -> None:
    test = opened(run="20200101-000000-abcdef12")
    assert "There is no run" in words(test)


# What came out -----------------------------------------------------------------------------------


def picked(make_sweep: MakeSweep, *nets: int) -> AppTest:
    run = make_sweep()
    test = opened(run=run.id)
    test.session_state["lab_sweep"].picked = nets
    return ran(test)


def test_what_matters_is_said_in_numbers_and_words(make_sweep: MakeSweep) -> None:
    test = picked(make_sweep)
    assert "What sets the best tenth by validation accuracy apart: **" in text(test)
    assert "% the learning rate**" in text(test)
    shares = html(test)
    assert "nnlab-importance" in shares
    put(test, "segmented_control", "sweep_importance_method", "fanova")
    assert "What explains all differences in the validation accuracy: **" in text(test)


def test_the_table_has_the_best_first(make_sweep: MakeSweep) -> None:
    test = picked(make_sweep)
    put(test, "segmented_control", "sweep_panel_choice", "Table")
    table = html(test)
    assert table.index("0.101") < table.index("0.102") < table.index("0.201")
    assert "The best 20 of 64." in text(test)


def test_a_picked_network_is_told_with_its_values_and_its_rank(make_sweep: MakeSweep) -> None:
    test = picked(make_sweep, 9)
    assert "##### Network 9" in text(test)
    assert "rank 10 of 63" in text(test)
    assert "0.002683" in html(test)  # the second rate
    assert "What differs from the best, network 0" in [e.label for e in test.expander]
    assert not test.button("sweep_train_alone").disabled


def test_two_picked_networks_are_told_with_their_difference(make_sweep: MakeSweep) -> None:
    test = picked(make_sweep, 0, 8)
    assert "##### Network 8 − Network 0" in text(test)
    assert "+0.1" in html(test)


def test_a_diverged_network_does_not_train_on(make_sweep: MakeSweep) -> None:
    test = picked(make_sweep, 63)
    assert test.button("sweep_train_alone").disabled


def test_a_network_opens_in_the_playground_with_its_own_engine(make_sweep: MakeSweep) -> None:
    test = picked(make_sweep, 9)
    press(test, "sweep_open_net")
    state = test.session_state["lab_playground"]
    assert state.draft == RATES.nets[9].experiment
    assert state.draft.engine == "stack"


# Other pages -------------------------------------------------------------------------------------


def test_the_list_of_runs_has_one_row_that_unfolds(make_sweep: MakeSweep) -> None:
    run = make_sweep(name="rates")
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
    ran(test.switch_page("pages/runs.py"))
    assert "sweep · 64 networks" in html(test)
    assert test.checkbox(f"runs_tick_{run.id}").disabled  # compare leaves it out
    before = html(test).count("nnlab-net-rows")
    press(test, f"runs_unfold_{run.id}")
    assert html(test).count("nnlab-net-rows") == before + 1


def test_a_sweep_opens_from_the_list_of_runs(make_sweep: MakeSweep) -> None:
    run = make_sweep()
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
    ran(test.switch_page("pages/runs.py"))
    press(test, "runs_open")
    assert test.session_state["lab_sweep"].run_id == run.id


def test_the_playground_says_where_a_sweep_is_shown(make_sweep: MakeSweep) -> None:
    run = make_sweep()
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
    test.query_params["run"] = run.id
    ran(test.switch_page("pages/playground.py"))
    assert f"open /sweep?run={run.id}" in words(test)


def test_a_recipe_opens_from_the_first_page() -> None:
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
    press(test, "home_open_sweep_spiral-width")
    assert shown(test) == SWEEPS["spiral-width"].sweep


# What is proposed, and what is said ---------------------------------------------------------------


def test_a_long_experiment_is_proposed_with_a_budget_of_about_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("nnlab.ui.sweep.estimate.costs", lambda: (1e-3, 0.0))
    long = get("spiral").experiment.with_set("training.epochs", 5000)
    test = opened(x=to_link(long))
    proposed = shown(test).nets[0].experiment.training.epochs
    assert proposed is not None
    assert 100 <= proposed < 500  # five layers, 25 steps an epoch, 1.7 times a millisecond each
    assert "The experiment had 5,000" in text(test)
    assert long.training.epochs == 5000


def test_the_estimate_grows_with_the_networks_and_the_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("nnlab.ui.sweep.estimate.costs", costs)  # as this machine has them

    def seconds(nets: int, epochs: int) -> float:
        base = RATES.experiment.with_set("training.epochs", epochs)
        axis = Axis(path="model.seed", values=f"0..{nets - 1}")
        found = estimated_seconds(Sweep(experiment=base, axes=(axis,)))
        assert found is not None
        return found

    assert seconds(12, 100) < seconds(24, 100) < seconds(24, 200)
    assert seconds(12, 100) == seconds(12, 100)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "1 s"), (14, "10 s"), (57, "1 min"), (64, "1 min"), (190, "3 min"), (8000, "2 h")],
)
def test_an_estimate_has_one_digit(seconds: float, said: str) -> None:
    assert about(seconds) == said


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("noise", "data.noise"),
        ("LR", "training.optimizer.lr"),
        ("momentm", None),
        ("batch", "training.batch_size"),
    ],
)
def test_a_typed_word_is_the_field_that_it_names(typed: str, path: str | None) -> None:
    assert nearest_field(typed, fields_for(RATES.experiment)) == path


def test_an_unknown_field_is_answered_by_one_that_there_is() -> None:
    assert guess_field("optimiser", fields_for(RATES.experiment)) == "optimizer"
    assert guess_field("#", fields_for(RATES.experiment)) in fields_for(RATES.experiment)


def test_a_range_begins_with_what_the_values_say() -> None:
    assert range_of("log:0.001..1:8") == (0.001, 1.0, 8, "log")
    assert range_of("0..7") == (0.0, 7.0, 8, "whole")
    assert range_of("lin:0..0.5:6") == (0.0, 0.5, 6, "lin")
    assert range_of("relu,tanh") == (0.001, 1.0, 8, "log")
