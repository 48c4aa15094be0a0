"""Recorded runs on the page Runs: in its list, in full, and beside others."""

import math
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.figures.overlay import run_colour
from nnlab.runs.record import lock
from nnlab.runs.recorded.record import RECORD
from nnlab.runs.store import Store
from nnlab.ui.runs.compare import metrics
from nnlab.ui.runs.recorded import curves
from tests.figures.shipped import values
from tests.runs.recorded.made import add_metrics, make_recorded
from tests.ui.conftest import MakeRun, html
from tests.ui.runs.test_runs import click, messages, names, page

pytestmark = pytest.mark.usefixtures("quiet_server")
FULL = [
    {"loss": 0.9, "accuracy": 0.5, "val_loss": 1.0, "val_acc": 0.25},
    {"loss": 0.5, "accuracy": 0.75, "val_loss": 0.625, "val_acc": 0.5},
]
Charts = dict[str, tuple[Any, str]]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Charts:
    """Each chart by its key: the figure, and what it says in words."""
    charts: Charts = {}

    def noted(figure: Any, *, key: str, alt: str) -> None:
        charts[key] = figure.to_plotly_json(), alt

    for module in (curves, metrics):
        monkeypatch.setattr(module, "show_chart", noted)
    return charts


def words(test: AppTest) -> str:
    """What stands on the page beside its HTML."""
    elements = [*test.markdown, *test.caption, *test.info, *test.warning, *test.error]
    return "\n".join(element.value for element in elements)


# The list ----------------------------------------------------------------------------------------


def test_it_stands_among_the_others_in_order_of_time_and_is_marked(
    make_run: MakeRun, store: Store
) -> None:
    make_run("first")
    make_recorded(store, "mine", created=1_780_000_030.0, rows=FULL)
    make_run("last")
    test = page()
    assert names(test) == ["last", "mine", "first"]
    shown = html(test)
    assert shown.count("recorded · MyNet") == 1
    row = shown[shown.index("recorded · MyNet") :]
    for text in ("finished", "<b>20</b>", "<b>0.5</b><small>75.0%", "<b>0.625</b><small>50.0%"):
        assert text in row


def test_metrics_of_no_usual_name_are_dashes_and_a_loss_that_is_nan_is_said(store: Store) -> None:
    make_recorded(store, "odd", rows=[{"f1": 0.5}])
    assert "<b>–</b><small>–</small>" in html(page())
    make_recorded(store, "wild", rows=[{"loss": 0.5}, {"loss": math.nan}])
    assert "<b>NaN</b>" in html(page())


def test_filters_search_and_order_know_it(make_run: MakeRun, store: Store) -> None:
    make_run("lab", val_loss=0.5)
    make_recorded(store, "mine", rows=FULL, parameters=7_000)
    make_recorded(store, "other", rows=[{"f1": 0.5}], module="Conv")
    test = page()
    test.selectbox(key="runs_data_filter").set_value("recorded").run()
    assert names(test) == ["other", "mine"]
    test.selectbox(key="runs_data_filter").set_value("any").run()
    assert "recorded" not in test.selectbox(key="runs_optimizer_filter").options
    test.selectbox(key="runs_optimizer_filter").set_value("adam").run()
    assert names(test) == ["lab"]
    test.selectbox(key="runs_optimizer_filter").set_value("any").run()
    test.text_input(key="runs_search").set_value("conv").run()
    assert names(test) == ["other"]
    test.text_input(key="runs_search").set_value("recorded").run()
    assert names(test) == ["other", "mine"]
    test.text_input(key="runs_search").set_value("").run()
    for order, expected in {
        "lowest loss": ["lab", "mine", "other"],
        "parameters": ["other", "lab", "mine"],
        "rate": ["lab", "other", "mine"],
        "architecture": ["lab", "other", "mine"],
        "data": ["other", "mine", "lab"],
    }.items():
        test.selectbox(key="runs_order").set_value(order).run()
        assert not test.exception
        found = names(test)
        assert set(found) == set(expected)
        assert found[0] == expected[0], order


def test_without_any_run_one_line_says_how_a_loop_of_ones_own_comes_here() -> None:
    assert "nnlab.record" in page().caption[0].value


def test_a_record_that_cannot_be_read_is_named_and_deleted(store: Store) -> None:
    run = make_recorded(store)
    (run.path / RECORD).write_text("{")
    test = page()
    assert RECORD in messages(test)
    click(test, f"runs_delete_damaged_{run.id}")
    click(test, "runs_confirm_delete")
    assert not run.path.exists()


