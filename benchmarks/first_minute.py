"""From `git clone` to a digit read: what a person does, and how long it takes.

The working tree is cloned to a temporary folder (what is not committed goes along), the lab starts
there with no run and no data, Chromium opens its page Draw, and a mouse draws a 7. Installing is
left out: the clone runs in this environment. Chromium is started before the clock.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Page

from benchmarks._browser import chromium
from benchmarks._report import print_machine, print_table
from tests.browser.server import REPOSITORY, free_port

DONE_BY_HAND = (
    "git clone ADDRESS nnlab",
    "make run (installs, starts the lab, and opens the browser)",
    "press Draw",
    "draw a digit",
)
SEVEN = ((70, 70), (200, 70), (130, 230))
"""In pixels of the sheet."""
MOST_SECONDS = 120


def main() -> None:
    print_machine()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        clone = Path(folder) / "nnlab"
        moments = [("", time.perf_counter())]

        def done(what: str) -> None:
            moments.append((what, time.perf_counter()))

        clone_tree(clone)
        done("git clone")
        port = free_port()
        server = start(clone, port)
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.set_default_timeout(1000 * MOST_SECONDS)
            open_home(page, port)
            done("start of the lab, until its first page can be used")
            page.get_by_role("link", name="Draw").first.click()
            page.wait_for_selector(".st-key-canvas canvas >> nth=-1")
            done("from there to the sheet of Draw")
            draw_seven(page)
            done("drawing a 7 with the mouse")
            digit = page.locator(".nnlab-answer b").filter(has_text=re.compile("[0-9]"))
            digit.wait_for(timeout=1000 * MOST_SECONDS)
            done("from the end of the stroke to the answer")
            read = page.locator(".nnlab-answer").inner_text().replace("\n", ": ")
        finally:
            server.terminate()
            server.wait()
    print(f"\n{len(DONE_BY_HAND)} things that a person does:")
    for number, what in enumerate(DONE_BY_HAND, start=1):
        print(f"  {number}. {what}")
    rows = [
        [what, f"{moment - before:.1f}"] for (_name, before), (what, moment) in pairwise(moments)
    ]
    print()
    print_table(["part", "seconds"], [*rows, ["together", f"{moments[-1][1] - moments[0][1]:.1f}"]])
    print(f"\nread: {read}")


def clone_tree(clone: Path) -> None:
    """Clone the repository, and lay over it what was not committed yet."""
    subprocess.run(["git", "clone", "--quiet", str(REPOSITORY), str(clone)], check=True)
    listed = subprocess.run(
        ["git", "ls-files", "--modified", "--others", "--exclude-standard", "-z"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        source, place = REPOSITORY / name, clone / name
        if source.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)
        else:
            place.unlink(missing_ok=True)


def start(clone: Path, port: int) -> subprocess.Popen[bytes]:
    """The lab, as `make run` starts it, on a port of its own."""
    outer = {name: value for name, value in os.environ.items() if not name.startswith("NNLAB_")}
    options = ("--server.address=127.0.0.1", f"--server.port={port}", "--server.headless=true")
    return subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", *options],
        cwd=clone,
        env=outer,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def open_home(page: Page, port: int) -> None:
    """Open the first page as soon as the server answers, and wait until its buttons are there."""
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + MOST_SECONDS
    while not _answers(f"{address}/_stcore/health"):
        if time.monotonic() > deadline:
            raise SystemExit(f"The lab did not start within {MOST_SECONDS} s.")
        time.sleep(0.05)
    page.goto(address)
    page.wait_for_selector(".st-key-home_open_draw button:visible", timeout=1000 * MOST_SECONDS)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except OSError:
        return False


def draw_seven(page: Page) -> None:
    """With the mouse, at about the pace of a hand."""
    sheet = page.locator(".st-key-canvas canvas").last
    page.wait_for_timeout(500)  # the canvas listens 0.4 s after it appeared
    box = sheet.bounding_box()
    assert box is not None
    first, *others = [(box["x"] + x, box["y"] + y) for x, y in SEVEN]
    page.mouse.move(*first)
    page.mouse.down()
    for x, y in others:
        page.mouse.move(x, y, steps=12)
    page.mouse.up()


if __name__ == "__main__":
    main()
