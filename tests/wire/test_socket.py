"""`/wire`, over real sockets: what a viewer is told, from its first request to the run's end."""

import json
import random
import shutil
import threading
import time
from contextlib import ExitStack
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load

from nnlab.files import append_line
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.store import Run, Store
from nnlab.wire import feed, hub, socket, viewer
from tests.runs.recorded.made import LOSSES, WEIGHTS, add_metrics, make_recorded
from tests.wire.bench import (
    PATIENCE,
    START,
    Server,
    Told,
    a_run,
    add_steps,
    close_of,
    progress,
    put_weights,
    receive,
    receive_until,
    serving,
    until,
)


def test_the_first_frame_tells_all_that_happened_and_the_newest_weights(
    server: Server, runs_dir: Path
) -> None:
    run = a_run(runs_dir, steps=3)
    expected = put_weights(run, 3)
    with server.watch(run) as viewer:
        told = receive(viewer)
    log = (run.path / EVENTS_FILE).read_bytes()
    assert told.head["from"] == 0
    assert told.head["offset"] == len(log)
    assert told.head["status"] == "interrupted"
    assert told.head["events"] == [json.loads(line) for line in log.splitlines()]
    assert "more" not in told.head
    assert {name: array.tolist() for name, array in load(told.weights).items()} == {
        name: array.tolist() for name, array in expected.items()
    }


def test_what_comes_later_is_told_once(server: Server, runs_dir: Path) -> None:
    run = a_run(runs_dir)
    with server.watch(run) as viewer:
        steps = receive(viewer).steps
        for step in range(1, 31):
            append_line(run.path / EVENTS_FILE, progress(step))
            put_weights(run, step)
        frames = receive_until(viewer, lambda told: 30 in told.steps)
    assert steps + [step for told in frames for step in told.steps] == list(range(31))
    for before, after in pairwise(frames):
        assert before.head["offset"] == after.head["from"]


def test_viewers_at_one_place_share_a_frame_that_is_built_once(
    server: Server, runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "STATUS_SECONDS", 1e9)
    run = a_run(runs_dir, steps=2)
    with ExitStack() as stack:
        viewers = [stack.enter_context(server.watch(run)) for _ in range(20)]
        assert [receive(one).steps for one in viewers] == [[0, 1, 2]] * 20
        shared = hub.hub()._feeds[run.id].frames
        before = shared.built
        append_line(run.path / EVENTS_FILE, progress(3))
        told = [receive_until(one, lambda told: told.steps)[-1].steps for one in viewers]
        assert told == [[3]] * 20
        assert shared.built - before <= 2  # a status may come between
    until(lambda: run.id not in hub.hub()._feeds)


def test_a_slow_viewer_gets_every_event_and_the_newest_weights(
    server: Server, runs_dir: Path
) -> None:
    run = a_run(runs_dir)
    note = "n" * 20_000
    with server.connect(run, max_queue=1) as slow, server.watch(run) as quick:
        slow.send(json.dumps(START))
        for step in range(1, 301):
            append_line(run.path / EVENTS_FILE, progress(step)[:-1] + f',"note":"{note}"}}')
            put_weights(run, step, width=400)
            if step % 20 == 0:
                receive_until(quick, partial(tells, step))
        last = put_weights(run, 301, width=400)
        frames = receive_until(
            slow, lambda told: told.weights and is_same(load(told.weights), last)
        )
    assert [step for told in frames for step in told.steps] == list(range(301))
    assert sum(bool(told.weights) for told in frames) < 100
    assert max(len(json.dumps(told.head)) for told in frames) < 300 * 1024


def tells(step: int, told: Told) -> bool:
    return step in told.steps


def is_same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return all(np.array_equal(one[name], other[name]) for name in other)


