"""The page of runs: what it lists, and what one can do with a run."""

from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from nnlab.config import Linear, from_link
from nnlab.runs import store as store_module
from nnlab.runs.disk import in_words
from nnlab.runs.record import lock
from nnlab.runs.store import Run, Store
from nnlab.scene.words import layer_lines
from nnlab.ui.runs.list import ROWS
from nnlab.ui.words import duration, plain
from tests.ui.conftest import MakeRun, html
from tests.ui.links import links

APP = Path(__file__).parents[3] / "app.py"

pytestmark = pytest.mark.usefixtures("quiet_server")


def page() -> AppTest:
    test = AppTest.from_file(str(APP), default_timeout=60).run()
    test.switch_page("pages/runs.py").run()
    assert not test.exception
    return test


def names(test: AppTest) -> list[str]:
    """The names in the list, from the top."""
    return [button.label for button in test.button if (button.key or "").startswith("runs_run_2")]


def messages(test: AppTest) -> str:
    return "".join(element.value for element in [*test.info, *test.warning, *test.error])


def click(test: AppTest, key: str) -> AppTest:
    test.button(key=key).click().run()
    assert not test.exception
    return test


def heading(test: AppTest) -> str:
    return test.subheader[0].value


def test_without_runs_a_button_leads_to_the_playground() -> None:
    test = page()
    assert "No runs yet" in test.markdown[0].value
    click(test, "runs_to_playground")
    assert test.button(key="train")


def test_the_newest_run_comes_first_and_is_shown(make_run: MakeRun) -> None:
    for name in ("first", "second", "third"):
        make_run(name)
    test = page()
    assert names(test) == ["third", "second", "first"]
    assert heading(test) == "third"


def test_a_row_says_status_step_and_figures(make_run: MakeRun) -> None:
    make_run("one", reason="stopped")
    text = html(page())
    for fact in ("stopped", "epoch 1", "25", "0.2 s", "0.1235", "95.0%", "0.2123", "90.0%"):
        assert f">{fact}<" in text


def test_a_clicked_run_is_shown_with_all_digits_its_layers_and_its_link(make_run: MakeRun) -> None:
    shown, _ = make_run("shown", "xor"), make_run("newer")
    test = click(page(), f"runs_run_{shown.id}")
    assert heading(test) == "shown"
    text = html(test)
    first = shown.experiment.model.layers[0]
    assert isinstance(first, Linear)
    for fact in (
        "0.1234567890123456",
        "0.2123456789012345",
        f"Linear(2, {first.out_features})",
        "Tanh()",
    ):
        assert fact in text
    assert "training.optimizer.lr = 0.01" in text
    assert "step 12" in text
    (link,) = links(test)
    assert "playground?x=" in link
    assert from_link(link.partition("?x=")[2]) == shown.experiment
    assert test.code[0].value == shown.experiment.to_json(indent=2)


def test_the_status_reads_as_in_the_lab(make_run: MakeRun) -> None:
    make_run("one", reason="stopped")
    assert "stopped · epoch 1 · step 25" in [element.value for element in page().markdown]


def test_an_interrupted_run_says_so(make_run: MakeRun) -> None:
    make_run("cut short", reason=None)
    assert "Interrupted" in messages(page())


def test_search_and_filters_leave_what_was_asked_for(make_run: MakeRun) -> None:
    make_run("a spiral", "spiral")
    make_run("a cross", "xor", reason="stopped")
    make_run("my digits", "digits-cnn")
    test = page()
    test.text_input(key="runs_search").set_value("SPI al").run()
    assert names(test) == ["a spiral"]
    test.selectbox(key="runs_data_filter").set_value("spiral").run()
    assert names(test) == ["a spiral"]
    test.selectbox(key="runs_status_filter").set_value("stopped").run()
    assert names(test) == []
    click(test, "runs_show_all")
    assert names(test) == ["my digits", "a cross", "a spiral"]


def test_the_list_can_be_ordered_by_validation_loss(make_run: MakeRun) -> None:
    make_run("middle", val_loss=0.5)
    make_run("best", val_loss=0.1)
    make_run("not a number", val_loss=float("nan"))
    make_run("worst", val_loss=0.9)
    test = page()
    test.selectbox(key="runs_order").set_value("lowest loss").run()
    assert names(test) == ["best", "middle", "worst", "not a number"]


def test_a_long_list_has_pages(make_run: MakeRun) -> None:
    for number in range(ROWS + 2):
        make_run(f"run {number}")
    test = page()
    assert len(names(test)) == ROWS
    pages: Any = test.get("pagination")[0]
    pages.set_value(2).run()
    assert names(test) == ["run 1", "run 0"]
    test.text_input(key="runs_search").set_value("run 1").run()  # fewer pages than the one shown
    assert not test.exception
    assert names(test) == ["run 11", "run 10", "run 1"]


def test_open_shows_the_run_in_its_laboratory(make_run: MakeRun) -> None:
    run = make_run("one", "xor")
    test = click(page(), "runs_open")
    assert test.session_state["lab_playground"].run_id == run.id
    assert test.session_state["lab_playground"].draft == run.experiment
    assert test.button(key="reset")


def test_rename_writes_the_new_name(make_run: MakeRun) -> None:
    run = make_run("old")
    test = click(page(), "runs_rename")
    test.text_input(key="runs_new_name").set_value("  new   name ")
    click(test, "runs_save_name")
    assert run.meta.name == "new name"
    assert heading(test) == "new name"


