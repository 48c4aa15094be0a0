"""Runs that train beside the real server, and what viewers get of them."""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks._process import hear, start, tell
from nnlab.config import Experiment
from nnlab.runs.record.checkpoints import load_live
from nnlab.runs.record.weight_files import LIVE
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings
from nnlab.visitor import LOCAL
from nnlab.wire.tokens import Tokens, key_of
from tests.browser.server import App, running_app

START_SECONDS = 120.0


@dataclass(frozen=True)
class Measured:
    """The frames that some viewers received, and their cost."""

    updates: float
    """A second, of the viewer with the fewest."""
    delay: float
    """Seconds; 95 % have what was written within."""
    frames: float
    """A second, of all viewers together."""
    size: float
    """Bytes of the median frame."""
    share: float
    """Of one core, what the server takes more than at rest."""
    steps: float
    """Training steps a second of all runs together."""

    @property
    def cost(self) -> float:
        """Seconds of the server's processor time a frame and viewer."""
        return self.share / self.frames


@contextmanager
def training(experiment: Experiment, count: int, written: float) -> Iterator[tuple[App, list[Run]]]:
    """The server, and so many runs that train and have written weights.

    With `written` a process without networks goes on in their place, so often a second.
    """
    with tempfile.TemporaryDirectory() as home, running_app(Path(home), max_runs=count) as app:
        settings = Settings(runs_dir=app.runs_dir, data_dir=app.data_dir, max_runs=count)
        launcher = LocalLauncher(settings)
        runs = [Store(app.runs_dir).create(experiment, name="watched") for _ in range(count)]
        for run in runs:
            launcher.start(run)
        try:
            until(lambda: all(load_live(run.path) for run in runs), "the runs to start")
            if written:
                for run in runs:
                    launcher.ask(run, "stop")
                until(lambda: not any(run.is_training() for run in runs), "the runs to end")
                with writing(runs, written):
                    yield app, runs
            else:
                yield app, runs
        finally:
            launcher.close()
            until(lambda: not any(run.is_training() for run in runs), "the workers to end")


@contextmanager
def writing(runs: list[Run], rate: float) -> Iterator[None]:
    """A process writes for all these runs."""
    names = [str(run.path) for run in runs]
    with start("benchmarks._wire_writer", str(rate), *names) as writer:
        assert writer.stdin is not None
        try:
            yield
        finally:
            writer.stdin.close()


def until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError(f"Waited in vain for {what}.")
        time.sleep(0.1)


def measure(
    app: App,
    runs: list[Run],
    seconds: float,
    warm: float,
    at_rest: float = 0.0,
    cookies: Mapping[str, str] | None = None,
) -> Measured:
    """One viewer for each of `runs`, in which a run may stand several times.

    Args:
        app: the server.
        runs: that train.
        seconds: for how long.
        warm: seconds before that.
        at_rest: what the server takes of a core without them.
        cookies: of a class, by the person who owns a run, who then watches it.
    """
    signer = Tokens(key_of(Settings(runs_dir=app.runs_dir)))
    address = f"{app.url.replace('http', 'ws')}/wire?token="
    owners = [run.meta.owner if cookies else LOCAL for run in runs]
    order = {
        "addresses": [
            address + signer.sign(run.id, owner) for run, owner in zip(runs, owners, strict=True)
        ],
        "cookies": [cookies[owner] for owner in owners] if cookies else None,
        "warm": warm,
        "seconds": seconds,
    }
    with start("benchmarks._wire_viewers") as viewers:
        tell(viewers, json.dumps(order))
        time.sleep(warm + 0.1 * seconds)
        before = {run: step_of(run) for run in runs}
        began = time.monotonic()
        share = share_of(app.pid, 0.8 * seconds)
        steps = sum(step_of(run) - step for run, step in before.items())
        steps /= time.monotonic() - began
        seen = json.loads(hear(viewers))
    delays = sorted(delay for one in seen for delay in one["delays"])
    return Measured(
        updates=min(one["updates"] for one in seen) / seconds,
        delay=delays[int(0.95 * len(delays))],
        frames=sum(one["frames"] for one in seen) / seconds,
        size=statistics.median(size for one in seen for size in one["sizes"]),
        share=max(share - at_rest, 0.0),
        steps=steps,
    )


def share_of(pid: int, seconds: float) -> float:
    """Of one core, what a process takes without its children."""
    process = psutil.Process(pid)
    before = process.cpu_times()
    began = time.monotonic()
    time.sleep(seconds)
    after = process.cpu_times()
    used = after.user - before.user + after.system - before.system
    return used / (time.monotonic() - began)


def steps_a_second(runs: list[Run], seconds: float) -> float:
    """Training steps of all runs together."""
    before = sum(map(step_of, runs))
    began = time.monotonic()
    time.sleep(seconds)
    return (sum(map(step_of, runs)) - before) / (time.monotonic() - began)


def step_of(run: Run) -> int:
    live = load_live(run.path)
    return live[0] if live else 0


@contextmanager
def pages(
    app: App,
    count: int,
    training: int,
    between: float = 10.0,
    cookies: Path | None = None,
    query: str = "",
) -> Iterator[Callable[[float], Callable[[], list[float]]]]:
    """So many people on the Playground, some with a run that trains; `between` clicks so many s.

    `cookies` is a file with a line for each, where they are members of a class; `query` what stands
    behind the `?` of their address.
    Called with a number of seconds they click for so long; what comes back waits for the end, and
    gives the seconds that each click took.
    """
    with start(
        "benchmarks._page_sessions",
        *(app.url, str(count), str(training), str(between)),
        *((str(cookies), query) if cookies is not None else ()),
    ) as sessions:
        if hear(sessions) != "ready":
            raise RuntimeError(f"The pages did not open: {app.log.read_text(errors='replace')}")

        def click(seconds: float) -> Callable[[], list[float]]:
            tell(sessions, str(seconds))
            return lambda: json.loads(hear(sessions))

        yield click
        assert sessions.stdin is not None
        sessions.stdin.close()


def started(app: App, count: int) -> list[Run]:
    """The runs of a server, once so many have weights."""
    until(lambda: len(list(app.runs_dir.glob(f"[!.]*/{LIVE}"))) == count, "the runs to start")
    return [Run(path) for path in app.runs()]
