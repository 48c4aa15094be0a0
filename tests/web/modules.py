"""A page in Chromium that has the modules of nnlab/web, and nothing else."""

from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Playwright, Route

from tests.chromium import ARGUMENTS

TESTS = Path(__file__).parent
MODULES = TESTS.parents[1] / "nnlab" / "web"
ORIGIN = "http://nnlab.test"


class Modules:
    """A page that has imported them: `modules` has forward, safetensors, erf, activations, and the
    tests' own evaluate.

    It lives in a thread of its own, since a thread holds one Playwright at a time and that of the
    other browser tests may still be open.
    """

    def __init__(self, thread: Executor, page: Page) -> None:
        self._thread, self._page = thread, page

    def evaluate(self, function: str, argument: Any = None) -> Any:
        """What a JavaScript function makes of an argument; both are JSON."""
        return self._thread.submit(self._page.evaluate, function, argument).result()


def opened(playwright: Playwright, chromium_path: str) -> Page:
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
    return page


def answer(route: Route) -> None:
    """The empty page, or a module from one of two folders. No server listens."""
    folder, _, name = route.request.url.removeprefix(f"{ORIGIN}/").partition("/")
    home = {"web": MODULES, "tests": TESTS}.get(folder)
    if home is None:
        route.fulfill(body="<!doctype html>", content_type="text/html")
    else:
        route.fulfill(path=home / name, content_type="text/javascript")