def test_an_empty_name_is_refused_in_words(make_run: MakeRun) -> None:
    run = make_run("old")
    test = click(page(), "runs_rename")
    test.text_input(key="runs_new_name").set_value("   ")
    click(test, "runs_save_name")
    assert "1 to 80 characters, got 0" in messages(test)
    assert run.meta.name == "old"
    assert test.text_input(key="runs_new_name")


def test_delete_asks_first_and_names_the_run_and_what_goes(make_run: MakeRun) -> None:
    run = make_run("precious")
    test = click(page(), "runs_delete")
    question = next(m.value for m in test.markdown if m.value.startswith("Delete"))
    assert "**precious**" in question
    assert "0 checkpoints" in question
    click(test, "runs_keep_run")
    assert run.path.is_dir()
    click(click(test, "runs_delete"), "runs_confirm_delete")
    assert not run.path.exists()
    assert "“precious” was deleted" in messages(test)


def test_deleting_a_run_that_trains_stops_it_first(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(store_module, "STOP_SECONDS", 0.0)
    monkeypatch.setattr(store_module, "ask", lambda path, do: asked.append((path.name, do)))
    run = make_run("busy", reason=None)
    test = page()
    with lock.hold(run.path):
        test = page()
        click(click(test, "runs_delete"), "runs_confirm_delete")
    assert asked == [(run.id, "stop")]
    assert not run.path.exists()


@pytest.mark.parametrize("keys", [["open"], ["rename"], ["delete"], ["delete", "confirm_delete"]])
def test_a_run_deleted_in_another_tab_gives_a_message_and_nothing_else(
    keys: list[str], make_run: MakeRun, store: Store
) -> None:
    make_run("stays")
    run = make_run("goes")
    test = page()
    for key in keys[:-1]:
        click(test, f"runs_{key}")
    store.delete(run.id)
    click(test, f"runs_{keys[-1]}")
    assert "deleted" in messages(test)
    assert names(test) == ["stays"]


def test_damaged_runs_stand_apart_with_the_reason_and_can_be_deleted(make_run: MakeRun) -> None:
    make_run("whole")
    broken, headless = make_run("broken"), make_run("headless")
    (broken.path / "meta.json").write_text("{")
    (headless.path / "experiment.json").unlink()
    test = page()
    assert names(test) == ["whole"]
    assert "meta.json cannot be read" in messages(test).replace("\\", "")
    assert "has no experiment.json" in messages(test).replace("\\", "")
    for run in (broken, headless):
        click(click(test, f"runs_delete_damaged_{run.id}"), "runs_confirm_delete")
        assert not run.path.exists()


def test_an_experiment_whose_network_does_not_fit_is_still_shown(make_run: MakeRun) -> None:
    misfit = make_run("x").experiment.with_set(
        "model.layers.0", {"kind": "conv2d", "out_channels": 3}
    )
    run = make_run("misfit", misfit, reason="failed")
    assert layer_lines(run.experiment.model, run.experiment.data)[0] == ("conv2d", "–", "–")
    assert heading(page()) == "misfit"


def test_the_list_is_drawn_again_only_while_a_run_is_alive_and_looks_for_new_ones_at_rest(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    paces: list[float | None] = []
    fragment: Any = st.fragment

    def noted(*args: Any, run_every: float | None = None, **kwargs: Any) -> Any:
        paces.append(run_every)
        return fragment(*args, **kwargs)

    monkeypatch.setattr(st, "fragment", noted)
    run = make_run("one", reason=None)
    with lock.hold(run.path):
        page()
        assert paces[-2:] == [2.0, None]
    page()
    assert paces[-2:] == [None, 5.0]


def test_a_list_reads_again_only_the_runs_that_changed(
    make_run: MakeRun, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    summarise = store_module.summarise

    def counted(run: Run, *args: Any) -> Any:
        read.append(run.meta.name)
        return summarise(run, *args)

    monkeypatch.setattr(store_module, "summarise", counted)
    run = make_run("a")
    make_run("b")
    store.summaries()
    assert sorted(read) == ["a", "b"]
    read.clear()
    assert [summary.meta.name for summary in store.summaries()] == ["b", "a"]
    assert read == []
    store.rename(run.id, "c")
    assert [summary.meta.name for summary in store.summaries()] == ["b", "c"]
    assert read == ["c"]


@pytest.mark.parametrize(
    ("name", "escaped"),
    [
        ("8-8 tanh · adam 0.03", "8-8 tanh · adam 0.03"),
        ("*best* [run](x)", r"\*best\* \[run\](x)"),
        (":red[x] $y$", ":\u2060red\\[x\\] \\$y\\$"),
        ("- one", r"\- one"),
        ("1. one", r"1\. one"),
    ],
)
def test_a_name_is_shown_as_it_stands(name: str, escaped: str) -> None:
    assert plain(name) == escaped


def test_sizes_and_times_read_well() -> None:
    assert [in_words(n) for n in (812, 14_200, 3_100_000)] == ["812 B", "14.2 kB", "3.1 MB"]
    assert [duration(s) for s in (4.21, 200, 7500)] == ["4.2 s", "3 min 20 s", "2 h 05 min"]
