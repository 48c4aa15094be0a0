"""The chapter on optimizers: it opens, says what happened, and words meet what it cannot do."""

import base64

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from nnlab.errors import NnlabError
from nnlab.learn.formula.tokens import LONGEST
from nnlab.learn.optimizers.functions import FUNCTIONS
from nnlab.learn.optimizers.objective import Objective
from nnlab.learn.optimizers.race import RACERS, optimizer_of, race
from nnlab.models import build
from nnlab.runs.record.checkpoints import save_live
from nnlab.ui.learn.chapters.optimizers import view
from nnlab.ui.learn.chapters.optimizers.controls import Settings, move_start
from nnlab.ui.learn.chapters.optimizers.minimised import Subject
from tests.ui.conftest import IdleLauncher, MakeRun, html
from tests.ui.learn.chapters import opened, ran, text

pytestmark = pytest.mark.usefixtures("quiet_server")
FUNCTION = "learn_optimizers_function"


def chosen(test: AppTest, what: str) -> AppTest:
    test.selectbox(key=FUNCTION).set_value(what)
    return ran(test)


def test_it_opens_on_a_race_with_its_outcome_in_words() -> None:
    test = opened(chapter="optimizers")
    assert "Optimizers race" in test.title[0].value
    assert "After 200 steps SGD, Nesterov is lowest, at f = 0.638971." in text(test) or (
        "After 200 steps SGD, momentum is lowest, at f = 0.638971." in text(test)
    )
    assert "None diverged." in text(test)
    assert r"f(x) = \log(x^4 + x^3 + 2)" in "\n".join(one.value for one in test.latex)


def test_the_line_of_pytorch_stands_below_the_formula_and_computes_it() -> None:
    test = opened(chapter="optimizers")
    assert "f = torch.log(x ** 4 + x ** 3 + 2)" in [one.value for one in test.code]
    chosen(test, "own")
    test.text_input(key="learn_optimizers_formula").set_value("x**2 + relu(y)")
    ran(test)
    assert "f = x ** 2 + torch.relu(y)" in [one.value for one in test.code]


def test_a_formula_that_is_too_long_can_be_typed_and_is_answered_in_words() -> None:
    test = chosen(opened(chapter="optimizers"), "own")
    field = test.text_input(key="learn_optimizers_formula")
    assert field.proto.max_chars > LONGEST
    field.set_value("x" + "+x" * 150)
    ran(test)
    assert "at most 200 characters, got 301" in test.error[0].value


def test_rates_that_are_too_large_are_said_with_the_step() -> None:
    test = chosen(opened(chapter="optimizers"), "bowl")
    test.select_slider(key="learn_optimizers_factor").set_value(100.0)
    ran(test)
    # The rate of 3 multiplies x by 1 − 6 = −5: 2.5 · 5⁵ = 7,813 is the first beyond 6,000.
    assert "Diverged: SGD at step 5 (rate 3)" in text(test)


def test_every_schedule_races() -> None:
    test = chosen(opened(chapter="optimizers"), "bowl")
    ends = set()
    for schedule in ("constant", "step", "exponential", "cosine", "one_cycle"):
        test.selectbox(key="learn_optimizers_schedule").set_value(schedule)
        ran(test)
        (words,) = (one.value for one in test.caption if "is lowest" in one.value)
        ends.add(words)
    assert len(ends) == 5


def test_another_function_begins_at_its_own_start() -> None:
    test = chosen(opened(chapter="optimizers"), "rosenbrock")
    starts = [test.number_input(key=f"learn_optimizers_start_{axis}").value for axis in "xy"]
    assert starts == [-1.2, 1.0]
    test.number_input(key="learn_optimizers_start_x").set_value(0.5)
    ran(test)
    assert test.number_input(key="learn_optimizers_start_x").value == 0.5
    chosen(test, "beale")
    assert test.number_input(key="learn_optimizers_start_x").value == 1.0


def test_a_formula_that_cannot_race_is_answered_in_words() -> None:
    test = chosen(opened(chapter="optimizers"), "own")
    for formula, words in (
        ("x**2 + abc", "abc"),
        ("7", "numbers alone"),
        ("", "type one"),
        ("__import__('os').system('true')", "leave it out"),
        ("log(x - 100)", "no real value anywhere"),
        ("1/(x - 1.8)", "divides by zero"),
        ("+" * 200 + "x", ""),
    ):
        test.text_input(key="learn_optimizers_formula").set_value(formula)
        ran(test)
        assert test.error, formula
        assert words in test.error[0].value
    test.text_input(key="learn_optimizers_formula").set_value("x**2 + 3")
    ran(test)
    assert not test.error
    assert "f = 3" in text(test)


