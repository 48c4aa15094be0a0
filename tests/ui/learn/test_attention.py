"""The chapter on attention: its form, its sequence, its numbers, and the runs that open there."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.config import Attention, Experiment, to_link
from nnlab.learn.attention.trace import in_full, trace
from nnlab.models import build
from nnlab.recipes import get
from nnlab.ui.learn.chapters.attention import CHAPTER, form
from nnlab.ui.runtime.datasets import splits_of
from tests.ui.conftest import MakeRun, html
from tests.ui.learn.chapters import REPOSITORY, ran, text

pytestmark = pytest.mark.usefixtures("quiet_server")
STATE = "lab_attention"
FIELD = "learn_attention_sequence"


def opened(**address: str) -> AppTest:
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
    for name, value in {"chapter": "attention", **address}.items():
        test.query_params[name] = value
    return ran(test.switch_page("pages/learn.py"))


def warnings(test: AppTest) -> str:
    return "\n".join(one.value for one in (*test.warning, *test.error, *test.info))


def draft(test: AppTest) -> Experiment:
    return test.session_state[STATE].draft


def test_a_newcomer_finds_a_network_that_can_be_trained_and_a_held_out_sequence() -> None:
    test = opened()
    assert "Attention in the small" in test.title[0].value
    assert draft(test) == get("attention-reverse").experiment
    assert not test.button(key="train").disabled
    assert re.fullmatch(r"(\d ){7}\d", test.text_input(key=FIELD).value or "")
    assert warnings(test) == ""
    assert "ready" in text(test)


def test_the_numbers_are_those_of_the_network_to_the_last_digit() -> None:
    test = opened()
    test.text_input(key=FIELD).set_value("31415926")
    ran(test)
    test.session_state[STATE].token = 3
    ran(test)
    model = get("attention-reverse").experiment.model
    found = trace(build(model, (8,)).eval(), 2, (3, 1, 4, 1, 5, 9, 2, 6))
    shown = html(test)
    for values in (found.heads[0].scores[3], found.heads[0].weights[3], found.probabilities[3]):
        for value in values:
            assert f"<td>{in_full(value)}</td>" in shown
    assert f"<td>{in_full(found.heads[0].mix[3, 31])}</td>" in shown
    assert "how 1 at place 4 looks, step 0" in text(test)


@pytest.mark.parametrize(
    ("typed", "words"),
    [("3 1 4", "type 5 more"), ("3 1 4 1 5 9 2 duck", "duck"), ("", "got 0")],
)
def test_what_is_no_sequence_is_said_and_the_last_one_stays(typed: str, words: str) -> None:
    test = opened()
    before = test.session_state[STATE].tokens
    test.text_input(key=FIELD).set_value(typed)
    ran(test)
    assert words in warnings(test)
    assert test.session_state[STATE].tokens == before
    assert test.text_input(key=FIELD).value == typed
    test.text_input(key=FIELD).set_value("11111111")
    ran(test)
    assert warnings(test) == ""
    assert test.session_state[STATE].tokens == (1,) * 8


def test_another_sequence_is_one_of_those_held_out() -> None:
    test = opened()
    test.button(key="learn_attention_another").click()
    ran(test)
    held_out = {tuple(row) for row in splits_of(draft(test).data).val.x.tolist()}
    assert test.session_state[STATE].tokens in held_out


@pytest.mark.parametrize("task", form.TASKS)
def test_another_task_brings_its_recipe(task: str) -> None:
    test = opened()
    test.segmented_control(key="learn_attention_task").set_value(task)
    ran(test)
    assert draft(test) == get(f"attention-{task}").experiment
    assert warnings(test) == ""
    assert len(test.session_state[STATE].tokens) == form.data_of(draft(test)).length


def test_the_fold_changes_data_and_network_and_another_task_takes_all_back() -> None:
    test = opened()
    test.slider(key="learn_attention_length").set_value(5)
    test.slider(key="learn_attention_symbols").set_value(12)
    test.segmented_control(key="learn_attention_heads").set_value(4)
    test.toggle(key="learn_attention_causal").set_value(True)
    test.toggle(key="learn_attention_positions").set_value(False)
    ran(test)
    found = draft(test)
    data, attention = form.data_of(found), found.model.layers[1]
    assert (data.length, data.symbols) == (5, 12)
    kinds = [layer.kind for layer in found.model.layers]
    assert kinds == ["embedding", "attention", "layer_norm", "linear", "relu", "linear"]
    assert isinstance(attention, Attention)
    assert (attention.heads, attention.causal) == (4, True)
    assert warnings(test) == ""
    assert len(test.session_state[STATE].tokens) == 5
    assert test.selectbox(key="learn_attention_head").options[-1] == "layer 2, head 4"
    test.toggle(key="learn_attention_positions").set_value(True)
    ran(test)
    assert [layer.kind for layer in draft(test).model.layers][1] == "positions"
    test.segmented_control(key="learn_attention_task").set_value("copy")
    ran(test)
    assert draft(test) == get("attention-copy").experiment


def test_too_few_sequences_are_said_and_cannot_be_trained() -> None:
    test = opened()
    test.slider(key="learn_attention_symbols").set_value(3)
    test.slider(key="learn_attention_length").set_value(2)
    ran(test)
    assert "take a greater length or more symbols" in warnings(test)
    assert test.button(key="train").disabled
    test.slider(key="learn_attention_length").set_value(8)
    ran(test)
    assert warnings(test) == ""
    assert not test.button(key="train").disabled


def test_a_link_opens_its_experiment_and_a_broken_one_is_said() -> None:
    asked = get("attention-sort").experiment.with_set("training.optimizer.lr", 0.01)
    assert draft(opened(x=to_link(asked))) == asked
    test = opened(x="1.broken")
    assert draft(test) == get("attention-reverse").experiment
    assert warnings(test) != ""


def test_a_network_without_attention_is_shown_without_its_picture() -> None:
    without = get("attention-copy").experiment.model_dump(mode="json")
    without["model"]["layers"] = [
        layer for layer in without["model"]["layers"] if layer["kind"] != "attention"
    ]
    test = opened(x=to_link(Experiment.from_dict(without)))
    assert "no attention layer" in warnings(test)
    assert not test.button(key="train").disabled


def test_a_run_of_sequences_opens_here_from_home_and_from_its_address(make_run: MakeRun) -> None:
    run = make_run("Reversed", "attention-reverse")
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
    test.button(key=f"home_open_run_{run.id}").click()
    ran(test)
    assert "Attention in the small" in test.title[0].value
    assert test.session_state[STATE].run_id == run.id
    assert "finished" in text(test)
    again = opened(run=run.id)
    assert again.session_state[STATE].run_id == run.id


def test_the_playground_says_where_a_run_and_a_link_of_sequences_are_shown(
    make_run: MakeRun,
) -> None:
    run = make_run("Reversed", "attention-reverse")
    link = to_link(get("attention-sort").experiment)
    for name, word in (("run", run.id), ("x", link)):
        test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
        test.query_params[name] = word
        ran(test.switch_page("pages/playground.py"))
        assert f"/learn?chapter=attention&{name}={word}" in re.sub(r"\\", "", warnings(test))


def test_the_chapter_is_in_the_list_with_its_formulas_and_its_tutorial() -> None:
    test = opened()
    assert any("softmax" in one.value for one in test.code)
    assert CHAPTER.tutorial.url in text(test)
