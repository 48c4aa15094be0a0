"""Runs, links and files that somebody made by hand: no page shows their marks, or a folder."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.store import EXPERIMENT, META
from tests.ui.conftest import MakeRun

REPOSITORY = Path(__file__).parents[2]
PAGES = ("home", "playground", "images", "draw", "runs")
PICTURE = "![x](http://stranger.example/y.png)"

pytestmark = pytest.mark.usefixtures("quiet_server")


@pytest.fixture
def folder(make_run: MakeRun, runs_dir: Path) -> Path:
    """What holds both directories, with runs that cannot be read, and a hostile one."""
    hostile = make_run("hostile", "spiral", reason="failed")
    hostile.change_meta(
        name=PICTURE, tags=(PICTURE,), owner=PICTURE, parent=PICTURE, recipe=PICTURE
    )
    lines = (hostile.path / EVENTS_FILE).read_text().splitlines()
    told = f"{PICTURE} in {runs_dir.resolve()}/a.py and /usr/lib/b/c.so"
    lines[-1] = json.dumps(json.loads(lines[-1]) | {"error": told})
    (hostile.path / EVENTS_FILE).write_text("\n".join(lines) + "\n")
    no_json = make_run("no json")
    (no_json.path / META).write_text(PICTURE)
    no_experiment = make_run("no experiment")
    (no_experiment.path / EXPERIMENT).write_text('{"data": {"kind": "' + PICTURE + '"}}')
    a_folder = make_run("a folder in place of a file")
    (a_folder.path / META).unlink()
    (a_folder.path / META).mkdir()
    nothing = make_run("nothing left")
    (nothing.path / META).unlink()
    return runs_dir.resolve().parent


def open_page(name: str, **address: str) -> AppTest:
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60)
    for key, value in address.items():
        test.query_params[key] = value
    test.run().switch_page(f"pages/{name}.py")
    for key, value in address.items():
        test.query_params[key] = value
    return test.run()


def everything(test: AppTest) -> str:
    """All texts of a page, whatever their elements are."""
    return "\n".join(str(element.proto) for element in elements(test))


def elements(test: AppTest) -> list[Any]:
    return [element for element in test.main if hasattr(element, "proto")]


ADDRESSES = [
    *((name, {}) for name in PAGES),
    *((name, {"run": PICTURE}) for name in ("playground", "images", "draw")),
    *((name, {"x": PICTURE}) for name in ("playground", "images")),
    ("playground", {"hide": PICTURE, "look": PICTURE}),
    ("playground", {"x": PICTURE, "expect": PICTURE, "made": PICTURE}),
]


@pytest.mark.parametrize(("name", "address"), ADDRESSES, ids=lambda value: str(value)[:40])
def test_no_page_names_a_folder_of_the_server_or_shows_a_strangers_picture(
    name: str, address: dict[str, str], folder: Path
) -> None:
    test = open_page(name, **address)
    assert not test.exception
    shown = everything(test)
    assert len(shown) > 100
    assert str(folder) not in shown
    assert "/usr/lib/b/" not in shown
    assert_no_picture(test)


def test_the_details_of_the_hostile_run_show_its_texts_as_they_stand(folder: Path) -> None:
    test = open_page("runs")
    (button,) = [one for one in test.button if one.label.startswith("!") and "run_" in str(one.key)]
    test = button.click().run()
    assert not test.exception
    failed = next(one.value for one in test.error if "The run failed" in one.value)
    assert failed.endswith(r"y.png) in runs/a.py and …/c.so")
    assert str(folder) not in everything(test)
    assert_no_picture(test)


def assert_no_picture(test: AppTest) -> None:
    for element in elements(test):
        if element.type in {"arrow_data_frame", "code", "html", "text_input", "multiselect"}:
            continue  # what they show is text, or escaped for HTML
        for text in (getattr(element, name, None) for name in ("value", "label", "help")):
            if isinstance(text, str):
                assert not re.search(r"(?<!\\)\[x|http://", text), (element.type, text)
    for one in test.get("html"):
        assert "<img src=http" not in str(one)
