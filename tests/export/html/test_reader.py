"""The page of a reader of digits: from a file, without a network, the same answers as PyTorch."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, sync_playwright
from sklearn.datasets import load_digits
from torch import nn

from nnlab.config import Images
from nnlab.data.description import CLASS_NAMES
from nnlab.data.images import load_test
from nnlab.drawing import to_network_input
from nnlab.errors import NnlabError
from nnlab.export.html import html, kind_of_data
from nnlab.export.html.reader import page as reader_page
from nnlab.models import build
from nnlab.recipes import get
from nnlab.runs.record.checkpoints import save_live
from nnlab.runs.store import Run, Store
from tests.chromium import ARGUMENTS

pytestmark = pytest.mark.browser
CLOSE = 1e-4
NAME = "</script><img src=x onerror=alert(1)>"
MOST_BYTES = 1_000_000

Visit = Callable[[Path, Callable[[Page], Any]], Any]


@pytest.fixture(scope="module")
def visit(chromium_path: str) -> Iterator[Visit]:
    """`visit(file, see)`: what `see` finds on the page of a file, opened without a network.

    No request may be made but for the file itself, and no error reported. It lives in a thread of
    its own, since a thread holds one Playwright at a time.
    """

    def look(file: Path, see: Callable[[Page], Any]) -> Any:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium_path, args=ARGUMENTS, chromium_sandbox=False
            )
            context = browser.new_context(viewport={"width": 390, "height": 844})
            context.set_offline(True)
            context.set_default_timeout(90_000)
            page, asked, troubles = context.new_page(), [], []
            page.on("request", lambda request: asked.append(request.url))
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.on("console", lambda told: troubles.append(told.text))
            page.goto(file.as_uri())
            page.wait_for_selector(".sheet canvas")
            found = see(page)
            browser.close()
        assert asked == [file.as_uri()]
        assert troubles == []
        return found

    with ThreadPoolExecutor(1) as thread:
        yield lambda file, see: thread.submit(look, file, see).result()


def a_reader(runs: Path, recipe: str, seed: int = 1) -> tuple[Run, nn.Sequential]:
    """A run of a recipe with weights, and its network."""
    torch.manual_seed(seed)
    run = Store(runs).create(get(recipe).experiment, name=NAME)
    network = build(run.experiment.model, (1, 28, 28)).eval()
    save_live(run.path, network.state_dict(), 0)
    return run, network


def answers(page: Page, pictures: np.ndarray) -> np.ndarray:
    """What `window.nnlab.outputs` says to pictures [n, 28, 28]."""
    flat = pictures.reshape(len(pictures), -1)
    return np.array(page.evaluate("x => nnlab.outputs(x)", flat.tolist()))


def theirs(network: nn.Sequential, pictures: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        return network(torch.from_numpy(pictures)[:, None]).numpy()


def must_agree(ours: np.ndarray, pytorchs: np.ndarray) -> float:
    """The largest difference, in units of the largest output."""
    apart = float(np.abs(ours - pytorchs).max() / np.abs(pytorchs).max())
    assert ours.shape == pytorchs.shape
    assert apart <= CLOSE
    assert np.array_equal(ours.argmax(1), pytorchs.argmax(1))
    return apart


def test_a_file_answers_and_reads_what_is_drawn_on_it_without_a_network(
    tmp_path: Path, visit: Visit
) -> None:
    run, network = a_reader(tmp_path / "runs", "digits-cnn")
    file = tmp_path / "reader.html"
    file.write_bytes(reader_page(run))
    assert file.stat().st_size <= MOST_BYTES
    digits = (load_digits().images[:50] / 16).astype(np.float32)
    pictures = np.stack([to_network_input(digit) for digit in digits])

    def see(page: Page) -> dict[str, Any]:
        found: dict[str, Any] = {"title": page.locator("h1").inner_text()}
        found["outputs"] = answers(page, pictures)
        box = page.locator(".sheet canvas").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 90, box["y"] + 60)
        page.mouse.down()
        page.mouse.move(box["x"] + 180, box["y"] + 60, steps=4)
        page.wait_for_selector(".bars .best", state="attached")
        found["meanwhile"] = page.locator("[role=status]").inner_text()
        page.mouse.move(box["x"] + 120, box["y"] + 220, steps=6)
        page.mouse.up()
        page.wait_for_selector("[role=status]:not(:empty)", state="attached")
        found["status"] = page.locator("[role=status]").inner_text()
        found["bars"] = page.locator(".bars").bounding_box()
        pixels = "c => [...c.getContext('2d').getImageData(0, 0, 280, 280).data]"
        found["pixels"] = page.locator(".sheet canvas").evaluate(pixels)
        shades = "c => [...c.getContext('2d').getImageData(0, 0, 28, 28).data]"
        found["received"] = page.locator(".received").evaluate(shades)
        page.get_by_role("button", name="Clear").click()
        page.wait_for_selector(".bars .best", state="detached")
        page.locator(".sheet canvas").focus()
        for key in (" ", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", " "):
            page.keyboard.press(key)
        page.wait_for_selector(".bars .best", state="attached")
        return found

    found = visit(file, see)
    assert found["title"] == NAME
    must_agree(found["outputs"], theirs(network, pictures))
    drawn = np.array(found["pixels"], np.uint8).reshape(280, 280, 4)
    made = to_network_input(drawn)
    shown = np.array(found["received"], np.uint8).reshape(28, 28, 4)[..., 0] / 255
    assert np.abs(shown - made).max() <= 1 / 255
    best = int(theirs(network, made[None]).argmax())
    assert found["status"].startswith(f"It reads {'an' if best == 8 else 'a'} {best} (")
    assert found["meanwhile"] == ""  # a screen reader hears of it after the stroke
    assert found["bars"]["y"] + found["bars"]["height"] <= 844  # in sight while one draws


def test_who_reads_digits_has_the_page_of_a_reader_also_the_one_that_ships(tmp_path: Path) -> None:
    content = html(Store(tmp_path).get("draw-ready"))  # there are no data sets here
    assert b"// nnlab/web/file/reader_sheet.js" in content
    assert len(content) <= MOST_BYTES
    digits = {kind for kind, names in CLASS_NAMES.items() if "".join(names) == "0123456789"}
    assert {"mnist", "mnist-hands", "digits-strokes"} <= digits
    pages = {kind: kind_of_data(Images.model_construct(kind=kind)) for kind in CLASS_NAMES}
    assert {kind for kind, page in pages.items() if page == "reader"} == digits


def test_a_network_that_reads_no_drawing_has_no_such_page(tmp_path: Path) -> None:
    spiral = get("spiral").experiment
    run = Store(tmp_path).create(spiral, name="spiral")
    save_live(run.path, build(spiral.model, (2,)).state_dict(), 0)
    with pytest.raises(NnlabError, match="this network reads 2"):
        reader_page(run)


def test_weights_that_are_no_numbers_have_no_page_that_reads_a_zero(tmp_path: Path) -> None:
    run, network = a_reader(tmp_path, "digits-cnn")
    with torch.no_grad():
        next(network.parameters()).fill_(torch.nan)
    save_live(run.path, network.state_dict(), 7)
    with pytest.raises(NnlabError, match="no finite numbers at step 7"):
        reader_page(run)


@pytest.mark.proof
def test_a_thousand_test_pictures_are_read_as_pytorch_reads_them(
    tmp_path: Path, visit: Visit, datasets_dir: Path
) -> None:
    run, network = a_reader(tmp_path / "runs", "draw-ready")
    part = load_test(Images(kind="mnist"), datasets_dir)
    assert part is not None
    train_a_little(network, part.x[1000:4000], part.y[1000:4000])
    save_live(run.path, network.state_dict(), 100)
    pictures = part.x[:1000, 0].numpy()
    file = tmp_path / "reader.html"
    file.write_bytes(reader_page(run))
    assert file.stat().st_size <= MOST_BYTES
    ours = visit(file, lambda page: answers(page, pictures))
    apart = must_agree(ours, theirs(network, pictures))
    right = float((ours.argmax(1) == part.y[:1000].numpy()).mean())
    print(f"1,000 pictures: {apart:.2g} of the largest output apart, {right:.1%} right")
    assert right > 0.9


def train_a_little(network: nn.Sequential, x: torch.Tensor, y: torch.Tensor) -> None:
    """Some hundred steps: answers that differ from class to class."""
    network.train()
    optimizer = torch.optim.Adam(network.parameters(), lr=0.002)
    for _epoch in range(3):
        for rows in torch.randperm(len(x)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(x[rows]), y[rows]).backward()
            optimizer.step()
    network.eval()
