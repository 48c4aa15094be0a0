"""Many networks at once: how fast, how exact, how soon seen.

`--only` names the parts: `speed` (a watched sweep of 64 and of 256 networks against one bare
PyTorch loop, in turns), `exact` (networks of a sweep against the same networks alone), `page`
(tiles and views in Chromium) and `importance` (which axis matters, of 1,000 networks).
"""

import argparse
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks._bare_loop import serve
from benchmarks._browser import chromium
from benchmarks._exact import DRAWN, STEPS, cases, equal
from benchmarks._importance import importance_seconds
from benchmarks._process import start
from benchmarks._report import goal, print_machine, print_table
from benchmarks._sweep_page import READY, TilesSeen, finished, time_views, watch_tiles
from benchmarks._watched_sweep import compare
from nnlab.config import Axis, Experiment, Sweep, to_link
from nnlab.runs.store import Store
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings
from tests.browser.server import App, running_app

GOALS = {64: 20, 256: 45}
GOAL_UPDATES, GOAL_BYTES = 8, 1_000_000
WARM_SECONDS = 0.6


def experiment() -> Experiment:
    """2-8-8-2 in batches of 10 with Adam, which outlasts the measurement."""
    hidden = [{"kind": "linear", "out_features": 8}, {"kind": "tanh"}]
    return Experiment.from_dict(
        {
            "data": {"kind": "spiral"},
            "model": {"layers": [*hidden, *hidden, {"kind": "linear", "out_features": 2}]},
            "training": {
                "optimizer": {"kind": "adam", "lr": 0.003},
                "batch_size": 10,
                "steps": 1_000_000_000,
            },
        }
    )


def sweep(nets: int) -> Sweep:
    """8 rates × so many seeds."""
    axes = (
        Axis(path="training.optimizer.lr", values="log:0.0003..0.03:8"),
        Axis(path="model.seed", values=f"0..{nets // 8 - 1}"),
    )
    return Sweep(experiment=experiment(), axes=axes)


def main() -> None:
    parts: dict[str, Callable[[argparse.Namespace], None]] = {
        "speed": speed,
        "exact": exact,
        "page": page,
        "importance": importance,
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each side in each round")
    parser.add_argument("--only", choices=parts, action="append")
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare:
        serve(experiment(), WARM_SECONDS)
        return
    print_machine()
    for name in options.only or parts:
        print()
        parts[name](options)


def speed(options: argparse.Namespace) -> None:
    """Model-steps a second, over the steps a second of one bare loop."""
    rows = []
    for nets, least in GOALS.items():
        with tempfile.TemporaryDirectory() as home:
            launcher = LocalLauncher(Settings(runs_dir=Path(home) / "runs"))
            wanted = sweep(nets)
            run = Store(Path(home) / "runs").create(wanted.experiment, name="sweep", sweep=wanted)
            with start("benchmarks.sweep", "--bare") as bare:
                pairs = compare(
                    launcher,
                    run,
                    bare,
                    rounds=options.rounds,
                    seconds=options.seconds,
                    warm=WARM_SECONDS,
                )
            launcher.close()
        outside, inside = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(nets * own / other for other, own in pairs)
        met = goal(ratio >= least, f"≥ {least}")
        rows.append(
            [
                f"{nets}",
                f"{outside:,.0f}",
                f"{inside:,.0f}",
                f"{nets * inside:,.0f}",
                f"{ratio:.1f}",
                met,
            ]
        )
    print_table(
        ["networks", "bare loop, steps/s", "sweep, steps/s", "model-steps/s", "ratio", "goal"], rows
    )


def exact(_options: argparse.Namespace) -> None:
    """Of 20 drawn from 64, how many have the very weights of the network alone."""
    found = {name: equal(given) for name, given in cases()}
    for name, count in found.items():
        if count < DRAWN:
            print(f"{name}: {count} of {DRAWN}")
    whole = sum(count == DRAWN for count in found.values())
    print(
        f"equal bit for bit after {STEPS:,} steps, {DRAWN} of 64 each:"
        f" {goal(whole == len(found), f'{whole} of {len(found)} sweeps')}"
    )


def page(options: argparse.Namespace) -> None:
    """Tiles of 64 and 256 networks that train, and the views of 1,000 finished ones."""
    with (
        chromium() as browser,
        tempfile.TemporaryDirectory() as home,
        running_app(Path(home)) as app,
    ):
        tiles = {nets: _tiles(browser, app, nets, 5 * options.seconds) for nets in GOALS}
        run = finished(Store(app.runs_dir), sweep(1000))
        views = time_views(_page(browser), f"{app.url}/sweep?run={run.id}")
    print_table(
        ["networks that train", "tiles in sight", "updates/s of each", "kB/s", "goal"],
        [
            [
                f"{nets}",
                f"{seen.tiles}",
                f"{seen.updates:.1f}",
                f"{seen.bytes / 1000:,.0f}",
                goal(seen.updates >= GOAL_UPDATES, f"≥ {GOAL_UPDATES}/s")
                if nets == 64
                else goal(seen.bytes <= GOAL_BYTES, "≤ 1,000 kB/s"),
            ]
            for nets, seen in tiles.items()
        ],
    )
    drawn, brushed = goal(views.drawn <= 1, "≤ 1 s"), goal(views.brushed <= 0.1, "≤ 0.1 s")
    print(
        f"1,000 finished networks: views drawn in {views.drawn:.2f} s ({drawn}),"
        f" a brush answered in {views.brushed:.3f} s ({brushed})"
    )


def _page(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": 1440, "height": 900})


def _tiles(browser: Browser, app: App, nets: int, seconds: float) -> TilesSeen:
    shown = _page(browser)
    shown.goto(f"{app.url}/sweep?s={to_link(sweep(nets))}")
    shown.click(".st-key-train button")
    shown.wait_for_function(READY)
    seen = watch_tiles(shown, seconds)
    shown.click(".st-key-stop button")
    shown.context.close()
    return seen


def importance(_options: argparse.Namespace) -> None:
    """Which axis matters, of 1,000 networks."""
    took = importance_seconds(1000)
    print(f"importance of 1,000 networks, PED-ANOVA: {took:.2f} s ({goal(took <= 2, '≤ 2 s')})")


if __name__ == "__main__":
    main()
