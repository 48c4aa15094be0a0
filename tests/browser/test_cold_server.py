"""A cold server, and the very first thing that anybody asks of it."""

import pytest

from tests.browser.conftest import Open, Start

PAGES = ("/", "/playground", "/images", "/draw", "/runs")
WATCH_SIDE = """new MutationObserver(() => {
    if (document.querySelector("[data-testid='stSidebarNavLink']")) window.sawSide = true;
}).observe(document, { childList: true, subtree: true });"""
"""Streamlit's own list of the files of pages/, at the side, until app.py has run."""


@pytest.mark.parametrize("path", PAGES)
def test_every_page_may_be_the_first_address_of_a_cold_server(
    path: str, start_app: Start, open_page: Open
) -> None:
    app = start_app()
    lab = open_page(app)
    lab.page.add_init_script(WATCH_SIDE)
    lab.open(path)
    links = lab.page.get_by_test_id("stTopNavLink")
    lab.wait_for("the navigation", lambda: links.count() >= len(PAGES))
    lab.wait_for("the page's own content", lambda: len(lab.text().split()) > 3)
    lab.page.wait_for_timeout(300)  # the modal comes after the navigation
    assert lab.page.get_by_text("Page not found").count() == 0
    assert lab.page.locator("[role=dialog]").count() == 0
    assert lab.page.url.removeprefix(app.url).split("?")[0] == path
    assert not lab.page.evaluate("window.sawSide"), "file names stood at the side for a while"
    assert "warn" not in app.log.read_text("utf-8").lower()
