"""A recorded run asked for where the lab trains: a message that leads to Runs, never an error."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.errors import RecordedRunError
from nnlab.runs.store import Run, Store
from nnlab.ui.session.sweep_state import open_run
from tests.runs.recorded.made import make_recorded
from tests.ui.conftest import MakeRun
from tests.ui.runs.test_runs import messages

APP = Path(__file__).parents[4] / "app.py"
pytestmark = pytest.mark.usefixtures("quiet_server")


def opened(page: str, **query: str) -> AppTest:
    test = AppTest.from_file(str(APP), default_timeout=60).run()
    for name, value in query.items():
        test.query_params[name] = value
    test.switch_page(f"pages/{page}.py").run()
    assert not test.exception
    return test


@pytest.mark.parametrize("page", ["playground", "images", "sweep"])
def test_a_page_that_trains_says_what_it_is_and_where_to_look(store: Store, page: str) -> None:
    run = make_recorded(store)
    test = opened(page, run=run.id)
    assert f"open /runs?run={run.id}" in messages(test)


def test_the_chapter_on_attention_says_so_too(store: Store) -> None:
    run = make_recorded(store)
    test = opened("learn", chapter="attention", run=run.id)
    assert f"open /runs?run={run.id}" in messages(test)


def test_draw_says_that_it_cannot_read_a_drawing(store: Store) -> None:
    run = make_recorded(store)
    said = messages(opened("draw", run=run.id))
    assert f"open /runs?run={run.id}" in said or "cannot read a drawing" in said


def test_runs_opens_at_the_run_that_its_address_names_and_then_follows_the_person(
    make_run: MakeRun, store: Store
) -> None:
    run = make_recorded(store, "mine", created=1_770_000_000.0)
    newest = make_run("newest")
    test = opened("runs", run=run.id)
    assert test.subheader[0].value == "mine"
    test.button(key=f"runs_run_{newest.id}").click().run()
    assert test.subheader[0].value == "newest"


@pytest.mark.parametrize("name", ["20260101-000000-abcd", "../x", "<b>", "x" * 3000])
def test_an_address_that_names_no_run_is_told_and_the_list_is_there(
    make_run: MakeRun, name: str
) -> None:
    make_run("newest")
    test = opened("runs", run=name)
    assert "There is no run" in messages(test)
    assert test.subheader[0].value == "newest"


def test_home_lists_it_with_the_newest_and_its_name_leads_to_runs(
    make_run: MakeRun, store: Store
) -> None:
    make_run("lab")
    run = make_recorded(store, "mine")
    test = AppTest.from_file(str(APP), default_timeout=60).run()
    said = [caption.value for caption in test.caption]
    assert any(text.startswith("recorded · finished · step 30") for text in said)
    test.button(key=f"home_open_run_{run.id}").click().run()
    assert not test.exception
    assert test.subheader[0].value == "mine"


def test_no_laboratory_page_opens_it(store: Store) -> None:
    run: Run = make_recorded(store)
    with pytest.raises(RecordedRunError, match="open /runs"):
        open_run(run)
