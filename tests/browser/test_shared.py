"""A shared lab: each person has a share of the places, whatever tabs and reloads they come with."""

from tests.browser.conftest import Open, Start
from tests.browser.lab import Lab


def test_two_tabs_are_one_person_and_another_browser_is_another(
    start_app: Start, open_page: Open
) -> None:
    app = start_app(share=1, runs_each=1, max_runs=4)
    first = open_page(app).open("/playground")
    first.train()
    tab = Lab(app, first.page.context.new_page()).open("/playground")
    tab.click("train")
    tab.wait_for("the second tab's run to wait", lambda: "place 1" in tab.status().text)

    other = open_page(app).open("/playground")
    other.train()
    assert "place 1" in tab.status().text

    other.open("/runs")
    other.wait_for(
        "whose runs they are",
        lambda: {"you", "guest"} <= set(other.at("run_list").inner_text().split()),
    )
    first.page.reload()
    first.wait_for("the run in view after a reload", lambda: first.status().word == "running")
    first.click("stop")
    tab.wait_for("the second tab's run to begin", lambda: tab.status().word == "running")
