"""`python -m scripts.screenshot`: the README's picture, the real app learning the spiral."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.chromium import ARGUMENTS, find_chromium

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "playground.png"
LEARNING_SECONDS = 20


def main() -> None:
    """Start the lab, train the default experiment for a while, and take the picture."""
    path = find_chromium()
    if path is None:
        sys.exit("No Chromium found: install one, or set NNLAB_CHROMIUM.")
    with tempfile.TemporaryDirectory() as home, _lab(Path(home)) as address, sync_playwright() as p:
        browser = p.chromium.launch(executable_path=path, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.goto(f"{address}/playground")
        page.click(".st-key-train button", timeout=60_000)
        time.sleep(LEARNING_SECONDS)
        page.screenshot(path=PICTURE)
        browser.close()
    print(PICTURE.relative_to(ROOT))


@contextmanager
def _lab(home: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "NNLAB_RUNS_DIR": str(home / "runs"),
        "NNLAB_DATA_DIR": str(home / "data"),
    }
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1"]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as server:
        try:
            _wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait_until_healthy(address: str) -> None:
    for _ in range(200):
        try:
            with urllib.request.urlopen(address):
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise TimeoutError(f"{address} did not answer within 20 seconds")


if __name__ == "__main__":
    main()
