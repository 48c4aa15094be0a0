"""Names, tags, columns, classes, files, links and errors with markup: the browser shows them.

It runs nothing of them and fetches nothing: a server of the test's own counts what is asked of it.
The pages' policy (Content Security Policy) is switched off, which would hide what gets through.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Dialog, FilePayload, Page

from nnlab.config import Csv, Experiment, Model, Normalize, Training, mlp, to_link
from nnlab.data.csv_files import read_csv
from nnlab.data.tables import choose
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.store import META, Run, Store
from nnlab.ui.playground.panels.panels import PANELS
from nnlab.ui.runs.details.details import PARTS
from nnlab.ui.words import JOINER
from tests.browser.draw.test_draw import make_reader
from tests.browser.lab import PATIENCE_SECONDS, Lab
from tests.browser.playground.test_playground_network import middle, neuron
from tests.browser.runs.test_compare import trained
from tests.browser.server import App

FOUND = """stranger => {
    const at = (one) => [...one.attributes].map((a) => a.value)
        .find((v) => v.includes(stranger) || /^\\s*javascript:/i.test(v));
    const all = [...document.querySelectorAll("img, a, script, iframe, object, embed, svg a, use," +
        " link, video, audio, source, form, base, meta")];
    return all.filter((one) => !one.closest("[data-testid=stCode]") && at(one))
        .map((one) => one.outerHTML.slice(0, 300));
}"""
"""Elements of a page that would fetch from a stranger, or lead there."""

TURNED = """() => [...document.querySelectorAll("*")]
    .filter((one) => [...one.attributes].some((a) => a.value.includes("\u202e"))
        || [...one.childNodes].some((n) => n.nodeType === 3 && n.data.includes("\u202e")))
    .map((one) => one.outerHTML.slice(0, 300))"""


@dataclass
class Stranger:
    """A server that nobody may ask for anything."""

    url: str
    asked: list[str] = field(default_factory=list)

    def picture(self, name: str) -> str:
        return f"![x]({self.url}/{name})"

    def marks(self, name: str) -> str:
        """What a run may be called by somebody who means harm."""
        return (
            f"{self.picture(name)} <img src={self.url}/{name}-img> "
            f"<script>window.ran = '{name}'</script><img src=x onerror=\"window.ran='{name}'\"> "
            f"[go](javascript:window.ran='{name}') {self.url}/{name}-bare me@stranger.example "
            "www.stranger.example :red[red] :smile: :material/home: $x^2$ \u202edlrow &lt;b&gt;"
        )


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield Stranger(f"http://127.0.0.1:{server.server_port}", asked)
        server.shutdown()


@pytest.fixture
def page(browser: Browser, stranger: Stranger) -> Iterator[Page]:
    """A page without the server's policy; at the end nothing was asked for, and nothing has run."""
    context = browser.new_context(bypass_csp=True, viewport={"width": 1440, "height": 1000})
    context.set_default_timeout(PATIENCE_SECONDS * 1000)
    page = context.new_page()
    dialogs: list[str] = []

    def on_dialog(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", on_dialog)
    try:
        yield page
        page.wait_for_load_state("networkidle")
        assert_unmoved(page, stranger)
        assert dialogs == []
    finally:
        context.close()


@pytest.fixture
def hostile_lab(app: App, page: Page) -> Lab:
    return Lab(app, page)


@pytest.fixture
def runs(app: App, stranger: Stranger) -> Iterator[list[Run]]:
    """Two that learned from a hostile table, one that failed, one that cannot be read."""
    store = Store(app.runs_dir)
    experiment = of_table(app, stranger)
    made = [trained(store, experiment, name, app.data_dir) for name in ("one", "two")]
    made.append(trained(store, experiment, "three", app.data_dir))
    made.append(store.create(experiment, name="four"))
    for number, run in enumerate(made):
        run.change_meta(
            name=f"{number} {stranger.marks(f'name-{number}')}",
            tags=(stranger.picture("tag"), "<b>tag</b>", ":smile:"),
            owner=stranger.picture("owner"),
            recipe=stranger.picture("recipe"),
            parent=stranger.picture("parent"),
            parent_step=1,
        )
    events = made[2].path / EVENTS_FILE
    first, *middle, last = map(json.loads, events.read_text().splitlines())
    first |= {"note": stranger.marks("note"), "processor": stranger.picture("processor")}
    control = {"type": "control_applied", "id": "a", "set": {"path": stranger.picture("path")}}
    control |= {key: last[key] for key in ("step", "epoch", "seconds")}
    control["error"] = stranger.marks("control")
    last |= {"reason": "failed", "error": stranger.marks("error")}
    lines = (first, *middle, control, last)
    events.write_text("".join(json.dumps(line) + "\n" for line in lines))
    (made[3].path / META).write_text(stranger.marks("meta"))
    yield made
    for run in made:
        store.delete(run.id)


def table(stranger: Stranger) -> str:
    """Columns and classes with markup; both can be learned from."""
    url = stranger.url
    columns = (f"<img src={url}/c>", f"<a href={url}>e</a>", stranger.picture("d"))
    classes = ("<b>a</b>", stranger.picture("f"), ":smile: $x$")
    rows = (f"{i / 10},{(i * 7) % 13},{classes[i % 3]}\n" for i in range(60))
    return ",".join(columns) + "\n" + "".join(rows)


def of_table(app: App, stranger: Stranger) -> Experiment:
    read = read_csv(table(stranger).encode()).table
    inputs, target = (read.names[0], read.names[1]), read.names[2]
    data: Csv = choose(read, inputs, target, "classification", data_dir=app.data_dir)
    layers = (Normalize(mean=(3.0, 6.0), std=(1.7, 3.7)), *mlp(4, outputs=3, activation="tanh"))
    return Experiment(data=data, model=Model(layers=layers), training=Training(epochs=200))


def assert_unmoved(page: Page, stranger: Stranger) -> None:
    assert page.evaluate(FOUND, stranger.url) == []
    assert page.evaluate(FOUND, "stranger.example") == []
    assert page.evaluate("window.ran") is None
    assert stranger.asked == []
    assert page.locator(".stMain .katex, .stMain [role=img][aria-label='home icon']").count() == 0
    turned = page.evaluate(TURNED)
    assert turned == []


def test_the_lists_details_and_comparison_of_runs(
    hostile_lab: Lab, runs: list[Run], stranger: Stranger
) -> None:
    lab, page = hostile_lab.open("/runs"), hostile_lab.page
    named = page.locator(f".st-key-runs_run_{runs[0].id} button")
    shown = lab.wait_for("the list", lambda: named.count() and named.inner_text())
    expected = runs[0].meta.name.replace("\u202e", "\ufffd")
    assert shown.replace(JOINER, "") == expected, "a name is shown as it stands, letter for letter"
    lab.wait_text("Runs that cannot be read")
    assert_unmoved(page, stranger)
    for run in runs[:3]:
        page.locator(f".st-key-runs_run_{run.id} button").click()
        lab.wait_lines("loss_chart", 2)
        assert_unmoved(page, stranger)
    lab.wait_text("The run failed.")
    for part in (*PARTS[1:], PARTS[0]):
        before = lab.at("run_part_shown").inner_text()
        lab.choose("runs_run_part", part)
        lab.wait_for(part, lambda before=before: lab.at("run_part_shown").inner_text() != before)
        page.wait_for_load_state("networkidle")
        assert_unmoved(page, stranger)
    for run in runs[:2]:
        page.locator(f".st-key-runs_tick_{run.id} label").click()
    lab.click("runs_compare")
    lab.wait_lines("runs_compare_chart", 2)
    for run in runs[:2]:
        key = f"runs_compare_boundary_{run.id}"
        lab.wait_for("a boundary", lambda key=key: lab.picture(key))
    chart = lab.box("runs_compare_chart")
    for share in (0.3, 0.6, 0.9):  # what a chart says of the point below the mouse is HTML, too
        page.mouse.move(chart["x"] + share * chart["width"], chart["y"] + chart["height"] / 2)
        page.wait_for_timeout(150)
    assert_unmoved(page, stranger)


def test_the_playground_with_a_run_of_such_a_table_and_all_its_panels(
    hostile_lab: Lab, runs: list[Run], stranger: Stranger
) -> None:
    lab, page = hostile_lab.open(f"/playground?run={runs[0].id}"), hostile_lab.page
    lab.wait_status("finished")
    lab.wait_for("the network", lambda: neuron(lab, 2, 2).count())
    for layer, unit in ((0, 0), (0, 1), (1, 0), (2, 0), (2, 1), (2, 2)):
        neuron(lab, layer, unit).hover()
        assert_unmoved(page, stranger)
    picked = lab.at("picked")
    for unit, name in enumerate((stranger.picture("f"), ":smile: $x$", "<b>a</b>")):
        page.mouse.click(*middle(neuron(lab, 2, unit).bounding_box()))
        lab.wait_for(name, lambda name=name: name in picked.inner_text().replace(JOINER, ""))
        assert_unmoved(page, stranger)
    for name, _draw in PANELS:
        lab.choose("panel", name)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)
        assert_unmoved(page, stranger)
    box = lab.box("plane")
    for share in (0.2, 0.35, 0.5, 0.65, 0.8):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + share * box["height"])
        page.wait_for_timeout(100)
        assert_unmoved(page, stranger)


