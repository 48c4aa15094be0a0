"""Chromium for a benchmark, as the tests start it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.chromium import ARGUMENTS, MISSING, find_chromium


@contextmanager
def chromium() -> Iterator[Browser]:
    """Without a window. Where there is none, the benchmark says so and ends."""
    path = find_chromium()
    if path is None:
        print(MISSING)
        sys.exit(0)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=ARGUMENTS, chromium_sandbox=False
        )
        yield browser
        browser.close()