def test_a_picture_from_a_higher_to_a_lower_number_is_answered_in_words() -> None:
    test = chosen(opened(chapter="optimizers"), "own")
    test.number_input(key="learn_optimizers_low").set_value(5.0)
    ran(test)
    assert "got 5 and 3" in test.error[0].value


def test_the_largest_rates_come_when_asked_and_go_with_the_start() -> None:
    test = chosen(opened(chapter="optimizers"), "ravine")
    assert "nnlab-race-rates" not in html(test)
    test.button(key="learn_optimizers_find").click()
    ran(test)
    assert "nnlab-race-rates" in html(test)
    assert "it did not diverge" in html(test)
    assert "some lower rates may diverge, and some higher ones stay" in text(test)
    test.number_input(key="learn_optimizers_start_x").set_value(1.0)
    ran(test)
    assert "nnlab-race-rates" not in html(test)


def test_the_networks_own_loss_races_and_says_how_much_the_plane_holds() -> None:
    test = chosen(opened(chapter="optimizers"), "network")
    assert "% of the variance of its way" in text(test)
    assert "is lowest, at f = 0." in text(test)


def test_a_run_without_checkpoints_is_answered_in_words(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(IdleLauncher, "replay", lambda _self, _order: None, raising=False)
    run = make_run("mine")
    save_live(run.path, build(run.experiment.model, (2,)).state_dict(), 1)
    test = chosen(opened(chapter="optimizers"), "network")
    assert "has no checkpoints" in test.error[0].value


def test_the_start_in_one_runs_plane_is_no_start_in_anothers() -> None:
    subjects = [
        Subject("network", FUNCTIONS[0].objective, {}, ("x",), "", plane=plane)
        for plane in ("a_5_", "b_5_", "a_9_")
    ]
    assert len({subject.start_key(0) for subject in subjects}) == 3


def test_a_race_cannot_begin_where_the_loss_is_no_number() -> None:
    objective = Objective(
        lambda points: points.sum(1) * torch.inf, (-1.0, -1.0), (1.0, 1.0), (0.5, 0.5)
    )
    subject = Subject("network", objective, {}, ("x", "y"), "")
    with pytest.raises(NnlabError, match=r"At 0\.5, 0\.5 the loss is inf"):
        subject.must_start((0.5, 0.5))


def test_what_was_set_is_there_when_somebody_comes_back_from_another_chapter() -> None:
    test = chosen(opened(chapter="optimizers"), "own")
    test.text_input(key="learn_optimizers_formula").set_value("x**4")
    ran(test)
    test.query_params["chapter"] = "softmax"
    ran(test)
    test.query_params["chapter"] = "optimizers"
    ran(test)
    assert test.selectbox(key=FUNCTION).value == "own"
    assert test.text_input(key="learn_optimizers_formula").value == "x**4"


def test_the_browser_gets_the_very_numbers_of_the_race() -> None:
    function = next(one for one in FUNCTIONS if one.id == "beale")
    subject = Subject("beale", function.objective, function.rates, ("x", "y"), function.latex)
    settings = Settings((1.0, 1.5), (), None, 5, 0.9)
    optimizers = [optimizer_of(racer, function.rates[racer]) for racer in RACERS]
    paths = tuple(race(function.objective, (1.0, 1.5), optimizers, 5))
    sent = view.payload(subject, settings, paths, "", dark=False)
    assert [racer["name"] for racer in sent["racers"]] == list(RACERS.values())
    for racer, path in zip(sent["racers"], paths, strict=True):
        values = np.frombuffer(base64.b64decode(racer["values"]), np.float64)
        np.testing.assert_array_equal(values, path.values)
    assert len(base64.b64decode(sent["picture"])) == 4 * sent["side"] ** 2


@pytest.mark.parametrize("place", [[1.0], [1.0, 2.0, 3.0], [float("nan"), 1.0], ["a", 1], "no"])
def test_a_dragged_start_that_is_no_place_is_left_aside(
    place: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: dict[str, float] = {}
    monkeypatch.setattr("nnlab.ui.learn.chapters.optimizers.controls.widgets", written)
    function = next(one for one in FUNCTIONS if one.id == "bowl")
    subject = Subject("bowl", function.objective, function.rates, ("x", "y"), function.latex)
    move_start(subject, place)
    assert written == {}
    move_start(subject, [10**400, -0.25])  # no float holds it
    assert written == {"optimizers_start_x": 3.0, "optimizers_start_y": -0.25}