def test_a_table_that_is_uploaded_under_such_a_name(hostile_lab: Lab, stranger: Stranger) -> None:
    lab, page = hostile_lab.open("/playground"), hostile_lab.page
    lab.choose("dataset", "own table")
    name = f"{stranger.picture('file')}<img src=x onerror=window.ran=1>:smile:.csv"
    upload = page.locator(".st-key-playground_csv_file input")
    content = table(stranger).encode()
    upload.set_input_files(FilePayload(name=name, mimeType="text/csv", buffer=content))
    lab.wait_text("60 rows, 3 columns")
    chosen = page.locator(".st-key-playground_csv_target input")
    lab.wait_for("the target", lambda: chosen.input_value() == stranger.picture("d"))
    chosen.click()
    options = page.locator("[role=option]")
    lab.wait_for("the columns", lambda: stranger.picture("d") in options.all_inner_texts())
    assert_unmoved(page, stranger)
    page.keyboard.press("Escape")
    page.locator(".st-key-playground_csv_fold button").first.click()
    rows = page.get_by_test_id("stDataFrame").locator("canvas")
    lab.wait_for("its rows", lambda: rows.count())
    assert_unmoved(page, stranger)
    page.keyboard.press("Escape")
    upload.set_input_files(FilePayload(name=name, mimeType="text/csv", buffer=b"\x00" + content))
    lab.wait_for("the message", lambda: page.get_by_test_id("stAlert").count())


