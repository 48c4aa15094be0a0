"""A page of the lab as a test drives it: by the stable keys of its elements."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser.server import App

PATIENCE_SECONDS = 90.0
"""Until a test gives up on a page; nothing is measured by it, and machines may be busy."""
STATUS = re.compile(r"(?P<word>[a-z]+)(?: · epoch (?P<epoch>[\d,]+) · step (?P<step>[\d,]+))?")

PICTURE = """key => {
    const image = document.querySelector(`.st-key-${key} image`);
    const sent = image?.getAttribute('href') ?? image?.getAttribute('xlink:href');
    const drawn = document.querySelector(`.st-key-${key} canvas.nnlab-picture`);
    return sent ?? drawn?.toDataURL() ?? null;
}"""


@dataclass(frozen=True)
class Standing:
    """What the status line says."""

    word: str
    epoch: int
    step: int
    text: str


class Lab:
    """One open page. Everything it waits for is looked at until it holds, or the test fails."""

    def __init__(self, app: App, page: Page) -> None:
        self.app, self.page = app, page

    def open(self, path: str) -> "Lab":
        """Go to an address of the app and wait until the page is drawn: `/playground`."""
        self.page.goto(f"{self.app.url}{path}")
        self.page.wait_for_selector(".stMainBlockContainer", timeout=PATIENCE_SECONDS * 1000)
        return self

    def at(self, key: str) -> Locator:
        """The element of a key."""
        return self.page.locator(f".st-key-{key}").first

    def click(self, key: str) -> None:
        """Press the button of a key, as soon as it is there and can be pressed.

        Streamlit draws a button with a tooltip twice, one for narrow screens.
        """
        button = self.page.locator(f".st-key-{key} button:visible").first
        button.click(timeout=PATIENCE_SECONDS * 1000)

    def train(self) -> Path:
        """Press Train, and wait for the first step. Returns the directory of the new run."""
        before = self.app.runs()
        self.click("train")
        self.wait_step(0)
        (run,) = self.app.runs() - before
        return run

    def status(self) -> Standing:
        """The status line as it is now."""
        text = self.at("status").inner_text(timeout=PATIENCE_SECONDS * 1000).strip()
        match = STATUS.match(text)
        assert match is not None, f"the status line reads {text!r}"
        epoch, step = (int((match[name] or "0").replace(",", "")) for name in ("epoch", "step"))
        return Standing(match["word"], epoch, step, text)

    def wait_for(
        self, what: str, holds: Callable[[], Any], seconds: float = PATIENCE_SECONDS
    ) -> Any:
        """The first true answer of `holds`; fails after `seconds` and says what was waited for."""
        deadline = time.monotonic() + seconds
        while not (answer := holds()):
            if time.monotonic() > deadline:
                seen = " / ".join(self.text().split("\n\n"))
                raise AssertionError(f"waited {seconds:g} s for {what}. The page reads:\n{seen}")
            self.page.wait_for_timeout(20)
        return answer

    def wait_status(self, *words: str, seconds: float = PATIENCE_SECONDS) -> Standing:
        """Wait until the run is in one of these states."""

        def standing() -> Standing | None:
            now = self.status()
            return now if now.word in words else None

        return self.wait_for(" or ".join(words), standing, seconds)

    def wait_step(self, beyond: int, seconds: float = PATIENCE_SECONDS) -> Standing:
        """Wait until the status line shows a step beyond this one."""

        def standing() -> Standing | None:
            now = self.status()
            return now if now.step > beyond else None

        return self.wait_for(f"a step beyond {beyond}", standing, seconds)

    def wait_equal(
        self, what: str, read: Callable[[], Any], value: Any, seconds: float = PATIENCE_SECONDS
    ) -> None:
        """Wait until `read` gives exactly this value; fails with what it gave last."""
        deadline = time.monotonic() + seconds
        while (found := read()) != value:
            assert time.monotonic() < deadline, (
                f"{what}: {found!r} for {seconds:g} s, not {value!r}"
            )
            self.page.wait_for_timeout(20)

    def wait_figure(self, row: str, column: str, value: float | None) -> None:
        """Wait until the table of figures shows exactly this number."""
        self.wait_equal(f"{row} {column}", lambda: self.figure(row, column), value)

    def wait_lines(self, chart: str, at_least: int) -> None:
        """Wait until a chart has drawn so many lines."""
        lines = self.page.locator(f".st-key-{chart} .scatterlayer path.js-line")
        self.wait_for(f"{at_least} lines in {chart}", lambda: lines.count() >= at_least)

    def must_stand_still(self, seconds: float = 1.0) -> None:
        """The status line has to read the same for a while."""
        before = self.status().text
        self.page.wait_for_timeout(seconds * 1000)
        assert self.status().text == before, "the run went on"

    def wait_text(self, text: str, seconds: float = PATIENCE_SECONDS) -> str:
        """Wait until a piece of text is visible somewhere on the page; returns all text there."""
        self.wait_for(f"the text {text!r}", lambda: text in self.text(), seconds)
        return self.text()

    def text(self) -> str:
        """All text on the page."""
        return self.page.locator(".stMain").inner_text()

    def picture(self, key: str) -> str | None:
        """The address of the picture inside a chart: `data:image/png;base64,…`."""
        return self.page.evaluate(PICTURE, key)

    def box(self, key: str) -> dict[str, float]:
        """Where an element stands on the page, in whole pixels."""
        box: dict[str, float] = self.wait_for(f"{key} in sight", self.at(key).bounding_box)
        return {name: round(float(str(value))) for name, value in box.items()}

    def figure(self, row: str, column: str) -> float | None:
        """A number of the table of figures (`train` or `validation`, `loss` or `accuracy`)."""
        cells = self.at("figures").locator(f"tr:has(th:text-is('{row}')) td")
        told = cells.nth(("loss", "accuracy").index(column)).get_attribute("title")
        return None if told is None else float(told)

    def choose(self, key: str, option: str) -> None:
        """Press the choice with exactly this text among the pills of a key."""
        self.at(key).get_by_text(option, exact=True).first.click()

    def trouble(self) -> list[str]:
        """The texts of tracebacks and Streamlit's own boxes for exceptions on the page."""
        boxes = self.page.locator(".stException").all_inner_texts()
        if "Traceback (most recent call last)" in self.page.content():
            boxes.append("a traceback is on the page")
        return boxes
