"""A launcher with a bridge that does as it is told."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nnlab.files import append_line, write_text
from nnlab.runs.cluster.launcher import RayLauncher
from nnlab.runs.cluster.placing import Node
from nnlab.runs.store import Run
from nnlab.settings import Settings
from tests.runs.bench import wait_for

REPOSITORY = Path(__file__).resolve().parents[3]
ADDRESS = "127.0.0.1:6379"


def nodes_news(*nodes: Node) -> dict[str, Any]:
    return {"nodes": [asdict(node) for node in nodes], "data": []}


class Bridge:
    """The fake bridge of a launcher, as a test sees it."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "bridge"
        self.folder.mkdir()
        self.greet()

    def command(self) -> list[str]:
        script = (
            "import runpy; runpy.run_module('tests.runs.cluster.fake_bridge', run_name='__main__')"
        )
        return [sys.executable, "-c", script, str(self.folder)]

    def greet(self, *lines: dict[str, Any]) -> None:
        """What it says when it starts."""
        write_text(self.folder / "greeting", json.dumps(lines))

    def say(self, line: dict[str, Any]) -> None:
        append_line(self.folder / "told", json.dumps({"say": line}))

    def lose(self, run: Run, node: Node) -> None:
        self.say({"lost": path_of(run), "node": node.id, "name": node.name, "why": "it died"})

    def end(self, run: Run, reason: str = "completed") -> None:
        append_line(self.folder / "told", json.dumps({"end": path_of(run), "reason": reason}))

    def exit(self, code: int = 3) -> None:
        append_line(self.folder / "told", json.dumps({"exit": code}))

    def be_deaf(self) -> None:
        """From now on it takes orders and does nothing."""
        (self.folder / "deaf").touch()

    def hear(self) -> None:
        (self.folder / "deaf").unlink()

    @property
    def orders(self) -> list[dict[str, Any]]:
        try:
            lines = (self.folder / "orders").read_text().splitlines()
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in lines]

    @property
    def are_all_told(self) -> bool:
        """Whether it has done all that it was told."""
        told, done = self.folder / "told", self.folder / "done"
        return done.exists() and int(done.read_text() or 0) == told.read_text().count("\n")

    @property
    def starts(self) -> int:
        try:
            return len((self.folder / "starts").read_text().splitlines())
        except FileNotFoundError:
            return 0

    def orders_of(self, run: Run) -> list[dict[str, Any]]:
        return [order for order in self.orders if order.get("run") == path_of(run)]

    def order(self, run: Run, number: int = 0) -> dict[str, Any]:
        """The order with which the run was handed over, 0 for the first time, when it is there."""
        wait_for(lambda: len(self.orders_of(run)) > number, f"order {number} of {run.id}")
        return self.orders_of(run)[number]


def path_of(run: Run) -> str:
    return str(run.path.resolve())


def settings(home: Path, **other: Any) -> Settings:
    said = {
        "runs_dir": home / "runs",
        "data_dir": home / "data",
        "engine": "ray",
        "ray_address": ADDRESS,
        "runs_a_core": 1,
        "max_runs": 1000,
    }
    return Settings.model_validate({**said, **other})


def launcher_of(home: Path, bridge: Bridge, **other: Any) -> RayLauncher:
    return RayLauncher(settings(home, **other), bridge.command())
