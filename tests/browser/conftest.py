"""The app, and pages of it in Chromium. A test that ends with an error on a page has failed."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from nnlab.runs.record.control import ask
from tests.browser.lab import PATIENCE_SECONDS, Lab
from tests.browser.server import App, running_app

Open = Callable[..., Lab]
Start = Callable[..., App]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder drives a browser.

    It waits for what it claims, but the machine it runs on may stall for longer than any patience:
    so one that fails is run once more. Both outcomes are reported; twice is a failure.
    """
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="package")
def real_data(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the real MNIST and Fashion-MNIST where they are to be had."""
    home = tmp_path_factory.mktemp("browser-data")
    try:
        source = request.getfixturevalue("datasets_dir")
    except pytest.skip.Exception:
        return home
    shutil.copytree(source, home, copy_function=os.link, dirs_exist_ok=True)
    return home


@pytest.fixture(scope="package")
def app(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One server for the tests that need nothing special of it."""
    with running_app(tmp_path_factory.mktemp("app"), data_dir=real_data) as app:
        yield app


@pytest.fixture
def start_app(tmp_path: Path, real_data: Path) -> Iterator[Start]:
    """`start_app(max_runs=1)`: a server of the test's own."""
    with ExitStack() as servers:

        def start(**settings: Any) -> App:
            home = tmp_path / "app"
            return servers.enter_context(running_app(home, data_dir=real_data, **settings))

        yield start


@pytest.fixture
def open_page(browser: Browser, start_app: Start) -> Iterator[Open]:
    """`open_page(app, width=1440)`: a page as a new visitor has it, watched for errors.

    When the test ends, no page may show a traceback, no browser may have reported an error, and
    no server may have written a traceback meanwhile. Pages are closed before `start_app` ends
    their server.
    """
    visits: list[tuple[Lab, list[str]]] = []
    log_sizes: dict[Path, int] = {}

    def open_one(app: App, *, width: int = 1440, height: int = 1000, dark: bool = False) -> Lab:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
        )
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        page, errors = context.new_page(), []
        _listen(page, errors)
        log_sizes.setdefault(app.log, app.log.stat().st_size)
        visits.append((Lab(app, page), errors))
        return visits[-1][0]

    yield open_one
    troubles = [trouble for lab, errors in visits for trouble in (*errors, *lab.trouble())]
    for lab, _ in visits:
        lab.page.context.close()
        _stop_runs(lab.app)
    for log, size in log_sizes.items():
        written = log.read_bytes()[size:].decode(errors="replace")
        if "Traceback" in written:
            troubles.append(written)
    assert troubles == []


@pytest.fixture
def lab(app: App, open_page: Open) -> Lab:
    """A page of the shared server at 1440 pixels, nothing opened yet."""
    return open_page(app)


@pytest.fixture
def page(lab: Lab) -> Page:
    """Playwright's own page behind `lab`."""
    return lab.page


def _stop_runs(app: App) -> None:
    """Runs that a test left training would slow down those after it until nobody is missed."""
    for run in app.runs():
        events = run / "events.jsonl"
        last = events.read_bytes().rstrip().rpartition(b"\n")[2] if events.exists() else b""
        if b"fit_ended" not in last:
            ask(run, "stop")


def _listen(page: Page, errors: list[str]) -> None:
    def on_console(message: ConsoleMessage) -> None:
        url = message.location.get("url", "")
        # Streamlit looks for its own server below each page's address first; that is no fault.
        if message.type == "error" and not re.search(r"/[a-z]+/_stcore/", url):
            errors.append(f"console: {message.text} ({url})")

    page.on("console", on_console)
    page.on("pageerror", lambda error: errors.append(f"page error: {error}"))
