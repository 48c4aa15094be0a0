"""From chapter to chapter: the address, the history and the top of the page go with it."""

from tests.browser.conftest import Open
from tests.browser.lab import Lab
from tests.browser.server import App

TOP = "() => document.querySelector('.stMain').scrollTop"
OUTLINE = "link => getComputedStyle(link).outlineStyle"


def shows(lab: Lab, title: str, chapter: str) -> None:
    """Wait until the page shows a chapter, and its address names it."""
    heading = lab.page.get_by_role("heading", level=1)
    lab.wait_equal("the title", heading.all_inner_texts, [title])
    words = f"?chapter={chapter}" if chapter else ""
    lab.wait_equal("the address", lambda: lab.page.url, f"{lab.app.url}/learn{words}")


def test_a_link_to_a_chapter_is_in_the_address_and_begins_at_the_top(
    app: App, open_page: Open
) -> None:
    first, second = "4 · Softmax and cross-entropy", "5 · Batches"
    lab = open_page(app, width=1280, height=720).open("/learn?chapter=softmax")
    shows(lab, first, "softmax")
    onward = lab.page.get_by_role("link", name="Batches →")
    onward.focus()
    assert onward.evaluate(OUTLINE) == "solid", "the keyboard's place is seen"
    onward.press("Enter")
    shows(lab, second, "batches")
    lab.wait_equal("the top", lambda: lab.page.evaluate(TOP), 0)
    lab.page.reload()
    shows(lab, second, "batches")
    lab.page.go_back()
    shows(lab, first, "softmax")
    lab.page.go_forward()
    shows(lab, second, "batches")
    lab.page.get_by_role("link", name="All chapters").click()
    shows(lab, "Learn", "")
    lab.page.go_back()
    shows(lab, second, "batches")
