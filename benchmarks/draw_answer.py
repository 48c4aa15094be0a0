"""How long a stroke on the Draw page waits for its answer: time of the server, for each panel.

The answer is the ten probabilities, on their way to the browser. What the open panel computes comes
after it, and is in the second figure. The network is that of a recipe, with the weights that its
training begins with: they cost the same. Nearest looks for pictures in NNLAB_DATA_DIR.
"""

import argparse
import json
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks._browser import chromium
from benchmarks._report import goal, print_machine, print_table
from nnlab.data.description import describe
from nnlab.models import build
from nnlab.recipes import get
from nnlab.runs.record.checkpoints import save_live
from nnlab.runs.store import Store
from nnlab.settings import read_settings
from nnlab.ui.draw.panels.panels import PANELS
from tests.browser.lab import Lab
from tests.browser.server import running_app

GOAL_SECONDS = 0.15
STROKES = ((60, 60), (200, 70)), ((200, 70), (120, 230)), ((90, 150), (190, 150))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--recipe", default="mnist-cnn", help="whose network reads")
    parser.add_argument("--times", type=int, default=3, help="the three strokes are drawn")
    options = parser.parse_args()
    print_machine()
    with chromium() as browser, tempfile.TemporaryDirectory() as home:
        times = watch(Path(home), browser, options.recipe, options.times)
    rows = []
    for panel, lines in times.items():
        answers = [1000 * line["answer"] for line in lines]
        whole = statistics.median(1000 * line["whole"] for line in lines)
        met = goal(max(answers) <= 1000 * GOAL_SECONDS, f"≤ {1000 * GOAL_SECONDS:.0f}")
        rows.append(
            [panel, f"{statistics.median(answers):.0f}", f"{max(answers):.0f}", met, f"{whole:.0f}"]
        )
    print_table(["ms, panel open", "answer", "slowest", "goal", "with the panel"], rows)


def watch(
    home: Path, browser: Browser, recipe: str, times: int
) -> dict[str, list[dict[str, float]]]:
    """Draw with each panel open. Returns what the server logged of each."""
    log = home / "answers.jsonl"
    found: dict[str, list[dict[str, float]]] = {}
    with running_app(
        home,
        data_dir=read_settings().data_dir.absolute(),
        program=["benchmarks._timed_draw", str(log)],
    ) as app:
        make_reader(app.runs_dir, recipe)
        lab = Lab(app, browser.new_page(viewport={"width": 1440, "height": 1000})).open("/draw")
        lab.page.wait_for_selector(".st-key-canvas canvas >> nth=-1")
        for panel in PANELS:
            if panel.needs == "nothing":
                continue  # it explains no answer
            lab.choose("draw_panel_choice", panel.label)
            stroke(lab, *STROKES[0])  # the first one may import what the panel needs
            lab.page.wait_for_timeout(3000)
            log.write_text("", encoding="utf-8")
            for _ in range(times):
                for points in STROKES:
                    stroke(lab, *points)
                    lab.page.wait_for_timeout(1500)
            lab.wait_for("an answer", lambda: log.read_text(encoding="utf-8"))
            lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
            found[panel.label] = lines
            lab.click("clear")
            lab.wait_text("Nothing is drawn yet")
        lab.page.context.close()
    return found


def make_reader(runs_dir: Path, recipe: str) -> None:
    """A run of the recipe with weights, as if it had just begun."""
    run = Store(runs_dir).create(get(recipe).experiment, name=recipe)
    shape = describe(run.experiment.data).input_shape
    save_live(run.path, build(run.experiment.model, shape).state_dict(), 0)


def stroke(lab: Lab, *points: tuple[int, int]) -> None:
    """One stroke of the mouse, in pixels of the canvas."""
    canvas = lab.page.locator(".st-key-canvas canvas").last
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    (x, y), *rest = [(box["x"] + x, box["y"] + y) for x, y in points]
    lab.page.mouse.move(x, y)
    lab.page.wait_for_timeout(400)
    lab.page.mouse.down()
    for x, y in rest:
        lab.page.mouse.move(x, y, steps=8)
    lab.page.mouse.up()


if __name__ == "__main__":
    main()
