"""What the tests of nnlab/web share: its modules in Chromium."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.web.modules import Modules, opened


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def page(chromium_path: str) -> Iterator[Modules]:
    """One for all tests of this folder."""
    with ThreadPoolExecutor(1) as thread:
        playwright = thread.submit(sync_playwright().start).result()
        try:
            yield Modules(thread, thread.submit(opened, playwright, chromium_path).result())
        finally:
            thread.submit(playwright.stop).result()
