"""The list of runs: its orders, filters, tags and ticks."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.figures.overlay import MOST
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.tags import MAX_TAG, MAX_TAGS
from nnlab.training.events import EpochEnded, to_line
from nnlab.ui.runs.filters import ORDERS, ordered
from nnlab.ui.runtime.run_history import run_history
from tests.ui.conftest import MakeRun, html
from tests.ui.runs.test_runs import click, messages, names, page

pytestmark = pytest.mark.usefixtures("quiet_server")


def sort(test: AppTest, order: str, reverse: bool = False) -> list[str]:
    test.selectbox(key="runs_order").set_value(order).run()
    test.toggle(key="runs_reverse").set_value(reverse).run()
    assert not test.exception
    return names(test)


def test_the_list_is_sorted_by_each_of_its_columns_and_the_other_way_round(
    make_run: MakeRun,
) -> None:
    make_run("b", "spiral")
    make_run("a", "xor", reason="stopped")
    make_run("c", "digits-cnn")
    test = page()
    assert sort(test, "name") == ["a", "b", "c"]
    assert sort(test, "name", reverse=True) == ["c", "b", "a"]
    assert sort(test, "status") == ["c", "b", "a"]  # finished before stopped, else the newest first
    assert sort(test, "data") == ["c", "b", "a"]  # digits, spiral, xor


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_takes_runs_that_never_started(order: str, make_run: MakeRun, store) -> None:
    make_run("whole")
    bare = make_run("bare")
    (bare.path / EVENTS_FILE).unlink()
    for reverse in (False, True):
        listed = ordered(store.summaries(), order, reverse=reverse)
        assert {summary.meta.name for summary in listed} == {"whole", "bare"}
        if order in ("lowest loss", "best accuracy", "parameters", "epochs", "time"):
            assert listed[-1].meta.name == "bare"


def test_the_best_epoch_of_a_run_that_was_cut_short_is_that_of_its_lowest_loss(
    make_run: MakeRun,
) -> None:
    run = make_run("cut short", reason=None)
    figures: dict[str, Any] = {"train_loss": 1.0, "lr": 0.1}
    more = (
        EpochEnded(step=50, epoch=2, seconds=1, val_loss=0.0625, val_accuracy=0.5, **figures),
        EpochEnded(step=75, epoch=3, seconds=2, val_loss=0.75, val_accuracy=0.875, **figures),
    )
    with (run.path / EVENTS_FILE).open("a") as file:
        file.writelines(to_line(event) + "\n" for event in more)
    text = html(page())
    for fact in ("0.75", "87.5%", "0.0625", "50.0%"):  # the last, then the best
        assert f">{fact}<" in text


def test_a_list_reads_whole_histories_only_of_runs_whose_end_is_missing(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, store
) -> None:
    read: list[str] = []

    def noted(run):
        read.append(run.meta.name)
        return run_history(run)

    monkeypatch.setattr("nnlab.ui.runs.figures.run_history", noted)
    make_run("whole")
    make_run("cut short", reason=None)
    for _ in range(2):
        ordered(store.summaries(), "lowest loss")
    assert read == ["cut short"]


def test_filters_by_optimizer_and_tag_leave_what_was_asked_for(make_run: MakeRun) -> None:
    experiment = make_run("adam", "spiral").experiment
    sgd = experiment.with_set("training.optimizer", {"kind": "sgd"})
    make_run("sgd", sgd).change_meta(tags=("lecture 3",))
    test = page()
    test.selectbox(key="runs_optimizer_filter").set_value("sgd").run()
    assert names(test) == ["sgd"]
    click(click(test, "runs_run_" + test.session_state["runs_page"].selected), "runs_open")
    test = page()
    test.selectbox(key="runs_tag_filter").set_value("lecture 3").run()
    assert names(test) == ["sgd"]


def test_the_search_finds_tags_and_architectures(make_run: MakeRun) -> None:
    make_run("one", "digits-cnn")
    make_run("two", "spiral").change_meta(tags=("Lecture",))
    test = page()
    test.text_input(key="runs_search").set_value("lect").run()
    assert names(test) == ["two"]
    test.text_input(key="runs_search").set_value("8c-16c").run()
    assert names(test) == ["one"]


# Tags --------------------------------------------------------------------------------------------


def set_tags(test: AppTest, run_id: str, tags: list[str]) -> AppTest:
    test.multiselect(key=f"runs_tags_{run_id}").set_value(tags).run()
    assert not test.exception
    return test


def test_tags_are_added_and_removed_shown_in_the_list_and_kept_in_the_runs_files(
    make_run: MakeRun,
) -> None:
    run = make_run("one")
    test = set_tags(page(), run.id, ["  lecture   3 ", "<b>bold</b>", "lecture 3"])
    assert run.meta.tags == ("lecture 3", "<b>bold</b>")
    assert "<i>lecture 3</i><i>&lt;b&gt;bold&lt;/b&gt;</i>" in html(test)
    set_tags(test, run.id, ["<b>bold</b>"])
    assert run.meta.tags == ("<b>bold</b>",)
    assert "lecture 3" not in html(test)


@pytest.mark.parametrize("length", [1, MAX_TAG])
def test_a_tag_has_as_many_characters_as_it_may(length: int, make_run: MakeRun) -> None:
    run = make_run("one")
    set_tags(page(), run.id, ["x" * length])
    assert run.meta.tags == ("x" * length,)


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        (["x" * (MAX_TAG + 1)], "1 to 30 characters, got 31"),
        (["   "], "1 to 30 characters, got none"),
        ([f"t{i}" for i in range(MAX_TAGS + 1)], "at most 10 tags, got 11"),
    ],
)
def test_tags_beyond_their_limits_are_refused_in_words_and_nothing_changes(
    tags: list[str], said: str, make_run: MakeRun
) -> None:
    run = make_run("one")
    run.change_meta(tags=("old",))
    test = set_tags(page(), run.id, tags)
    assert said in messages(test)
    assert run.meta.tags == ("old",)
    assert test.multiselect(key=f"runs_tags_{run.id}").value == ["old"]


def test_tags_of_a_run_that_is_gone_give_a_message(make_run: MakeRun, store) -> None:
    make_run("stays")
    run = make_run("goes")
    test = page()
    store.delete(run.id)
    set_tags(test, run.id, ["late"])
    assert "deleted" in messages(test)
    assert names(test) == ["stays"]


# Ticks -------------------------------------------------------------------------------------------


def tick(test: AppTest, run_id: str) -> AppTest:
    test.checkbox(key=f"runs_tick_{run_id}").check().run()
    assert not test.exception
    return test


def turn_to(test: AppTest, number: int) -> None:
    pages: Any = test.get("pagination")[0]
    pages.set_value(number).run()


def test_two_ticks_offer_a_comparison_and_one_does_not(make_run: MakeRun) -> None:
    one, two = make_run("one"), make_run("two")
    test = tick(page(), one.id)
    assert not [button for button in test.button if button.key == "runs_compare"]
    tick(test, two.id)
    assert test.button(key="runs_compare").label == "Compare 2 runs"
    assert test.session_state["runs_page"].compared == (one.id, two.id)
    test.checkbox(key=f"runs_tick_{one.id}").uncheck().run()
    assert test.session_state["runs_page"].compared == (two.id,)


def test_each_box_has_the_name_of_its_run(make_run: MakeRun) -> None:
    run = make_run("one *bold*")
    assert page().checkbox(key=f"runs_tick_{run.id}").label == r"Compare one \*bold\*"


def test_ticks_stay_on_another_page_of_the_list_and_end_at_six(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnlab.ui.runs.list.ROWS", MOST)
    runs = [make_run(f"run {number}") for number in range(MOST + 1)][::-1]
    test = page()
    for run in runs[:MOST]:
        tick(test, run.id)
    assert test.button(key="runs_compare").label == "Compare 6 runs"
    turn_to(test, 2)
    assert test.checkbox(key=f"runs_tick_{runs[-1].id}").disabled
    turn_to(test, 1)
    assert all(test.checkbox(key=f"runs_tick_{run.id}").value for run in runs[:MOST])
    click(test, "runs_untick")
    assert not any(test.checkbox(key=f"runs_tick_{run.id}").value for run in runs[:MOST])


def test_a_ticked_run_that_is_deleted_is_forgotten(make_run: MakeRun, store) -> None:
    runs = [make_run(name) for name in ("one", "two", "three")]
    test = page()
    for run in runs:
        tick(test, run.id)
    store.delete(runs[0].id)
    test.run()
    assert test.button(key="runs_compare").label == "Compare 2 runs"