# One run -----------------------------------------------------------------------------------------


def test_it_says_what_it_is_and_offers_nothing_that_the_lab_cannot_do(store: Store) -> None:
    make_recorded(store, rows=FULL, notes=["Only 5 of 9 rows were kept."], examples=5, given=9)
    test = page()
    said = words(test)
    assert "finished · step 20 · 2.0 s" in said
    assert "cannot resume or branch it" in said
    assert "Only 5 of 9 rows were kept." in said
    keys = {button.key for button in test.button}
    assert {"runs_rename", "runs_delete"} <= keys
    assert not keys & {"runs_open", "runs_resume_run", "runs_stop_run"}
    facts = html(test)
    for text in ("MyNet", "5 of 9 kept", "PyTorch 2.9.0, cpu", "10 · 20"):
        assert text in facts


@pytest.mark.parametrize(
    ("reason", "expected"),
    [("failed", "The loop failed.** RuntimeError: out of memory"), (None, "without closing")],
)
def test_what_went_wrong_is_said(store: Store, reason: Any, expected: str) -> None:
    make_recorded(store, reason=reason, error="RuntimeError: out of memory" if reason else None)
    assert expected in words(page())


def test_every_metric_has_a_curve_and_its_values_in_words(store: Store, drawn: Charts) -> None:
    rows = [{"loss": 0.5, "my f1": 0.25}, {"loss": math.nan, "my f1": 0.75}]
    make_recorded(store, rows=rows)
    test = page()
    found = {figure["layout"]["title"]["text"]: (figure, alt) for figure, alt in drawn.values()}
    assert list(found) == ["<b>loss</b>", "<b>my f1</b>"]
    figure, alt = found["<b>my f1</b>"]
    assert values(figure["data"][0]["x"]).tolist() == [10, 20]
    assert values(figure["data"][0]["y"]).tolist() == [0.25, 0.75]
    assert alt == "my f1: from 0.25 to 0.75, between 0.25 and 0.75."
    assert found["<b>loss</b>"][1] == "loss: 0.5; 1 value was NaN or infinite."
    table = html(test)
    assert "1 value was NaN or infinite" in table
    assert "NaN</td>" in table


def test_it_moves_while_it_is_recorded(store: Store, drawn: Charts) -> None:
    run = make_recorded(store, rows=[{"loss": 0.5}], reason=None)
    with lock.hold(run.path):
        test = page()
        assert "running · step 10" in words(test)
        add_metrics(run, [{"loss": 0.25}, {"loss": 0.125}], first=2)
        test.run()
        assert "running · step 30" in words(test)
        assert values(drawn["runs_metric_0"][0]["data"][0]["y"]).tolist() == [0.5, 0.25, 0.125]


def test_of_many_metrics_twelve_are_drawn_until_somebody_searches_or_asks(
    store: Store, drawn: Charts
) -> None:
    make_recorded(store, rows=[{f"layer {i}": float(i) for i in range(20)}])
    test = page()
    assert len(drawn) == 12
    drawn.clear()
    test.text_input(key="runs_metric_search").set_value("LAYER 19").run()
    assert [alt for _figure, alt in drawn.values()] == ["layer 19: 19."]
    test.text_input(key="runs_metric_search").set_value("").run()
    test.toggle(key="runs_every_metric").set_value(True).run()
    assert len(drawn) == 20


def test_before_the_first_metric_the_page_says_how_one_comes(store: Store) -> None:
    run = make_recorded(store, rows=[], reason=None)
    with lock.hold(run.path):
        test = page()
    assert not test.exception
    assert "No metrics yet" in words(test)


def test_it_is_renamed_tagged_and_deleted(store: Store) -> None:
    run = make_recorded(store)
    test = page()
    click(test, "runs_rename")
    test.text_input(key="runs_new_name").set_value("another")
    click(test, "runs_save_name")
    assert run.meta.name == "another"
    test.multiselect(key=f"runs_tags_{run.id}").set_value(["good"]).run()
    assert run.meta.tags == ("good",)
    click(test, "runs_delete")
    assert "2 checkpoints" in words(test)
    click(test, "runs_confirm_delete")
    assert not run.path.exists()
    assert "was deleted" in messages(test)


