"""A real JupyterLab on this machine, and a notebook in it as a person has it."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from playwright.sync_api import Page

from tests.browser.server import free_port

PATIENCE = 60.0
"""Seconds until a test gives up; machines may be busy."""
CELL = ".jp-CodeCell"


@dataclass(frozen=True)
class Jupyter:
    """A running server."""

    home: Path
    port: int
    token: str

    def address(self, name: str) -> str:
        """Of a notebook, opened as the only thing on the page."""
        return f"http://127.0.0.1:{self.port}/doc/tree/{name}?token={self.token}&reset"

    def ask(self, path: str, method: str = "GET") -> Any:
        """What the server's own interface answers."""
        request = Request(f"http://127.0.0.1:{self.port}/api/{path}", method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urlopen(request, timeout=PATIENCE) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    def write(self, name: str, *cells: str) -> Path:
        """A notebook of code cells."""
        path = self.home / name
        content = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {
                "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
                "language_info": {"name": "python"},
            },
            "cells": [
                {
                    "cell_type": "code",
                    "id": f"cell-{i}",
                    "metadata": {},
                    "source": source,
                    "outputs": [],
                    "execution_count": None,
                }
                for i, source in enumerate(cells)
            ],
        }
        path.write_text(json.dumps(content), encoding="utf-8")
        return path


@contextmanager
def running_jupyter(home: Path) -> Iterator[Jupyter]:
    """JupyterLab over a folder; its settings and its kernels' files lie there, too."""
    home.mkdir(parents=True, exist_ok=True)
    port, token = free_port(), secrets.token_hex(16)
    places = {
        "JUPYTER_CONFIG_DIR": home / ".config",
        "JUPYTER_DATA_DIR": home / ".data",
        "JUPYTER_RUNTIME_DIR": home / ".runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / ".settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / ".workspaces",
        "IPYTHONDIR": home / ".ipython",
        "NNLAB_RUNS_DIR": home / "runs",
        "PYTHONPATH": Path(__file__).parents[2],
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [f"--ServerApp.port={port}", "--ServerApp.ip=127.0.0.1", "--port-retries=0"]
    command += [f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={home}"]
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    environment = os.environ | {name: str(place) for name, place in places.items()}
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=home)
    jupyter = Jupyter(home, port, token)
    try:
        _wait(jupyter, server, home / "server.log")
        yield jupyter
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(jupyter: Jupyter, server: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + PATIENCE
    while True:
        try:
            jupyter.ask("status")
            return
        except (URLError, OSError):
            is_over = server.poll() is not None or time.monotonic() > ends
            assert not is_over, log.read_text(errors="replace")
            time.sleep(0.1)


def run_cell(page: Page, number: int = 0) -> None:
    """Press Shift+Enter in a cell, once its kernel is ready."""
    page.locator(CELL).nth(number).locator(".cm-content").click()
    page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for()
    page.keyboard.press("Shift+Enter")


def is_running(page: Page, number: int = 0) -> bool:
    """Whether a cell has not ended yet."""
    return "[*]" in page.locator(CELL).nth(number).locator(".jp-InputPrompt").inner_text()
