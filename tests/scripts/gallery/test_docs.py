"""The docs as HTML: no dead link, no HTML that somebody wrote."""

import re
from pathlib import Path

from scripts.gallery.docs import as_html, documents, slug

DOCS = Path(__file__).parents[3] / "docs"


def test_links_lead_to_pages_of_the_site_or_are_text() -> None:
    text = (
        "# A title\n\n[one](wire.md) [two](wire.md#frames) [out](https://example.org)"
        " [gone](../nnlab/errors.py) [here](#a-title) ![picture](playground.png)"
    )
    title, html = as_html(text, {"wire.md"})
    assert title == "A title"
    assert re.findall(r'href="([^"]+)"', html) == [
        "wire.html",
        "wire.html#frames",
        "https://example.org",
        "#a-title",
    ]
    assert "gone" in html
    assert "<img" not in html
    assert '<h1 id="a-title">' in html


def test_html_stays_text() -> None:
    _title, html = as_html("<img src=x onerror=alert(1)>\n\n[a](javascript:alert(1))", set())
    assert "<img" not in html
    assert "javascript:" not in html.partition("</p>")[0] or 'href="javascript' not in html


def test_a_heading_is_named_as_github_names_it() -> None:
    assert slug("What a frame is: `head`, weights") == "what-a-frame-is-head-weights"


def test_every_page_of_the_docs_becomes_one() -> None:
    texts = documents(DOCS)
    assert {"lessons.md", "wire.md"} <= set(texts)
    for name, text in texts.items():
        _title, html = as_html(text, set(texts))
        for target in re.findall(r'href="([^":#]+)', html):
            assert (DOCS / Path(target).with_suffix(".md")).is_file(), (name, target)
