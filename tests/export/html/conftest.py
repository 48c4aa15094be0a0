"""Exported pages in Chromium: opened from a file, offline, with every request counted."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import ARGUMENTS

PATIENCE = 60_000
"""Milliseconds until a test gives up on a page; machines may be busy."""


class Opened:
    """A page that was opened from a file. It lives in the thread of its Playwright."""

    def __init__(self, thread: Executor, page: Page, requests: list[str], errors: list[str]):
        self._thread, self.page = thread, page
        self.requests, self.errors = requests, errors

    def do(self, what: Callable[[Page], Any]) -> Any:
        """What a function makes of Playwright's page."""
        return self._thread.submit(what, self.page).result()

    def evaluate(self, function: str, argument: Any = None) -> Any:
        """What a JavaScript function makes of an argument; both are JSON."""
        return self.do(lambda page: page.evaluate(function, argument))

    def wait(self, condition: str) -> None:
        """Until an expression of JavaScript is true. The page's policy lets nothing wait in it."""
        ends = time.monotonic() + PATIENCE / 1000
        while not self.evaluate(f"() => Boolean({condition})"):
            assert time.monotonic() < ends, condition
            time.sleep(0.1)


Open = Callable[..., Opened]


@pytest.fixture(scope="session")
def _browser(chromium_path: str) -> Iterator[tuple[Executor, Browser]]:
    with ThreadPoolExecutor(1) as thread:
        playwright = thread.submit(sync_playwright().start).result()
        try:
            launch = playwright.chromium.launch
            started = thread.submit(
                launch, executable_path=chromium_path, args=ARGUMENTS, chromium_sandbox=False
            )
            yield thread, started.result()
        finally:
            thread.submit(playwright.stop).result()


@pytest.fixture
def open_page(_browser: tuple[Executor, Browser], tmp_path: Path) -> Iterator[Open]:
    """Writes a page to a file and opens that, offline: `open_page(content, dark=True)`."""
    thread, browser = _browser
    contexts = []

    def start(
        content: bytes,
        *,
        width: int = 1280,
        height: int = 720,
        dark: bool = False,
        still: bool = False,
    ) -> Opened:
        path = tmp_path / f"page{len(contexts)}.html"
        path.write_bytes(content)

        def begin() -> Opened:
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce" if still else "no-preference",
            )
            contexts.append(context)
            context.set_offline(True)
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            requests: list[str] = []
            errors: list[str] = []
            page.on("request", lambda request: requests.append(request.url))
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.on("dialog", lambda dialog: errors.append(dialog.message))
            page.on(
                "console",
                lambda said: errors.append(said.text) if said.type == "error" else None,
            )
            page.goto(path.as_uri())
            return Opened(thread, page, requests, errors)

        return thread.submit(begin).result()

    yield start
    for context in contexts:
        thread.submit(context.close).result()
