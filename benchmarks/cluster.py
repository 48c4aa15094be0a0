"""Runs on the nodes of a Ray cluster against the same runs on this machine, in turns.

The head, the nodes and the server's bridge are processes of this machine: what they take of the
processor is taken from the runs, too, and two nodes have a core each. `--only` names the parts:
`watched` (steps a second of a run that is watched, over the same run trained here), `first` (from
Train to the first progress in the server's files), `asked` (from a control to its answer there),
`search` (a search of image networks over two nodes, over one), `sweep` (the stacks of a sweep over
two nodes, over one) and `bridge` (what the bridge takes of the processor and writes for a run that
is watched, and what one server feeds).
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from benchmarks._nodes import Lab, cluster_lab, taken
from benchmarks._report import goal, print_machine, print_table
from benchmarks._watched import Reader
from benchmarks.throughput import experiment as small_network
from benchmarks.throughput import frame as plane_frame
from nnlab.config import Adam, Axis, Experiment, Flatten, Images, Model, Sweep, Training, mlp
from nnlab.config.sweep import Search
from nnlab.figures.curves import loss_figure
from nnlab.runs.record.log import EventReader
from nnlab.runs.search.conductor import conduct
from nnlab.runs.store import Run, Store
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings
from nnlab.training.controls import NoControls
from nnlab.training.events import ControlApplied, FitEnded, NetsProgress, Progress
from nnlab.ui.runtime.run_view import RunView

GOAL_WATCHED, GOAL_FIRST, GOAL_ASKED = 0.95, 1.5, 0.3
CONTROLS = 30
"""That a run is asked for, one after another, at odd moments."""
RESUMED_SECONDS = 0.6
"""From resuming a run to where its measure begins."""
PATIENCE = 120.0
CORES_OF_A_NODE = 16
RUNS_A_CORE = 4
WIRE_BYTES = 125_000_000
"""A second, of a server's network of 1 Gbit/s."""
MANY = 1000

Frame = Callable[[RunView], None]
Side = TypeVar("Side")


def image_network(**training: object) -> Experiment:
    """784-200-60-10 on the digits at batch 64, in one thread on either side."""
    given = {"optimizer": Adam(kind="adam", lr=0.001), "batch_size": 64, "threads": 1}
    return Experiment(
        data=Images(kind="digits"),
        model=Model(layers=(Flatten(), *mlp(200, 60, outputs=10, activation="relu"))),
        training=Training.model_validate({"epochs": 1_000_000, **given, **training}),
    )


def curve_frame(view: RunView) -> None:
    """A chart of the run, as its page draws it once a second."""
    steps, epochs = view.refresh().progress, view.history.epochs
    loss_figure(
        steps["step"], steps["train_loss"], epochs["step"], epochs["val_loss"], dark=False
    ).to_plotly_json()


GIVEN: dict[str, tuple[Callable[[], Experiment], Frame]] = {
    "small network": (small_network, plane_frame),
    "image network": (image_network, curve_frame),
}


