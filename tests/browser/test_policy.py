"""Every page, panel and tab works under the server's policy: the browser blocks nothing of them."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page

from nnlab.runs.store import Store
from nnlab.ui.draw.panels.panels import PANELS as DRAW_PANELS
from nnlab.ui.images.tabs.tabs import TABS
from nnlab.ui.learn.chapters import CHAPTERS
from nnlab.ui.playground.panels.panels import PANELS
from nnlab.ui.runs.details.details import PARTS
from tests.browser.conftest import Open, Start
from tests.browser.draw.test_draw import ONE, draw, make_reader
from tests.browser.experiments import address, spiral
from tests.browser.lab import Lab
from tests.browser.playground.test_playground_points import click_at, drawn, own_points
from tests.browser.runs.test_compare import tick, trained
from tests.browser.server import App

WATCH = """addEventListener("securitypolicyviolation", (event) =>
    window.blocked(`${event.effectiveDirective}: ${event.blockedURI} in ${event.sourceFile}`));"""

STRICTER = """new MutationObserver((_, self) => {
    if (!document.head) return;
    self.disconnect();
    const policy = document.createElement("meta");
    policy.httpEquiv = "Content-Security-Policy";
    policy.content = "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'";
    document.head.append(policy);
}).observe(document, { childList: true, subtree: true });"""
"""The server's policy without blob:, which scripts of components come from."""
PICTURES = """() => [...document.querySelectorAll('[class*="st-key-recipe_"]')].filter((card) =>
    getComputedStyle(card, "::before").backgroundImage.includes("data:image/")).length"""
"""How many recipes of Home have their picture."""

PICTURE = (
    ".nnlab-chart svg, .nnlab-autograd svg, canvas, .nnlab-softmax, .nnlab-ways, .nnlab-bytes,"
    " .nnlab-attention-map"
)
"""What a chapter of Learn shows at first."""


@pytest.fixture
def blocked() -> list[str]:
    """What browsers refused to load or to run on the pages that `watch` was called with."""
    return []


@pytest.fixture
def walked(app: App, open_page: Open, blocked: list[str]) -> Iterator[Lab]:
    """A page to walk through; at the end, nothing of it may have been blocked.

    `open_page` adds that no error stands in the browser's console.
    """
    lab = open_page(app)
    watch(lab.page, blocked)
    yield lab
    lab.page.wait_for_load_state("networkidle")
    assert blocked == []


def watch(page: Page, blocked: list[str]) -> None:
    page.expose_function("blocked", lambda told: blocked.append(told))
    page.add_init_script(WATCH)


def walk(lab: Lab, names: list[str], choose: Callable[[str], None], shown: str) -> None:
    """Open one after the other, and wait until its content stands in the element of a key."""
    assert len(names) >= 5
    before = "".join(lab.page.locator(f".st-key-{shown}").all_inner_texts()).strip()
    for name in names:
        choose(name)

        def text(before: str = before) -> str:
            now = lab.at(shown).inner_text().strip()
            return "" if now == before else now

        before = lab.wait_for(f"the content of {name}", text)
        lab.page.wait_for_load_state("networkidle")


def test_the_home_page(walked: Lab) -> None:
    walked.open("/")
    walked.wait_for("its pictures", lambda: walked.page.evaluate(PICTURES) >= 3)


def test_the_playground_while_it_trains_and_each_of_its_panels(walked: Lab) -> None:
    walked.open(address(spiral().with_set("training.steps", 500_000)))
    walked.train()
    walked.wait_lines("loss_chart", 2)
    walked.wait_for("the network", lambda: walked.at("network_drawing").locator("button").count())
    names = [name for name, _ in PANELS]
    walk(walked, names, lambda name: walked.choose("panel", name), "panel_shown")
    walked.click("stop")
    walked.wait_status("stopped")
    slider = walked.at("past_slider").locator("input[type=range]")
    slider.press("Home")
    walked.wait_for("the past", lambda: slider.get_attribute("aria-valuetext") or "")


def test_points_of_ones_own_and_a_table_that_is_uploaded(walked: Lab, tmp_path: Path) -> None:
    walked.open("/playground")
    own_points(walked)
    click_at(walked, 1.0, 1.0)
    walked.wait_equal("points", lambda: drawn(walked), 1)
    walked.page.locator(".st-key-playground_take_points button").first.click()
    walked.wait_for("a download", lambda: walked.page.get_by_text("Download").count())
    walked.page.keyboard.press("Escape")
    walked.choose("dataset", "own table")
    table = tmp_path / "table.csv"
    table.write_text("a,b,kind\n" + "".join(f"{i},{-i},{i % 2}\n" for i in range(40)))
    walked.page.locator(".st-key-playground_csv_file input").set_input_files(table)
    walked.wait_text("table.csv")
    walked.page.locator(".st-key-playground_csv_fold button").first.click()
    rows = walked.page.get_by_test_id("stDataFrame").locator("canvas")
    walked.wait_for("its rows", lambda: rows.count())