def test_after_a_cut_the_browser_goes_on_from_where_it_was(server: Server, runs_dir: Path) -> None:
    run = a_run(runs_dir, steps=5)
    put_weights(run, 5)
    with server.watch(run) as first:
        told = receive(first)
    add_steps(run, 6, 4)
    with server.watch(run, offset=told.head["offset"], version=told.head["version"]) as second:
        after = receive(second)
    assert after.steps == [6, 7, 8, 9]
    assert after.weights == b""
    assert after.head["from"] == told.head["offset"]


@pytest.mark.parametrize("offset", [7, 10**9, 2**63 - 1])
def test_where_the_offset_is_no_end_of_a_line_all_begins_anew(
    server: Server, runs_dir: Path, offset: int
) -> None:
    run = a_run(runs_dir, steps=2)
    with server.watch(run, offset=offset) as viewer:
        told = receive(viewer)
    assert (told.head["from"], told.steps) == (0, [0, 1, 2])


def test_a_log_that_was_made_anew_is_told_from_its_beginning(
    server: Server, runs_dir: Path
) -> None:
    run = a_run(runs_dir, steps=3)
    other = a_run(runs_dir, steps=9)
    with server.watch(run) as viewer:
        receive(viewer)
        shutil.copyfile(other.path / EVENTS_FILE, run.path / "new")
        (run.path / "new").write_text((run.path / "new").read_text().replace("0.03", "0.04"))
        (run.path / "new").replace(run.path / EVENTS_FILE)
        told = receive_until(viewer, lambda told: told.head.get("events"))[-1]
    assert (told.head["from"], told.steps) == (0, list(range(10)))


def test_a_deleted_run_is_said_to_be(server: Server, runs_dir: Path) -> None:
    run = a_run(runs_dir, steps=1)
    with server.watch(run) as viewer:
        receive(viewer)
        Store(runs_dir).delete(run.id)
        assert close_of(viewer) == (4404, f"The run {run.id} was deleted.")
    with server.connect(run) as late:
        assert close_of(late)[0] == 4404


def test_a_run_of_a_later_nnlab_is_not_misread(server: Server, runs_dir: Path) -> None:
    run = a_run(runs_dir)
    log = run.path / EVENTS_FILE
    with server.watch(run) as viewer:
        receive(viewer)
        append_line(log, log.read_text().strip().replace('"schema":1', '"schema":2'))
        code, reason = close_of(viewer)
    assert code == 4409
    assert "later nnlab" in reason


def test_other_parts_come_as_soon_as_they_are_asked_for(server: Server, runs_dir: Path) -> None:
    run = a_run(runs_dir, steps=2)
    expected = put_weights(run, 2)
    with server.watch(run, parts=[]) as viewer:
        first = receive(viewer)
        assert first.weights == b""
        # What the browser says of the place where it is may be older than what is under way.
        viewer.send(json.dumps(START | {"parts": ["0.bias"]}))
        part = receive_until(viewer, lambda told: told.weights)[-1]
        viewer.send(json.dumps(START | {"version": part.head["version"]}))
        whole = receive_until(viewer, lambda told: told.weights)[-1]
    assert list(load(part.weights)) == ["0.bias"]
    assert is_same(load(part.weights), {"0.bias": expected["0.bias"]})
    assert is_same(load(whole.weights), expected)
    assert part.steps == whole.steps == []


def test_without_news_a_frame_tells_that_the_server_is_there(
    server: Server, runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewer.Viewer.wait, "__defaults__", (0.05,))
    run = a_run(runs_dir, steps=1)
    with server.watch(run) as quiet:
        offset = receive(quiet).head["offset"]
        heads = [receive(quiet).head for _ in range(3)]
    assert heads == [{"offset": offset, "from": offset, "status": "interrupted"}] * 3


