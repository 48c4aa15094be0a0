"""Every page, in each theme, with and without runs, and as the very first script of a server."""

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from nnlab.ui import services, shell
from tests.ui.conftest import MakeRun

REPOSITORY = Path(__file__).parents[2]
ALL = sorted(path.stem for path in (REPOSITORY / "pages").glob("*.py"))
PAGES = [name for name in ALL if name != "class"]
"""Without a class."""

pytestmark = pytest.mark.usefixtures("quiet_server")


def app() -> AppTest:
    return AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60)


def content(test: AppTest) -> list[str]:
    """The kinds of all elements that a page drew, its style left out."""
    return [element.type for element in test.main if element.type != "html"]


def test_the_pages_that_the_navigation_names_are_the_files() -> None:
    assert {"home", "playground", "images", "draw", "runs"} <= set(PAGES)
    assert sorted(name for name, _, _ in shell.PAGES) == ALL


@pytest.mark.parametrize("name", PAGES)
def test_a_page_renders_with_no_runs(name: str, theme: str) -> None:
    test = app().run().switch_page(f"pages/{name}.py").run()
    assert not test.exception
    assert not test.error
    assert content(test)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_renders_with_some_runs(name: str, theme: str, make_run: MakeRun) -> None:
    make_run("spiral", "spiral")
    make_run("digits", "digits-mlp", reason="stopped")
    make_run("cut short", "xor", reason=None)
    test = app().run().switch_page(f"pages/{name}.py").run()
    assert not test.exception
    assert not test.error
    assert content(test)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_may_be_the_first_script_of_a_cold_server(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before `st.navigation` has run once, Streamlit runs a file of pages/ without app.py."""
    made_up_for: list[object] = []
    navigation = shell._navigation

    def noted() -> object:
        made_up_for.append(navigation())
        return made_up_for[-1]

    monkeypatch.setattr(shell, "_has_navigation", False)
    monkeypatch.setattr(shell, "_navigation", noted)
    test = app().switch_page(f"pages/{name}.py").run()
    assert not test.exception
    assert made_up_for
    assert content(test)


def test_an_app_that_a_click_ended_before_its_navigation_is_made_up_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Otherwise every visitor sees the names of files at the side, until the next start."""
    monkeypatch.setattr(shell, "_has_navigation", False)
    with monkeypatch.context() as ended:
        ended.setattr(shell, "_set_frame", lambda: st.stop())
        app().run()
    assert not shell._has_navigation
    app().run()
    assert shell._has_navigation


def test_a_broken_setting_is_a_message_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "launcher", services.settings)  # it reads them first of all
    monkeypatch.setenv("NNLAB_MAX_RUNS", "many")
    test = app().run()
    assert not test.exception
    assert ["NNLAB_MAX_RUNS='many' is not valid" in error.value for error in test.error] == [True]