def test_deleting_one_under_way_says_that_its_loop_goes_on(store: Store) -> None:
    run = make_recorded(store, reason=None)
    with lock.hold(run.path):
        test = page()
        click(test, "runs_delete")
        assert "recorded no longer" in words(test)
        click(test, "runs_confirm_delete")
        assert not run.path.exists()


@pytest.mark.parametrize("form", ["csv", "html", "safetensors"])
def test_its_files_are_offered(store: Store, form: str) -> None:
    run = make_recorded(store)
    test = page()
    test.segmented_control(key="runs_recorded_part").set_value("Export").run()
    test.selectbox(key="runs_recorded_format").set_value(form).run()
    assert not test.exception
    assert not test.error
    assert f"export {run.id} --format {form}" in test.code[0].value
    assert len(test.get("download_button")) == 1


def test_a_network_without_a_graph_is_not_written_and_the_reason_is_said(store: Store) -> None:
    make_recorded(store, no_graph="ONNX cannot hold what it does.")
    test = page()
    test.segmented_control(key="runs_recorded_part").set_value("Export").run()
    test.selectbox(key="runs_recorded_format").set_value("onnx").run()
    assert "ONNX cannot hold what it does." in messages(test)


def test_while_it_is_recorded_a_file_is_made_when_it_is_asked_for(store: Store) -> None:
    run = make_recorded(store, reason=None)
    with lock.hold(run.path):
        test = page()
        test.segmented_control(key="runs_recorded_part").set_value("Export").run()
        assert not test.get("download_button")
        click(test, "runs_take_file")
        (first,) = test.get("download_button")
        add_metrics(run, [{"loss": 0.1}], first=9)
        test.run()
        (again,) = test.get("download_button")
        assert again.proto.url == first.proto.url


# Beside others -----------------------------------------------------------------------------------


def compare(test: AppTest, drawn: Charts, *ids: str) -> AppTest:
    for run_id in ids:
        test.checkbox(key=f"runs_tick_{run_id}").check().run()
    click(test, "runs_compare")
    drawn.clear()  # the details of a run stood on the page before
    return test.run()


def test_curves_of_recorded_runs_and_of_the_labs_lie_upon_each_other_by_name(
    make_run: MakeRun, store: Store, drawn: Charts
) -> None:
    lab = make_run("lab")
    one = make_recorded(store, "one", rows=FULL)
    two = make_recorded(store, "two", rows=[{"train/loss": 0.75, "only mine": 1.0}])
    test = compare(page(), drawn, one.id, lab.id, two.id)
    titles = [figure["layout"]["title"]["text"] for figure, _alt in drawn.values()]
    assert titles[0] == "<b>train_loss</b>"
    assert "<b>only mine</b>" in titles
    assert len(set(titles)) == len(titles)
    figure, alt = drawn["runs_compare_metric_0"]
    assert [trace["name"] for trace in figure["data"]] == ["one", "lab", "two"]
    assert [trace["line"]["color"] for trace in figure["data"]] == [
        run_colour(i, False) for i in range(3)
    ]
    assert values(figure["data"][0]["y"]).tolist() == pytest.approx([0.9, 0.5])
    assert values(figure["data"][1]["y"])[-1] == pytest.approx(0.1234567890123456)
    assert alt.startswith("train_loss: one: from 0.9 to 0.5")
    said = words(test)
    assert "Recorded runs have no experiment to compare" in said
    assert "one, two" in said


def test_two_recorded_runs_alone_are_compared(store: Store, drawn: Charts) -> None:
    one, two = make_recorded(store, "one"), make_recorded(store, "two")
    test = compare(page(), drawn, one.id, two.id)
    assert len(drawn) == 2
    assert "Experiments" not in words(test)


def test_a_name_from_outside_is_shown_as_it_stands(store: Store, drawn: Charts) -> None:
    evil = "<img src=x>![a](http://b)"
    run = make_recorded(store, evil, rows=[{evil: 1.0}], module=evil, classes=(evil,), notes=[evil])
    other = make_recorded(store, "other", rows=[{evil: 2.0}])
    test = page()
    click(test, f"runs_run_{run.id}")
    compare(test, drawn, run.id, other.id)
    titles = "".join(figure["layout"]["title"]["text"] for figure, _alt in drawn.values())
    names = "".join(trace["name"] for figure, _alt in drawn.values() for trace in figure["data"])
    assert "&lt;img" in titles
    assert "<img" not in html(test) + titles + names
    assert re.search(r"(?<!\\)(<img|!\[a\])", words(test)) is None
