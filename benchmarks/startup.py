"""From a click on Train to the first visible progress, and from `streamlit run` to a usable page.

The click is timed inside the page: from the click event to the first painted status line that
shows a step. Usable means that Train is there and can be pressed; the browser is open already.
The first click of a fresh server comes as soon as Train can be pressed.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks._browser import chromium
from benchmarks._report import goal, print_machine, print_table
from tests.browser.lab import Lab
from tests.browser.server import running_app

GOAL_CLICK, GOAL_FIRST_CLICK, GOAL_START = 0.5, 1.0, 3.0

TIME_A_CLICK = """() => new Promise(done => {
    const button = document.querySelector('.st-key-train button');
    const shown = () => /step [1-9]/.test(document.querySelector('.st-key-status')?.innerText);
    button.addEventListener('click', () => {
        const began = performance.now();
        const look = () => shown() ? done(performance.now() - began) : requestAnimationFrame(look);
        requestAnimationFrame(look);
    }, { once: true });
    button.click();
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clicks", type=int, default=11)
    parser.add_argument("--starts", type=int, default=3)
    options = parser.parse_args()
    print_machine()
    with chromium() as browser:
        fresh = [time_a_start(browser) for _ in range(options.starts)]
        clicks = time_clicks(browser, options.clicks)
    print_table(
        ["seconds", "median", "slowest", "goal"],
        [
            row("click on Train to the first progress", clicks, GOAL_CLICK),
            row(
                "streamlit run to a usable Playground", [usable for usable, _ in fresh], GOAL_START
            ),
            row("and from there the first click", [click for _, click in fresh], GOAL_FIRST_CLICK),
        ],
    )


def row(name: str, times: list[float], most: float) -> list[str]:
    median = statistics.median(times)
    return [name, f"{median:.2f}", f"{max(times):.2f}", goal(median <= most, f"≤ {most:g}")]


def time_a_start(browser: Browser) -> tuple[float, float]:
    """Seconds from the start of the process until Train can be pressed, and from a click there."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as home, running_app(Path(home)) as app:
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        page.goto(f"{app.url}/playground")
        page.wait_for_selector(".st-key-train button:visible:enabled", timeout=120_000)
        usable = time.perf_counter() - began
        click = page.evaluate(TIME_A_CLICK) / 1000
        page.context.close()
    return usable, click


def time_clicks(browser: Browser, count: int) -> list[float]:
    """Seconds from each click to the first progress on the screen, with a warm server."""
    with tempfile.TemporaryDirectory() as home, running_app(Path(home)) as app:
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        lab = Lab(app, page).open("/playground")
        times = []
        for _ in range(count + 1):
            lab.wait_status("ready")
            page.wait_for_timeout(500)
            times.append(page.evaluate(TIME_A_CLICK) / 1000)
            lab.click("reset")
        page.context.close()
    return times[1:]  # the first one was the server's first


if __name__ == "__main__":
    main()
