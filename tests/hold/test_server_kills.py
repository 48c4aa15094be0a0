"""The server is killed while a class watches: everybody is back at their run, and it goes on."""

import asyncio
import json
import os
import random
import signal
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest
from websockets.asyncio.client import connect

from benchmarks._page_sessions import PROTOCOL, Session
from nnlab.config.link import to_link
from nnlab.recipes import RECIPES
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.settings import Settings
from nnlab.wire.tokens import Tokens, key_of
from tests.browser.server import App, free_port, running_app
from tests.hold.bounds import FULL
from tests.hold.viewers import Crowd
from tests.wire.asgi import run as alone

pytestmark = pytest.mark.proof

KILLS = 50 if FULL else 5
VIEWERS = 10
BACK_SECONDS = 5.0
PATIENCE = 120.0


def until(holds: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.01)


async def press(app: App, query: str, button: str) -> None:
    """Open the Playground at this address, and press a button as soon as it is there."""
    address = app.url.replace("http", "ws") + "/_stcore/stream"
    async with (
        asyncio.timeout(PATIENCE),
        connect(address, subprotocols=[PROTOCOL], proxy=None, max_size=None) as socket,
    ):
        page = Session(socket, query)
        while button not in page.buttons:
            await page.run()
        await page.run(click=button)


def follow(app: App, stack: ExitStack) -> tuple[Path, Crowd]:
    """A run that trains, and those who watch it."""
    experiment = RECIPES["spiral"].experiment.with_set("training.epochs", 1_000_000)
    alone(press(app, urlencode({"x": to_link(experiment)}), "train"))
    (run,) = app.runs()
    token = Tokens(key_of(Settings(runs_dir=app.runs_dir))).sign(run.name)
    address = f"{app.url.replace('http', 'ws')}/wire?{urlencode({'token': token})}"
    return run, stack.enter_context(Crowd([(address, "")] * VIEWERS, seed=12))


def seconds_away(crowd: Crowd, killed: float, size: int) -> list[float]:
    """How long after now, when a server is there again, each viewer had all of a log's bytes."""
    now = time.monotonic()

    def back() -> list[float]:
        times = [one.back_at(killed, size) for one in crowd.viewers]
        return [at for at in times if at is not None]

    until(lambda: len(back()) == len(crowd.viewers), "the viewers to come back")
    return [max(0.0, at - now) for at in back()]


def must_know_all(crowd: Crowd, log: Path) -> None:
    """Each has every event of a run that stands still, once."""
    viewers = crowd.viewers
    until(lambda: all(one.status == "interrupted" for one in viewers), "the run to stand still")
    until(lambda: all(one.offset == log.stat().st_size for one in viewers), "all events")
    events = [json.loads(line) for line in log.read_bytes().splitlines()]
    assert len(events) > 10
    assert all(one.events == events for one in viewers)


def must_go_on(crowd: Crowd) -> None:
    """All see it train."""
    before = [len(one.frames) for one in crowd.viewers]

    def trains() -> bool:
        pairs = zip(crowd.viewers, before, strict=True)
        return all(one.status == "running" and len(one.frames) > count + 3 for one, count in pairs)

    until(trains, "the run to go on")


def test_each_viewer_is_back_at_their_run_and_it_goes_on(tmp_path: Path) -> None:
    chance = random.Random(12)
    port, away = free_port(), []
    with ExitStack() as stack:
        run, crowd, killed = None, None, 0.0
        for _ in range(KILLS + 1):
            with running_app(tmp_path, port=port) as app:
                if run is None or crowd is None:
                    run, crowd = follow(app, stack)
                else:
                    away += seconds_away(crowd, killed, (run / EVENTS_FILE).stat().st_size)
                    must_know_all(crowd, run / EVENTS_FILE)
                    alone(press(app, urlencode({"run": run.name}), "resume"))
                must_go_on(crowd)
                time.sleep(chance.random())  # the random moment
                killed = time.monotonic()
                os.kill(app.pid, signal.SIGKILL)
    print(f"{KILLS} kills: back after {statistics.median(away):.2f} s, {max(away):.2f} at most")
    assert len(away) == KILLS * VIEWERS
    assert max(away) <= BACK_SECONDS
