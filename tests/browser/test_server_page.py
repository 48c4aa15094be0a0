"""The page Server in Chromium: nothing stands out at the side, and it follows what happens."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open, Start
from tests.browser.server import running_app

WIDTHS = (390, 1280, 1440)


def beyond_the_window(page: Page) -> list[str]:
    """The cards and tables of the page that are wider than the window."""
    return page.evaluate(
        "() => [...document.querySelectorAll('.nnlab-machine, .nnlab-server-table, h1')]"
        ".filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5)"
        ".map((one) => one.className)"
    )


@pytest.mark.parametrize("name", ["up", "full", "down", "many"])
def test_all_of_it_is_within_the_window(name: str, tmp_path: Path, open_page: Open) -> None:
    program = ("tests.browser.server_as", name)
    with running_app(tmp_path / "app", program=program) as app:
        for width in WIDTHS:
            lab = open_page(app, width=width, height=720).open("/server")
            lab.page.locator(".nnlab-server-sum").first.wait_for()
            assert beyond_the_window(lab.page) == []
            lab.page.goto("about:blank")


def test_a_run_that_trains_is_on_the_card_of_this_machine(
    start_app: Start, open_page: Open
) -> None:
    app = start_app()
    lab = open_page(app).open("/playground")
    lab.train()
    (run,) = app.runs()
    page = lab.open("/server").page
    link = page.locator(f".nnlab-machine a[href='/runs?run={run.name}']")
    link.wait_for()
    assert "running" in page.locator(".nnlab-machine li").inner_text()
    link.click()
    page.wait_for_url(f"**/runs?run={run.name}*")
