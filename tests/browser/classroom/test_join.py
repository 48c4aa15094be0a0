"""A class in real browsers: how students and the lecturer come in, and stay in."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Open
from tests.browser.lab import PATIENCE_SECONDS, Lab
from tests.browser.server import App, running_app

CLASS: dict[str, Any] = {"class": 1, "public_url": "http://lab.example:8501"}


@pytest.fixture
def visit(browser: Browser) -> Iterator[Any]:
    """`visit(app)`: a page of a new browser. That a page is refused is no fault of it."""
    with ExitStack() as contexts:

        def one(app: App, **size: int) -> Lab:
            context = contexts.enter_context(opened(browser, size))
            return Lab(app, context.new_page())

        yield one


@contextmanager
def opened(browser: Browser, size: dict[str, int]) -> Iterator[Any]:
    width, height = size.get("width", 1280), size.get("height", 720)
    context = browser.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    yield context
    context.close()


def kept(runs_dir: Path) -> dict[str, str]:
    return json.loads((runs_dir / ".class" / "class.json").read_text())


def fill(page: Page, code: str, name: str) -> None:
    page.get_by_label("Code of the class").fill(code)
    page.get_by_label("Nickname").fill(name)
    page.get_by_role("button").click()


def test_a_class_is_entered_by_its_code_and_led_with_its_key(tmp_path: Path, visit: Any) -> None:
    home = tmp_path / "class"
    with running_app(home, **CLASS) as app:
        said = kept(app.runs_dir)
        assert f"/lecture?key={said['key']}" in app.log.read_text()
        student = visit(app, width=390, height=844)
        page: Page = student.page
        page.goto(f"{app.url}/playground")
        assert page.url == f"{app.url}/join"
        fill(page, "AAAAAA", "Anna <b>")
        student.wait_for("why not", lambda: "not the code" in page.inner_text("[role=alert]"))
        assert page.get_by_label("Nickname").input_value() == "Anna <b>"
        fill(page, said["code"].lower(), "Anna <b>")
        page.wait_for_url(f"{app.url}/")
        student.open("/playground").at("train").wait_for()
        page.reload()
        student.at("train").wait_for()

        lecturer = visit(app)
        lecturer.page.goto(f"{app.url}/lecture?key={said['key']}")
        assert lecturer.page.url == f"{app.url}/class"
        lecturer.page.get_by_text("Members", exact=True).click()
        lecturer.wait_text("Anna <b>")
        lecturer.page.get_by_text("Join", exact=True).click()
        lecturer.wait_text("lab.example:8501/join")
        box = lecturer.page.locator(".nnlab-code").bounding_box()
        assert box is not None
        assert box["height"] > 80  # of 720: a tenth can be read from the back row

    port = int(app.url.rpartition(":")[2])
    with running_app(home, port=port, **CLASS) as app:
        for one, address in ((student, "/playground"), (lecturer, "/class")):
            one.page.goto(f"{app.url}{address}")
            assert one.page.url == f"{app.url}{address}"
        student.at("train").wait_for()
        lecturer.page.get_by_text("Members", exact=True).click()
        lecturer.at("class_members").wait_for()
        lecturer.page.get_by_role("combobox").click()
        lecturer.page.get_by_role("option", name="Anna <b>").click()
        lecturer.page.get_by_text("Take out …").click()
        lecturer.page.get_by_role("button", name="Take out", exact=True).click()
        lecturer.wait_text("Anna <b> is out.")
        page.wait_for_url(f"{app.url}/join")  # the open page goes there by itself


def test_a_server_without_a_class_shows_no_trace_of_one(app: App, open_page: Open) -> None:
    lab = open_page(app).open("/playground")
    lab.at("train").wait_for()
    lab.page.get_by_role("link", name="Runs").first.wait_for()
    links = lab.page.get_by_role("link").all_inner_texts()
    assert any("Runs" in link for link in links)
    assert not any("Class" in link for link in links)
    assert "lecturer" not in lab.page.content().lower()
    answer = lab.page.request.get(f"{app.url}/join")
    assert (answer.status, answer.text()) == (404, "There is no class here.")
    assert not (app.runs_dir / ".class").exists()
