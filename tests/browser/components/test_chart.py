"""A chart's frames only name what stays: whatever became of it in the browser, it draws on."""

from nnlab.ui.components.chart_payload import TIMES
from tests.browser.experiments import address, spiral
from tests.browser.lab import Lab

POINTS = "() => document.querySelectorAll('.st-key-boundary_chart .scatterlayer .point').length"
FORGET = """async () => {
    const loaded = performance.getEntriesByType("resource").map(({ name }) => name);
    const chart = await import(loaded.find((name) => name.endsWith("/components/chart.js")));
    chart.held.clear(); // the module that draws this page's charts
    document.querySelectorAll('.nnlab-chart').forEach((plot) => window.Plotly.purge(plot));
}"""


def test_a_page_that_lost_what_it_was_sent_once_asks_for_it_and_draws_all_points_again(
    lab: Lab,
) -> None:
    lab.open(address(spiral()))
    points = lab.wait_for("the points", lambda: lab.page.evaluate(POINTS))
    lab.click("playground_look")
    switch = lab.page.get_by_text("Discretize", exact=True)
    for _ in range(TIMES + 3):  # each has the page send the chart again, in the end by names
        switch.click()
        lab.page.wait_for_timeout(500)
    lab.page.evaluate(FORGET)
    lab.wait_equal("points", lambda: lab.page.evaluate(POINTS), 0)
    switch.click()
    lab.wait_equal("points", lambda: lab.page.evaluate(POINTS), points)
