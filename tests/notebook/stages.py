"""The pages of runs within a notebook's page, as a test looks at them."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Error, Frame, Page

PATIENCE = 60.0
"""Seconds until a test gives up; machines may be busy."""
STATE = """() => window.nnlab?.stage ? {
  frames: nnlab.stage.frames, step: nnlab.stage.step, moments: nnlab.stage.steps?.length ?? 0,
  status: document.querySelector(".status").textContent,
  dark: document.documentElement.dataset.theme === "dark",
} : null"""


def stages(page: Page) -> list[Frame]:
    """The frames of runs, from the top of the page."""
    return [frame for frame in page.frames if frame.url == "about:srcdoc"]


def state(page: Page, number: int = 0) -> dict[str, Any] | None:
    """How a stage stands; None while there is none."""
    try:
        return stages(page)[number].evaluate(STATE)
    except (IndexError, Error):  # it is on its way, or its frame was just replaced
        return None


def wait_for(
    page: Page, condition: Callable[[dict[str, Any]], bool], number: int = 0
) -> dict[str, Any]:
    """Until a stage stands as it is said; then how it stands."""
    ends = time.monotonic() + PATIENCE
    found = None
    while time.monotonic() < ends:
        found = state(page, number)
        if found is not None and condition(found):
            return found
        page.wait_for_timeout(50)
    raise AssertionError(found)