def test_a_viewer_that_reads_nothing_gives_its_place_back(
    server: Server, runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "READ_SECONDS", 0.2)
    monkeypatch.setattr(socket, "CLOSE_SECONDS", 0.2)
    run = a_run(runs_dir)
    for step in range(1, 400):
        append_line(run.path / EVENTS_FILE, progress(step)[:-1] + f',"note":"{"n" * 30_000}"}}')
    with server.connect(run, max_queue=1, close_timeout=0.1) as deaf, server.watch(run) as hearing:
        deaf.send(json.dumps(START))
        receive_until(hearing, lambda told: 399 in told.steps)
        until(lambda: hub.hub().viewers == 1)
        add_steps(run, 400, 1)
        receive_until(hearing, lambda told: 400 in told.steps)


def test_the_wire_lies_below_the_base_path(runs_dir: Path) -> None:
    run = a_run(runs_dir, steps=1)
    with serving("lab/one/") as below, below.watch(run) as viewer:
        assert below.base == "/lab/one"
        assert receive(viewer).steps == [0, 1]
        assert below.plain(run)[0] == 200


def test_every_event_comes_exactly_once_across_cuts_at_random_moments(
    server: Server, runs_dir: Path
) -> None:
    run = a_run(runs_dir)
    chance = random.Random(2)
    writing = threading.Thread(target=write_in_bits, args=(run, range(1, 401)))
    writing.start()
    steps: list[int] = []
    place: dict[str, object] = {"offset": 0, "version": ""}
    connections = 0
    while 400 not in steps:
        connections += 1
        with server.watch(run, **place) as viewer:
            for _ in range(chance.randint(1, 6)):
                told = receive(viewer)
                assert told.head["from"] == place["offset"]
                steps += told.steps
                place["offset"] = told.head["offset"]
                place["version"] = told.head.get("version", place["version"])
                if 400 in steps:
                    break
    writing.join()
    assert steps == list(range(401))
    assert connections > 3


def write_in_bits(run: Run, steps: range) -> None:
    """Lines that end anywhere when the file is looked at, and weights in between."""
    chance = random.Random(1)
    for step in steps:
        line = progress(step).encode() + b"\n"
        cut = chance.randrange(len(line))
        with (run.path / EVENTS_FILE).open("ab", buffering=0) as log:
            log.write(line[:cut])
            time.sleep(chance.random() / 200)
            log.write(line[cut:])
        if step % 3 == 0:
            put_weights(run, step)


def test_five_hundred_sockets_disturb_nobody(
    server: Server, runs_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They ask nothing, ask rubbish or watch; who was there before is told all, and so are they."""
    monkeypatch.setattr(socket, "FIRST_SECONDS", PATIENCE)  # a busy machine opens them slowly
    run, other = a_run(runs_dir), a_run(runs_dir)
    with server.watch(run) as viewer, ExitStack() as stack:
        receive(viewer)
        crowd = [stack.enter_context(server.connect(other)) for _ in range(500)]
        for index, one in enumerate(crowd):
            if index % 5:
                one.send("rubbish" if index % 5 == 1 else json.dumps(START))
        for step in range(1, 21):
            append_line(run.path / EVENTS_FILE, progress(step))
        add_steps(other, 1, 1)
        frames = receive_until(viewer, partial(tells, 20))
        assert [step for told in frames for step in told.steps] == list(range(1, 21))
        assert {close_of(one)[0] for one in crowd[1::5]} == {4400}
        for one in crowd[2::5]:
            receive_until(one, partial(tells, 1))


def test_a_recorded_run_tells_its_metrics_and_its_newest_weights(
    server: Server, runs_dir: Path
) -> None:
    run = make_recorded(Store(runs_dir), reason=None)
    with server.watch(run) as viewer:
        told = receive(viewer)
        assert told.head["status"] == "interrupted"
        values = [event.get("values") for event in told.head["events"]]
        assert [value for value in values if value] == list(LOSSES)
        assert load(told.weights).keys() == WEIGHTS.keys()
        add_metrics(run, [{"loss": 0.125}], first=9)
        later = receive_until(viewer, lambda told: 90 in told.steps)
    assert later[-1].head["events"][-1]["values"] == {"loss": 0.125}