def main() -> None:
    parts: dict[str, Callable[[argparse.Namespace], None]] = {
        "watched": watched,
        "first": first,
        "asked": asked,
        "search": search,
        "sweep": sweep,
        "bridge": bridge,
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each side in each round")
    parser.add_argument("--starts", type=int, default=9, help="of a run, on each side")
    parser.add_argument("--trials", type=int, default=4, help="of a search, on each side")
    parser.add_argument("--only", choices=parts, action="append")
    options = parser.parse_args()
    print_machine()
    for name in options.only or parts:
        print()
        parts[name](options)


# A run there and here ----------------------------------------------------------------------------


def watched(options: argparse.Namespace) -> None:
    """Steps a second of a run that is watched, over the same run trained here."""
    rows = []
    for name, (given, frame) in GIVEN.items():
        with _both_sides() as (store, here, there):
            sides = [_Side(launcher, store, given(), frame) for launcher in (here, there)]
            pairs = _in_turns(sides, lambda side: side.speed(options.seconds), options.rounds)
            for side in sides:
                side.stop()
        own, other = (statistics.median(speeds) for speeds in zip(*pairs, strict=True))
        ratio = statistics.median(other / own for own, other in pairs)
        met = goal(ratio >= GOAL_WATCHED, f"≥ {GOAL_WATCHED}")
        rows.append([name, f"{own:,.0f}", f"{other:,.0f}", f"{ratio:.3f}", met])
    print_table(["steps/s, watched", "here", "on a node", "ratio", "goal"], rows)


def first(options: argparse.Namespace) -> None:
    """From Train to the first progress, on a cluster that is warm."""
    with _both_sides() as (store, here, there):
        times: dict[str, list[float]] = {"here": [], "on a node": []}
        for _ in range(options.starts):
            for name, launcher in (("here", here), ("on a node", there)):
                times[name].append(_first_progress(launcher, store))
    rows = []
    for name, own in times.items():
        median = statistics.median(own)
        met = goal(median <= GOAL_FIRST, f"≤ {GOAL_FIRST} s") if name == "on a node" else ""
        rows.append([name, f"{median:.2f}", f"{max(own):.2f}", met])
    print_table(["Train to the first progress, s", "median", "slowest", "goal"], rows)


def asked(options: argparse.Namespace) -> None:
    """From asking a run for a new rate to its answer in the server's files."""
    del options
    rows = []
    with _both_sides() as (store, here, there):
        for name, launcher in (("here", here), ("on a node", there)):
            own = sorted(_answered(launcher, store))
            met = goal(own[-1] <= GOAL_ASKED, f"≤ {GOAL_ASKED} s") if launcher is there else ""
            rows.append([name, f"{statistics.median(own):.3f}", f"{own[-1]:.3f}", met])
    print_table(["a control to its answer, s", "median", "slowest", "goal"], rows)


@contextmanager
def _both_sides() -> Iterator[tuple[Store, LocalLauncher, LocalLauncher]]:
    with tempfile.TemporaryDirectory() as home:
        runs_dir = Path(home) / "runs"
        here = LocalLauncher(Settings(runs_dir=runs_dir))
        try:
            with cluster_lab(runs_dir, 1, cpus=2) as lab:
                yield Store(runs_dir), here, lab.launcher
        finally:
            here.close()


class _Side:
    """A run that stands still between two measures."""

    def __init__(
        self, launcher: LocalLauncher, store: Store, given: Experiment, frame: Frame
    ) -> None:
        self.launcher, self._run = launcher, store.create(given, name="a run")
        launcher.start(self._run, "step")
        self._reader = Reader(self._run, frame)
        self._reader.wait(lambda: self._reader.view.history.paused)

    def speed(self, seconds: float) -> float:
        """Steps a second while it is watched."""
        return self._reader.speed(self.launcher, seconds, RESUMED_SECONDS)

    def stop(self) -> None:
        """End the run."""
        _stop(self.launcher, self._run)


def _first_progress(launcher: LocalLauncher, store: Store) -> float:
    run = store.create(small_network(), name="a start")
    reader = EventReader(run.path)
    began = time.perf_counter()
    launcher.start(run)
    until = time.monotonic() + PATIENCE
    while not any(isinstance(event, Progress) for event in reader.read_new()):
        _must_be_before(until)
        time.sleep(0.002)
    took = time.perf_counter() - began
    _stop(launcher, run)
    return took


def _answered(launcher: LocalLauncher, store: Store) -> Iterator[float]:
    run = store.create(small_network(), name="asked")
    reader, until = EventReader(run.path), time.monotonic() + PATIENCE
    launcher.start(run)
    while not any(isinstance(event, Progress) for event in reader.read_new()):
        _must_be_before(until)
        time.sleep(0.02)
    for number in range(CONTROLS):
        time.sleep(0.1 + 0.013 * number)  # at another moment of what looks ten times a second
        began = time.perf_counter()
        sent = launcher.ask(run, path="training.optimizer.lr", value=0.01)
        while not any(
            isinstance(event, ControlApplied) and event.id == sent.id for event in reader.read_new()
        ):
            _must_be_before(until)
            time.sleep(0.002)
        yield time.perf_counter() - began
    _stop(launcher, run)


def _stop(launcher: LocalLauncher, run: Run) -> None:
    launcher.ask(run, "stop")
    reader, until = EventReader(run.path), time.monotonic() + PATIENCE
    while not any(isinstance(event, FitEnded) for event in reader.read_new()):
        _must_be_before(until)
        time.sleep(0.02)


def _in_turns(
    sides: Sequence[Side], measure: Callable[[Side], float], rounds: int
) -> list[tuple[float, ...]]:
    """For each round what was measured of each side; each is the first as often as the other."""
    found = []
    for number in range(rounds):
        order = list(range(len(sides)))[:: -1 if number % 2 else 1]
        own = {place: measure(sides[place]) for place in order}
        found.append(tuple(own[place] for place in range(len(sides))))
    return found


def _must_be_before(until: float) -> None:
    if time.monotonic() > until:
        raise TimeoutError(f"nothing came for {PATIENCE:.0f} s")


# Two nodes and one -------------------------------------------------------------------------------


def search(options: argparse.Namespace) -> None:
    """Image networks are searched: each trial is a run of its own, on the node that has room."""
    with _one_and_two() as (store, labs):
        rounds = max(1, options.rounds // 3)
        pairs = _in_turns(labs, lambda lab: _search_seconds(lab, store, options.trials), rounds)
    one, two = (statistics.median(own) for own in zip(*pairs, strict=True))
    ratio = statistics.median(alone / both for alone, both in pairs)
    print(
        f"a search of {options.trials} image networks: {one:.1f} s on one node of a core,"
        f" {two:.1f} s on two: {ratio:.2f}× as fast"
    )


def _search_seconds(lab: Lab, store: Store, trials: int) -> float:
    """A trial takes some ten seconds beside the few in which its process begins."""
    wanted = Sweep(
        experiment=image_network(epochs=400),
        axes=(Axis(path="training.optimizer.lr", values="log:0.0003..0.01:8"),),
        search=Search(method="random", pruning="none", trials=trials, at_once=lab.nodes),
    )
    run = store.create(wanted.experiment, name="a search", sweep=wanted)
    began = time.perf_counter()
    *_, last = conduct(run, lab.launcher, NoControls())
    if not (isinstance(last, FitEnded) and last.reason == "completed"):
        raise RuntimeError(f"the search ended otherwise: {last}")
    return time.perf_counter() - began


def sweep(options: argparse.Namespace) -> None:
    """Two stacks of wide networks, each on a node or both on one."""
    hidden = mlp(256, 256, outputs=2, activation="relu")
    base = small_network().model_copy(update={"model": Model(layers=hidden)})
    axes = (
        Axis(path="training.batch_size", values="64,80"),
        Axis(path="model.seed", values="0..7"),
    )
    wanted = Sweep(experiment=base.with_set("training.threads", 1), axes=axes)
    with _one_and_two() as (store, labs):
        sides = [_SweepSide(lab, store, wanted) for lab in labs]
        pairs = _in_turns(sides, lambda side: side.speed(options.seconds), options.rounds)
        for side in sides:
            side.stop()
    one, two = (statistics.median(own) for own in zip(*pairs, strict=True))
    ratio = statistics.median(both / alone for alone, both in pairs)
    print(
        f"two stacks of 8 networks 2-256-256-2: {one:.1f} steps/s on one node of a core,"
        f" {two:.1f} on two: {ratio:.2f}× as fast"
    )


class _SweepSide:
    """A sweep that stands still between two measures."""

    def __init__(self, lab: Lab, store: Store, wanted: Sweep) -> None:
        self._launcher = lab.launcher
        self._run = store.create(wanted.experiment, name="a sweep", sweep=wanted)
        self._reader = EventReader(self._run.path)
        self._launcher.start(self._run)
        self._pause()

    def speed(self, seconds: float) -> float:
        """Steps a second by the run's own clock."""
        self._launcher.ask(self._run, "resume")
        time.sleep(RESUMED_SECONDS)
        begun = self._newest()
        time.sleep(seconds)
        ended = self._pause()
        return (ended.step - begun.step) / (ended.seconds - begun.seconds)

    def stop(self) -> None:
        """End the sweep."""
        _stop(self._launcher, self._run)

    def _pause(self) -> NetsProgress:
        self._newest()
        self._launcher.ask(self._run, "pause")
        while not (found := self._newest()).paused:
            pass
        return found

    def _newest(self) -> NetsProgress:
        """The next progress that comes."""
        until = time.monotonic() + PATIENCE
        while True:
            found = [one for one in self._reader.read_new() if isinstance(one, NetsProgress)]
            if found:
                return found[-1]
            _must_be_before(until)
            time.sleep(0.01)


@contextmanager
def _one_and_two() -> Iterator[tuple[Store, Sequence[Lab]]]:
    """A cluster of one node and one of two; what stands still on one costs the other little."""
    with tempfile.TemporaryDirectory() as home, ExitStack() as both:
        runs_dir = Path(home) / "runs"
        labs = [both.enter_context(cluster_lab(runs_dir, nodes)) for nodes in (1, 2)]
        yield Store(runs_dir), labs


# What the bridge takes ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cost:
    """Of a run that is watched, each second."""

    processor: float
    """Seconds of the bridge's process."""
    written: float
    """Bytes that came from the node and were written on the server."""


def bridge(options: argparse.Namespace) -> None:
    """Measure the bridge's cost of a watched run, and how many runs it can feed."""
    costs = {}
    with tempfile.TemporaryDirectory() as home:
        runs_dir = Path(home) / "runs"
        with cluster_lab(runs_dir, 1, cpus=2) as lab:
            idle = _bridge_cost(lab, lambda: time.sleep(2 * options.seconds))
            for name, (given, frame) in GIVEN.items():
                costs[name] = _run_cost(lab, Store(runs_dir), given(), frame, 2 * options.seconds)
    print_table(
        ["the bridge, each second", "processor ms", "written kB"],
        [
            [name, f"{1000 * cost.processor:.1f}", f"{cost.written / 1000:,.0f}"]
            for name, cost in {"no run": idle, **costs}.items()
        ],
    )
    for name, cost in costs.items():
        print(_fed(name, cost, idle))


def _run_cost(lab: Lab, store: Store, given: Experiment, frame: Frame, seconds: float) -> _Cost:
    run = store.create(given, name="a run")
    lab.launcher.start(run)
    reader = Reader(run, frame)
    reader.wait(lambda: len(reader.view.history.progress["step"]) > 0)
    reader.look(RESUMED_SECONDS)
    cost = _bridge_cost(lab, lambda: reader.look(seconds))
    _stop(lab.launcher, run)
    return cost


def _bridge_cost(lab: Lab, meanwhile: Callable[[], None]) -> _Cost:
    before, began = taken(lab.bridge), time.perf_counter()
    meanwhile()
    after, passed = taken(lab.bridge), time.perf_counter() - began
    return _Cost(
        (after.seconds - before.seconds) / passed, (after.written - before.written) / passed
    )


def _fed(name: str, cost: _Cost, idle: _Cost) -> str:
    """How many such runs one server feeds, and what breaks first."""
    own = max(cost.processor - idle.processor, 1e-6)  # seconds a run and second
    by_core = (1 - idle.processor) / own
    by_wire = WIRE_BYTES / max(cost.written, 1.0)
    runs = min(by_core, by_wire)
    breaks = "the bridge's core" if by_core < by_wire else "the network of 1 Gbit/s"
    return (
        f"{name}: one server feeds {runs:,.0f} such runs, all watched, or"
        f" {runs / (RUNS_A_CORE * CORES_OF_A_NODE):,.1f} nodes of {CORES_OF_A_NODE} cores at"
        f" {RUNS_A_CORE} runs a core; {MANY:,} runs would take {MANY * own:,.1f} cores and"
        f" {MANY * cost.written / 1e6:,.0f} MB/s; first breaks {breaks}"
    )


if __name__ == "__main__":
    main()
