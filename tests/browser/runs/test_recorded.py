"""A loop of somebody's own is recorded by another program, and the page Runs moves with it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from nnlab.runs.store import Store
from tests.browser.conftest import Open
from tests.browser.lab import PATIENCE_SECONDS, Lab
from tests.browser.server import REPOSITORY, App

LOOP = Path(__file__).with_name("loop_of_ones_own.py")
SLOW = 1000 * PATIENCE_SECONDS


@contextmanager
def looping(runs: Path, end: Path) -> Iterator[None]:
    """The program runs, until the file `end` is made or the block is left."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    process = subprocess.Popen(
        [sys.executable, str(LOOP), str(runs), str(end)], cwd=REPOSITORY, env=environment
    )
    try:
        yield
    finally:
        end.touch()
        try:
            assert process.wait(PATIENCE_SECONDS) == 0
        finally:
            process.kill()


def drawn_points(lab: Lab) -> int:
    """How many points the first curve has."""
    path = lab.at("runs_metric_0").locator(".scatterlayer path.js-line")
    return (path.get_attribute("d", timeout=SLOW) or "").count("L") if path.count() else 0


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_a_recorded_loop_appears_by_itself_moves_and_is_finished(
    app: App, open_page: Open, tmp_path: Path, width: int, dark: bool
) -> None:
    lab = open_page(app, width=width, dark=dark).open("/runs")
    lab.page.wait_for_selector(".st-key-run_list", timeout=SLOW)
    end = tmp_path / "end"
    store = Store(app.runs_dir)
    with looping(app.runs_dir, end):
        row = lab.page.get_by_role("button", name="my own loop", exact=True)
        expect(row).to_be_visible(timeout=SLOW)
        row.click()
        lab.wait_status("running")
        first = lab.status().text
        lab.wait_for("a curve", lambda: drawn_points(lab) > 2)
        before = drawn_points(lab)
        lab.wait_for("a longer curve", lambda: drawn_points(lab) > before)
        assert lab.status().text != first
        title = lab.at("runs_metric_1").locator(".gtitle")
        expect(title).to_have_text("my score", timeout=SLOW)
        lab.wait_text("cannot resume or branch it")
    lab.wait_status("finished")
    (found,) = store.recorded()
    store.delete(found.run.id)
    # Nothing of the page is wider than the screen.
    wide = lab.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
