"""A page in Chromium that has the modules of nnlab/web, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, sync_playwright

from tests.chromium import ARGUMENTS

TESTS = Path(__file__).parent
MODULES = TESTS.parents[1] / "nnlab" / "web"
ORIGIN = "http://nnlab.test"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder drives a browser."""
    for item in items:
        if TESTS in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def page(chromium_path: str) -> Iterator[Page]:
    """Its `modules` has forward, safetensors, erf, activations and the tests' own evaluate."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=ARGUMENTS, chromium_sandbox=False
        )
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.route(f"{ORIGIN}/**", answer)
        page.goto(f"{ORIGIN}/")
        page.evaluate(
            """async () => {
              window.modules = {
                forward: await import("/web/forward.js"),
                safetensors: await import("/web/safetensors.js"),
                erf: await import("/web/layers_erf.js"),
                activations: await import("/web/layers_activations.js"),
                evaluate: await import("/tests/evaluate.js"),
              };
            }"""
        )
        yield page
        browser.close()


def answer(route: Route) -> None:
    """The empty page, or a module from one of two folders. No server listens."""
    folder, _, name = route.request.url.removeprefix(f"{ORIGIN}/").partition("/")
    home = {"web": MODULES, "tests": TESTS}.get(folder)
    if home is None:
        route.fulfill(body="<!doctype html>", content_type="text/html")
    else:
        route.fulfill(path=home / name, content_type="text/javascript")
