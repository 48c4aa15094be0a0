"""The largest runs that the limits allow, eight at once: each has its word, and the server lives.

The real app with its workers is in a control group of 3 GB, as in a container of that size. A tab
is open on it, and it is asked for its health throughout.
"""

import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from benchmarks._process import hear, start, tell
from nnlab.config import (
    Activation,
    Conv2d,
    Data,
    Experiment,
    Flatten,
    Images,
    Layer,
    Linear,
    Model,
    PlaneClasses,
    Training,
)
from nnlab.runs.record import lock
from nnlab.runs.store import Run, Store
from nnlab.training.events import FitEnded
from tests.browser.server import App, running_app
from tests.hold.control_group import killed_in, memory_group
from tests.runs.bench import events_of, experiment, wait_for

pytestmark = pytest.mark.proof

LIMIT = 3 * 2**30
HEALTH_SECONDS = 10.0
"""How long an answer may take while eight runs want two cores and all the memory."""
GROWTH = 150 * 2**20
"""Bytes by which the server itself may grow meanwhile."""
PATIENCE = 300.0
"""Seconds: two minutes suffice on two cores that others want as well."""


def made(data: Data, layers: tuple[Layer, ...], **training: object) -> Experiment:
    defaults = {"optimizer": {"kind": "adam", "lr": 1e-4}, "steps": 1}
    return Experiment(
        data=data,
        model=Model(layers=layers),
        training=Training.model_validate(defaults | training),
    )


def too_wide() -> Experiment:
    """17 million weights, which no page and no worker builds."""
    hidden = (Linear(out_features=4096),) * 2
    return made(PlaneClasses(kind="circle"), (*hidden, Linear(out_features=2)))


def widest() -> Experiment:
    """4.9 million weights: as many as a network may have."""
    layers = (Flatten(), Linear(out_features=4096), Linear(out_features=400))
    return made(Images(kind="mnist"), (*layers, Linear(out_features=10)), batch_size="all")


def pictures(channels: int, batch: int | str) -> Experiment:
    layers = (
        Conv2d(out_channels=channels),
        Activation(kind="relu"),
        Flatten(),
        Linear(out_features=10),
    )
    return made(Images(kind="mnist"), layers, batch_size=batch, augment={"rotate": 10.0})


class Health:
    """Asks the server whether it is well, again and again."""

    def __init__(self, app: App) -> None:
        self._url = f"{app.url}/_stcore/health"
        self.answers = 0
        self.slowest = 0.0
        self.failed: list[str] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)

    @contextmanager
    def watched(self) -> Iterator[None]:
        self._thread.start()
        yield
        self._over.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._over.wait(0.2):
            began = time.monotonic()
            try:
                with urllib.request.urlopen(self._url, timeout=HEALTH_SECONDS):
                    self.answers += 1
            except OSError as error:
                self.failed.append(repr(error))
            self.slowest = max(self.slowest, time.monotonic() - began)


@contextmanager
def open_tab(app: App) -> Iterator[subprocess.Popen[str]]:
    """Somebody on the Playground."""
    tab = start("benchmarks._page_sessions", app.url, "1", "0", "3")
    try:
        assert hear(tab) == "ready"
        yield tab
    finally:
        tab.kill()
        tab.communicate()


def last_word(run: Run) -> FitEnded | None:
    events = events_of(run)
    return events[-1] if events and isinstance(events[-1], FitEnded) else None


def has_ended(run: Run) -> bool:
    return last_word(run) is not None and not lock.is_held(run.path)


def wait_for_last_words(runs: list[Run]) -> None:
    deadline = time.monotonic() + PATIENCE
    while silent := [run.meta.name for run in runs if not has_ended(run)]:
        assert time.monotonic() < deadline, f"without a last word: {', '.join(silent)}"
        time.sleep(0.2)


def test_eight_of_the_largest_runs_do_not_take_the_server_with_them(
    tmp_path: Path, datasets_dir: Path
) -> None:
    orders = tmp_path / "orders"
    orders.mkdir()
    with (
        memory_group(LIMIT) as group,
        running_app(
            tmp_path,
            data_dir=datasets_dir,
            program=["tests.hold.server_in_group", str(group), str(orders)],
        ) as app,
        open_tab(app) as tab,
    ):
        server, health = psutil.Process(app.pid), Health(app)
        before = server.memory_info().rss
        store = Store(app.runs_dir)
        given = [
            too_wide(),
            pictures(32, "all"),
            widest(),
            *(pictures(8, 9_000) for _ in range(5)),
        ]
        runs = [store.create(one, name=f"large {n}") for n, one in enumerate(given)]
        with health.watched():
            for run in runs:
                (orders / run.id).touch()
            tell(tab, "10")
            wait_for(lambda: all(has_ended(run) for run in runs), "the last word of each run")
            clicks = hear(tab)
            small = store.create(experiment(), name="small")
            (orders / small.id).touch()
            wait_for(lambda: has_ended(small), "a small run after all that")

        words = [last_word(run) for run in runs]
        said = [f"{word.reason}: {word.error}" for word in words if word is not None]
        grown = server.memory_info().rss - before
        print("\n".join(said))
        print(
            f"health: {health.answers} answers, the slowest {health.slowest:.1f} s;"
            f" clicks {clicks}; server {before / 2**20:.0f} MiB, grown by"
            f" {grown / 2**20:.0f} MiB; killed by the kernel: {killed_in(group)}"
        )
        assert server.is_running()
        assert health.failed == []
        assert grown < GROWTH
        assert clicks
        assert len(said) == len(runs)
        for word in said:
            assert word.startswith(("completed", "failed")), word
        assert said[0].startswith("failed: With layer 2 the network has 16,793,600 weights")
        assert said[1].startswith("failed: A batch does not fit in memory")
        for word in said[2:]:
            assert word.startswith("completed") or "memory" in word, word
        assert any("ran out" in word or "may take" in word for word in said[2:]), said
        assert store.damaged() == []
        assert small.status() == "finished"
