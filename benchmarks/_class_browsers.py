"""Two real Chromiums of a class: the wall, and one student's page. What they show, and when."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page

from benchmarks._browser import chromium
from benchmarks._watched_runs import step_of
from nnlab.runs.store import Run
from tests.browser.server import App
from tests.chromium import ARGUMENTS, find_chromium

LOOK_SECONDS = 0.25
OPEN_SECONDS = 60
TILE = "[data-person]"
SAID = "tiles => tiles.map(tile => [tile.dataset.person, tile.title])"
STATUS = ".st-key-status"
TEXT = "found => found.map(one => one.textContent).join()"
STEP = re.compile(r"step ([\d,]+)")


@dataclass
class Shown:
    """The content of the screens during the measurement."""

    behind: list[float] = field(default_factory=list)
    """Seconds, of each tile at each look: steps that it lacks, over the run's steps a second."""
    words: set[str] = field(default_factory=set)
    """Different states that the student's page told."""
    seconds: float = 0.0


class Screens:
    """Two pages that are open."""

    def __init__(self, wall: Page, student: Page, runs: Mapping[str, Run]) -> None:
        """`runs` by the person who trains each."""
        self._wall, self._student, self._runs = wall, student, runs

    def look_until(self, is_over: Callable[[], bool]) -> Shown:
        """Look four times a second."""
        shown, began = Shown(), time.monotonic()
        first = {person: (began, step_of(run)) for person, run in self._runs.items()}
        while not is_over():
            asked = time.monotonic()
            tiles = self._wall.locator(TILE).evaluate_all(SAID)
            for person, said in tiles:
                step = STEP.search(said)
                if step is None or person not in first:
                    continue
                since, before = first[person]
                true = step_of(self._runs[person])
                rate = (true - before) / max(asked - since, 1e-3)
                if asked - since > 2 and rate > 0:
                    lacks = true - int(step[1].replace(",", ""))
                    shown.behind.append(max(0.0, lacks / rate))
            shown.words.add(self._student.locator(STATUS).evaluate_all(TEXT))
            time.sleep(max(0.0, LOOK_SECONDS - (time.monotonic() - asked)))
        shown.seconds = time.monotonic() - began
        return shown


@contextmanager
def screens(app: App, lecturer: str, student: str, runs: Mapping[str, Run]) -> Iterator[Screens]:
    """The wall of the lecturer's, and the page of the first student's run.

    Args:
        app: the server.
        lecturer: the header `Cookie` of theirs.
        student: of the student's.
        runs: by person; the first is the student's.
    """
    with chromium() as browser, _another(browser) as other:
        wall = _open(browser, app, lecturer, "/class")
        run = next(iter(runs.values()))
        page = _open(other, app, student, f"/playground?run={run.id}")
        wall.locator(TILE).first.wait_for(timeout=1000 * OPEN_SECONDS)
        page.locator(STATUS).wait_for(timeout=1000 * OPEN_SECONDS)
        yield Screens(wall, page, runs)


@contextmanager
def _another(browser: Browser) -> Iterator[Browser]:
    """A second one, with a process of its own."""
    other = browser.browser_type.launch(
        executable_path=find_chromium(), args=ARGUMENTS, chromium_sandbox=False
    )
    yield other
    other.close()


def _open(browser: Browser, app: App, cookie: str, path: str) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    name, _sign, value = cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": app.url}])
    page = context.new_page()
    page.goto(f"{app.url}{path}")
    return page
