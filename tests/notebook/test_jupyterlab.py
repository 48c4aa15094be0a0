"""A real JupyterLab in Chromium: a run moves while its cell trains, and plays without a kernel."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.notebook.cells import records, trains
from tests.notebook.jupyter import CELL, Jupyter, is_running, run_cell, running_jupyter
from tests.notebook.stages import PATIENCE, stages, state, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.flaky(reruns=1)]

VIEW = "application/vnd.jupyter.widget-view+json"
DARK = """() => {
  for (const one of document.querySelectorAll("body, body *")) {
    one.style.backgroundColor = "#111111";
  }
  document.body.dataset.jpThemeLight = "false";
}"""
"""As JupyterLab's dark theme does it: other backgrounds, and then a word of it on the body."""


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    with running_jupyter(tmp_path_factory.mktemp("jupyter")) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    context.set_default_timeout(1000 * PATIENCE)
    page, errors = context.new_page(), list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def outputs(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"][0]["outputs"]


def test_a_run_moves_while_its_cell_trains_and_the_saved_notebook_plays_it_without_a_kernel(
    jupyter: Jupyter, page: Page
) -> None:
    path = jupyter.write("trains.ipynb", trains(4))
    page.goto(jupyter.address("trains.ipynb"))
    run_cell(page)

    first = wait_for(page, lambda now: now["frames"] > 2 and now["step"] > 0)
    later = wait_for(page, lambda now: now["step"] > first["step"] and now["moments"] > 8)
    assert is_running(page), "it moved while the kernel was busy"
    assert later["frames"] > first["frames"]
    assert later["status"].startswith("running · epoch")
    assert stages(page)[0].locator(".network button").count() > 10
    assert stages(page)[0].locator(".curve").count() == 2

    ended = wait_for(page, lambda now: now["status"].startswith("stopped"))
    page.wait_for_function(
        f"!document.querySelector('{CELL} .jp-InputPrompt').innerText.includes('*')"
    )
    page.locator("iframe[srcdoc]").wait_for()
    recording = wait_for(page, lambda now: now["frames"] > 0 and now["moments"] > 8)
    assert recording["step"] >= ended["step"]
    page.keyboard.press("Control+s")
    page.wait_for_function("document.title && !document.querySelector('.jp-mod-dirty')")
    page.wait_for_timeout(500)
    (output,) = [one for one in outputs(path) if one["output_type"] == "display_data"]
    assert output["data"].keys() == {"text/html", "text/plain"}
    page.close()

    for session in jupyter.ask("sessions"):
        jupyter.ask(f"sessions/{session['id']}", "DELETE")
    again = page.context.new_page()
    again.route(
        "**/api/kernelspecs*",
        lambda route: route.fulfill(json={"default": "", "kernelspecs": {}}),
    )
    again.goto(jupyter.address("trains.ipynb"))
    again.locator(".jp-Dialog .jp-mod-reject").click()
    saved = wait_for(again, lambda now: now["frames"] > 0)
    assert saved["moments"] == recording["moments"]
    stages(again)[0].locator(".play").click()
    wait_for(again, lambda now: now["frames"] > saved["frames"] + 5 and now["step"] < saved["step"])
    assert jupyter.ask("kernels") == []


def test_two_runs_on_one_page_stay_apart_and_follow_the_notebooks_theme(
    jupyter: Jupyter, page: Page
) -> None:
    jupyter.write("two.ipynb", trains(1.5), records(6))
    page.goto(jupyter.address("two.ipynb"))
    run_cell(page, 0)
    wait_for(page, lambda now: now["status"].startswith("stopped"), 0)
    run_cell(page, 1)
    wait_for(page, lambda now: now["status"].startswith("running") and now["frames"] > 0, 1)
    assert is_running(page, 1), "its picture is the kernel's, and comes while that is busy"
    stages(page)[1].locator(".curve").nth(1).wait_for()
    assert is_running(page, 1)
    wait_for(page, lambda now: now["status"].startswith("finished") and now["frames"] > 0, 1)
    page.wait_for_timeout(1000)
    page.evaluate(DARK)
    for number in (0, 1):
        wait_for(page, lambda now: now["dark"], number)
    one = stages(page)[0]
    one.locator(".play").click()
    wait_for(page, lambda now: now["step"] < 200, 0)
    before = state(page, 1)
    assert before is not None
    page.wait_for_timeout(300)
    assert state(page, 1) == before, "the other one stands"