def test_links_with_such_words(hostile_lab: Lab, runs: list[Run], stranger: Stranger) -> None:
    lab, page, said = hostile_lab, hostile_lab.page, quote(stranger.marks("link"))
    x = to_link(runs[0].experiment)
    for address in (
        f"/playground?x={said}",
        f"/playground?run={said}&hide={said}&look={said}",
        f"/playground?x={x}&expect={said}&made={said}",
        f"/images?x={said}&run={said}",
        f"/draw?run={said}",
    ):
        lab.open(address)
        lab.wait_for("a message", lambda: page.get_by_test_id("stAlert").count())
        page.wait_for_load_state("networkidle")
        assert_unmoved(page, stranger)
        assert lab.trouble() == []


@pytest.fixture
def reader(app: App, stranger: Stranger) -> Iterator[str]:
    """A network that reads digits, with such a name."""
    run_id, store = make_reader(app), Store(app.runs_dir)
    store.get(run_id).change_meta(name=stranger.marks("reader"))
    yield run_id
    store.delete(run_id)


def test_the_models_of_the_draw_page(hostile_lab: Lab, reader: str, stranger: Stranger) -> None:
    lab, page = hostile_lab.open(f"/draw?run={reader}"), hostile_lab.page
    choice = page.locator(".st-key-draw_model input").first
    lab.wait_for("its name", lambda: stranger.picture("reader") in choice.input_value())
    choice.click()
    lab.wait_for("the models", lambda: page.locator("[role=option]").count())
    assert_unmoved(page, stranger)
    page.keyboard.press("Escape")
    lab.open("/")
    lab.wait_text(f":{JOINER}smile:")
    assert_unmoved(page, stranger)
