"""What a notebook's file keeps: HTML that plays without a kernel, and plain text always."""

import re
from html import unescape

from nnlab.notebook import mimebundle_of
from nnlab.notebook.bundle import live_bundle
from nnlab.notebook.widget import widget_of
from nnlab.runs.store import Store
from tests.notebook.conftest import MakeRun, small
from tests.notebook.pages import data_of

VIEW = "application/vnd.jupyter.widget-view+json"
NASTY = '"></iframe><script>alert(1)</script>'


def test_a_run_that_has_ended_is_html_alone_so_that_no_front_end_waits_for_a_widget(
    trained: MakeRun,
) -> None:
    bundle = mimebundle_of(trained(), include=None, exclude=None)
    assert bundle.keys() == {"text/html", "text/plain"}
    assert bundle["text/plain"].startswith("shown (")
    assert bundle["text/plain"].endswith("finished")


def test_the_html_is_a_whole_page_in_a_frame_that_may_run_its_script_and_nothing_else(
    trained: MakeRun,
) -> None:
    html = mimebundle_of(trained())["text/html"]
    found = re.fullmatch(
        r'<iframe sandbox="allow-scripts" title="shown" style="[^"]*" srcdoc="([^"]*)"></iframe>'
        r"<p>[^<]*trust this notebook[^<]*</p><script>[^<]*(?:<(?!/script)[^<]*)*</script>",
        html,
    )
    assert found is not None
    page = unescape(found[1])
    assert page.startswith("<!doctype html>")
    assert "default-src 'none'" in page
    assert data_of(page)["moments"]["steps"][-1] == 60


def test_a_name_stays_a_name_in_all_of_it(trained: MakeRun) -> None:
    html = mimebundle_of(trained(name=NASTY))["text/html"]
    assert "<script>alert" not in html
    assert html.count("<script>") == 1
    assert html.count("</iframe>") == 1


def test_a_run_that_goes_on_is_a_widget_and_words_for_who_has_no_kernel(store: Store) -> None:
    widget = widget_of(store.create(small(), name="it"))
    bundle = live_bundle(widget)
    widget.close()
    assert bundle.keys() == {VIEW, "text/html", "text/plain"}
    assert "run the cell" in bundle["text/html"]
    assert bundle["text/plain"].startswith("it (")
