"""A real marimo in Chromium: a run moves while its cell trains, and is a recording afterwards."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

import pytest
from playwright.sync_api import Browser, Error

from tests.browser.server import free_port
from tests.notebook.cells import trains
from tests.notebook.stages import PATIENCE, stages, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.flaky(reruns=1)]

NOTEBOOK = """
import marimo

app = marimo.App()


@app.cell
def _():
{cell}
    return


if __name__ == "__main__":
    app.run()
"""


@pytest.fixture
def marimo(tmp_path: Path) -> Iterator[str]:
    """The address of a notebook as an app, whose cells run when it is opened."""
    path = tmp_path / "notebook.py"
    path.write_text(NOTEBOOK.format(cell=indent(trains(4), "    ")), encoding="utf-8")
    port = free_port()
    command = [sys.executable, "-m", "marimo", "run", "--headless", "--no-token"]
    command += ["--host", "127.0.0.1", "--port", str(port), str(path)]
    environment = os.environ | {
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "HOME": str(tmp_path),
        "MARIMO_SKIP_UPDATE_CHECK": "1",
    }
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=tmp_path)
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def test_a_run_moves_while_its_cell_trains_and_plays_afterwards(
    browser: Browser, marimo: str
) -> None:
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    page.set_default_timeout(1000 * PATIENCE)
    for _try in range(int(10 * PATIENCE)):
        try:
            page.goto(marimo)
            break
        except Error:  # it does not listen yet
            page.wait_for_timeout(100)
    first = wait_for(page, lambda now: now["frames"] > 2 and now["step"] > 0)
    later = wait_for(page, lambda now: now["step"] > first["step"] and now["moments"] > 8)
    assert later["frames"] > first["frames"]
    assert later["status"].startswith("running · epoch")
    assert not later["dark"]
    ended = wait_for(page, lambda now: now["status"].startswith("stopped"))
    stages(page)[0].evaluate("() => { window.isTheFirstPage = true; }")
    page.wait_for_timeout(2500)
    stages(page)[0].locator(".play").click()
    wait_for(page, lambda now: now["step"] < ended["step"])
    page.close()