def test_the_images_page_while_it_trains_and_each_of_its_tabs(walked: Lab) -> None:
    walked.open("/images")
    walked.train()
    walked.wait_status("finished", seconds=180)
    names = [name for name, _ in TABS]
    walk(walked, names[1:] + names[:1], lambda n: walked.choose("images_tab", n), "tab_shown")


def test_each_chapter_of_learn_on_a_phone(walked: Lab) -> None:
    walked.page.set_viewport_size({"width": 390, "height": 844})
    walked.open("/learn")
    for number, chapter in enumerate(CHAPTERS, start=1):
        walked.page.get_by_role("link", name=chapter.title).last.click()
        walked.page.get_by_role("heading", name=f"{number} · {chapter.title}").wait_for()
        picture = walked.at("learn_picture")
        picture.locator(PICTURE).first.wait_for()
        walked.page.get_by_text("From the tutorial").wait_for()
        walked.page.wait_for_load_state("networkidle")
        width = walked.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, f"{chapter.id} is {width} pixels wide"


def test_the_draw_page_and_each_of_its_panels(app: App, walked: Lab) -> None:
    reader = make_reader(app)
    walked.open(f"/draw?run={reader}")
    draw(walked, *ONE)
    walked.wait_text("It reads a")
    names = [panel.label for panel in DRAW_PANELS]
    walk(
        walked,
        names[1:] + names[:1],
        lambda name: walked.choose("draw_panel_choice", name),
        "panel_shown",
    )
    Store(app.runs_dir).delete(reader)


def test_the_runs_page_its_details_and_a_comparison(app: App, walked: Lab) -> None:
    store = Store(app.runs_dir)
    short = spiral().with_set("training.epochs", 60)
    runs = [trained(store, short, name, app.data_dir) for name in ("one", "two")]
    walked.open("/runs")
    walked.page.locator(f".st-key-runs_run_{runs[0].id} button").click()
    walked.wait_lines("loss_chart", 2)
    walk(
        walked,
        [*PARTS[1:], PARTS[0]],
        lambda name: walked.choose("runs_run_part", name),
        "run_part_shown",
    )
    for name in ("one", "two"):
        tick(walked, name)
    walked.click("runs_compare")
    walked.wait_lines("runs_compare_chart", 2)
    for run in runs:
        key = f"runs_compare_boundary_{run.id}"
        walked.wait_for("a boundary", lambda key=key: walked.picture(key))
        store.delete(run.id)


@pytest.fixture
def bare(browser: Browser) -> Iterator[Page]:
    """A page on which errors are what is looked for."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_what_comes_from_elsewhere_or_was_text_is_refused(
    app: App, bare: Page, blocked: list[str]
) -> None:
    watch(bare, blocked)
    lab = Lab(app, bare).open("/")
    tries = {
        "script-src: eval": "() => void setTimeout(() => new Function('window.ran = 1')())",
        "script-src-elem: inline": """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = 1";
            document.body.append(script);
        }""",
        "script-src-attr: inline": """() => {
            const part = document.createElement("div");
            part.innerHTML = "<img src=x onerror='window.ran = 1'>";
            document.body.append(part);
        }""",
        "connect-src: https://else.invalid": "() => void fetch('https://else.invalid')",
        "img-src: https://else.invalid": "() => { new Image().src = 'https://else.invalid' }",
    }
    for told, script in tries.items():
        bare.evaluate(script)
        lab.wait_for(told, lambda told=told: any(one.startswith(told) for one in blocked))
    assert bare.evaluate("window.ran") is None


@pytest.fixture
def other_origin() -> Iterator[str]:
    """A server beside the lab's, whose page shows in a frame what its address asks for."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<iframe src='{self.path[2:]}'></iframe>".encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_page_of_another_origin_shows_the_lab_in_a_frame_where_a_setting_says_so(
    app: App, start_app: Start, bare: Page, other_origin: str
) -> None:
    bare.goto(f"{other_origin}/?{app.url}")
    Lab(app, bare).wait_for("the refusal", lambda: bare.frames[-1].url.startswith("chrome-error:"))
    allowed = start_app(frame_ancestors=other_origin)
    bare.goto(f"{other_origin}/?{allowed.url}")
    title = bare.frame_locator("iframe").get_by_role("link", name="Playground")
    Lab(allowed, bare).wait_for("the lab", lambda: title.count())


def test_a_policy_that_lacks_something_is_noticed(app: App, bare: Page, blocked: list[str]) -> None:
    watch(bare, blocked)
    bare.add_init_script(STRICTER)
    Lab(app, bare).open("/playground").wait_for("what is blocked", lambda: blocked)
    assert blocked[0].startswith("script-src-elem: blob")
