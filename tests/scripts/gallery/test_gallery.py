"""The gallery, built quickly, from a plain file server under a sub-path and from files."""

import functools
import http.server
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from scripts.gallery.wanted import QUICK, wanted
from tests.chromium import ARGUMENTS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
REPOSITORY = Path(__file__).parents[3]


def build(folder: Path, *more: str) -> str:
    environment = {name: v for name, v in os.environ.items() if not name.startswith("NNLAB_")}
    return subprocess.run(
        [sys.executable, "-m", "scripts.gallery", "--folder", str(folder), "--quick", *more],
        cwd=REPOSITORY,
        env=environment | {"NNLAB_DATA_DIR": str(folder / "absent")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("host") / "sub" / "gallery"
    build(folder, "--seconds", "2")
    return folder


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name for it
        pass


@pytest.fixture
def served(site: Path) -> Iterator[str]:
    handler = functools.partial(Quiet, directory=str(site.parents[1]))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/sub/gallery/"
        server.shutdown()
        thread.join()


def test_it_lists_every_recipe_and_leads_only_to_what_is_there(site: Path) -> None:
    text = (site / "index.html").read_text("utf-8")
    for one in wanted():
        assert (f"recipes/{one.id}.html" in text) != (f"<code>{one.id}</code>" in text), one.id
    for page in (site / "index.html", *(site / "docs").glob("*.html")):
        for target in re.findall(r'(?:href|src)="([^"#]+)"', page.read_text("utf-8")):
            if not re.match(r"[a-z]+:", target):
                assert not target.startswith("/")
                assert (page.parent / target).is_file(), (page, target)


def test_it_is_not_trained_again(site: Path) -> None:
    runs = site.with_name("gallery-runs")
    before = sorted(path.name for path in runs.glob("[!.]*"))
    assert len(before) == len(QUICK)
    build(site, "--seconds", "2")
    assert sorted(path.name for path in runs.glob("[!.]*")) == before


def test_every_page_draws_itself_and_asks_for_nothing_beyond_the_site(
    site: Path, served: str, chromium_path: str
) -> None:
    with ThreadPoolExecutor(1) as thread:  # a thread holds one Playwright at a time
        thread.submit(_walk, (served, f"{site.as_uri()}/"), chromium_path).result()


def _walk(starts: tuple[str, ...], chromium_path: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=ARGUMENTS, chromium_sandbox=False
        )
        for start in starts:
            context = browser.new_context()
            context.set_default_timeout(60_000)
            page = context.new_page()
            asked: list[str] = []
            troubles: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.on("pageerror", lambda error, found=troubles: found.append(str(error)))
            page.goto(f"{start}index.html")
            assert page.locator(".card img").count() == len(QUICK)
            loaded = page.evaluate(
                "() => [...document.images].every((i) => i.complete && i.naturalWidth > 0)"
            )
            assert loaded
            for recipe in QUICK:
                page.goto(f"{start}index.html")
                page.click(f'a[href="recipes/{recipe}.html"]')
                page.wait_for_selector("#about")
                assert page.evaluate("() => typeof window.nnlab.outputs") == "function"
            page.goto(f"{start}docs/wire.html")
            assert page.locator("h1").count() >= 1
            away = [
                url
                for url in asked
                if not url.startswith((start, "data:", "blob:")) and not url.endswith("favicon.ico")
            ]
            assert away == []
            assert troubles == []
            context.close()
        browser.close()
