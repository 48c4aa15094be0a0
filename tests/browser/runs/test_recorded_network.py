"""A recorded run's network, looked at on Runs and drawn to on Draw, in a browser."""

from collections.abc import Callable, Iterator

import pytest
import torch
import torch.nn.functional as F
from playwright.sync_api import expect
from torch import Tensor, nn

from nnlab.runs.run import Run
from nnlab.runs.store import Store
from tests.browser.conftest import Open
from tests.browser.lab import Lab
from tests.browser.server import App
from tests.runs.recorded.modules import Digits, mlp
from tests.runs.recorded.recordings import recorded

SLOW = 60_000
Record = Callable[..., Run]


@pytest.fixture
def record(app: App) -> Iterator[Record]:
    """Makes recorded runs among the server's."""
    store, made = Store(app.runs_dir), []

    def make(*args: object, **named: object) -> Run:
        made.append(recorded(store, *args, **named))  # ty: ignore[invalid-argument-type]
        return made[-1]

    yield make
    for run in made:
        store.delete(run.id)


def rings() -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(9)
    x = torch.randn(300, 2, generator=generator)
    return x, (x.norm(dim=1) > 1).long()


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_the_plane_moves_with_the_step_and_histograms_stand_beside_it(
    app: App, record: Record, open_page: Open, width: int, dark: bool
) -> None:
    x, y = rings()
    model: nn.Module = mlp(2, 16, 2)
    steps = (0, 50, 200)

    def learn(model: nn.Module) -> Tensor:
        return F.cross_entropy(model(x), y)

    run = record(model, x, y, classes=("inner", "outer"), steps=steps, learn=learn)
    lab = open_page(app, width=width, dark=dark).open(f"/runs?run={run.id}")
    part = lab.page.locator(".st-key-runs_recorded_part button", has_text="Network")
    part.click(timeout=SLOW)
    newest = lab.wait_for("the plane", lambda: lab.picture("runs_recorded_plane"))
    expect(lab.at("recorded_view_shown")).to_contain_text("By the weights of step 200")
    slider = lab.page.get_by_role("slider", name="Step")
    slider.focus()
    slider.press("Home")
    expect(lab.at("recorded_view_shown")).to_contain_text("By the weights of step 0", timeout=SLOW)
    lab.wait_for("another plane", lambda: lab.picture("runs_recorded_plane") not in (newest, None))
    lab.page.locator(".st-key-runs_recorded_view button", has_text="Histograms").click()
    chart = lab.at("runs_recorded_histograms")
    expect(chart.locator(".scatterlayer .trace")).to_have_count(3, timeout=SLOW)
    lab.page.locator(".st-key-runs_recorded_view button", has_text="Confusion").click()
    expect(lab.at("recorded_view_shown")).to_contain_text("of 300 recorded examples", timeout=SLOW)


def test_the_browser_reads_along_with_a_recorded_network_of_known_layers(
    lab: Lab, app: App, record: Record
) -> None:
    x = torch.rand(20, 1, 28, 28) * 3 - 1
    run = record(Digits(), x, torch.arange(20) % 10, classes="0123456789", steps=(0, 2))
    lab.open(f"/draw?run={run.id}")
    said = lab.page.locator(".nnlab-said")
    expect(said).to_contain_text("this browser reads along", timeout=SLOW)
    expect(lab.at("prediction")).to_contain_text("(black) to 2")
    lab.page.wait_for_selector(".st-key-canvas canvas", timeout=SLOW)
    lab.page.wait_for_timeout(1000)  # the canvas listens a moment after it is there
    box = lab.page.locator(".st-key-canvas canvas").last.bounding_box()
    assert box is not None
    lab.page.mouse.move(box["x"] + 140, box["y"] + 60)
    lab.page.mouse.down()
    lab.page.mouse.move(box["x"] + 142, box["y"] + 220, steps=12)
    lab.page.mouse.up()
    expect(said).to_contain_text("this browser reads the same", timeout=SLOW)
