"""The run directory of a sweep: its files, its status from the end of a long log, its summary."""

import json
from pathlib import Path

import pytest

from nnlab.errors import NnlabError, RunDamagedError
from nnlab.export import export
from nnlab.export.timeline import read_timeline
from nnlab.files import append_line
from nnlab.runs.network import load_network
from nnlab.runs.record import lock
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EVENTS_FILE, LINE_BYTES, TAIL_BYTES, read_head_and_tail
from nnlab.runs.rewind.replay import state_at
from nnlab.runs.rewind.reproduce import replayable
from nnlab.runs.store import SWEEP, Run, Store
from nnlab.runs.sweeps.single import must_be_one, net_of
from nnlab.runs.testset import open_test
from nnlab.training.events import ControlApplied, Event, NetsProgress, Progress, to_line
from tests.runs.bench import new_run
from tests.runs.sweeps.bench import begun, ended, over, sweep_of, told

LONG = 1024
"""Networks whose figures make a line longer than the usual tail of a log."""


@pytest.fixture
def store(runs_dir: Path) -> Store:
    return Store(runs_dir)


def new_sweep(store: Store) -> Run:
    given = sweep_of()
    return store.create(given.experiment, sweep=given, name="a sweep")


def write(run: Run, *events: Event) -> None:
    for event in events:
        append_line(run.path / EVENTS_FILE, to_line(event))


def long_line(step: int, *, paused: bool = False) -> NetsProgress:
    losses = [1 + net / 1e6 for net in range(LONG)]
    losses[700] = 0.25
    line = told(step, *losses, paused=paused, val_loss=tuple(losses), train_accuracy=(0.5,) * LONG)
    assert TAIL_BYTES < len(to_line(line)) < LINE_BYTES
    return line


def test_a_run_keeps_the_sweep_that_it_was_made_of(store: Store):
    run = new_sweep(store)
    assert run.sweep == sweep_of()
    assert run.experiment == sweep_of().experiment
    (summary,) = store.summaries()
    assert summary.sweep == sweep_of()
    assert not list(store.root.glob(".*"))  # nothing half made is left


def test_a_usual_run_has_no_sweep(store: Store, runs_dir: Path):
    run = new_run(runs_dir)
    assert run.sweep is None
    assert store.summaries()[0].sweep is None
    must_be_one(run)
    with pytest.raises(NnlabError, match="of one network"):
        net_of(run, run.sweep, 0)


@pytest.mark.parametrize("content", [b"{", b'{"axes": []}', b"\xff", b"[" * 10**6])
def test_a_sweep_that_cannot_be_read_makes_a_damaged_run(store: Store, content: bytes):
    run = new_sweep(store)
    (run.path / SWEEP).write_bytes(content)
    with pytest.raises(RunDamagedError, match=SWEEP):
        _ = run.sweep
    assert store.summaries() == []
    ((damaged, reason),) = store.damaged()
    assert damaged == run
    assert SWEEP in reason


def test_an_oversized_sweep_is_not_read_whole(store: Store):
    run = new_sweep(store)
    with (run.path / SWEEP).open("wb") as file:
        file.truncate(2**33)  # sparse: it takes no room
    with pytest.raises(RunDamagedError, match="more than"):
        _ = run.sweep


def test_a_list_sees_that_a_sweep_at_rest_was_changed(store: Store):
    run = new_sweep(store)
    write(run, begun(nets=4), told(5, 1.0, 1.0, 1.0, 1.0), ended(5))
    assert store.summaries()[0].sweep == sweep_of()
    other = sweep_of(("model.seed", "0..3"))
    (run.path / SWEEP).write_text(other.to_json())
    assert store.summaries()[0].sweep == other
    (run.path / SWEEP).unlink()
    assert store.summaries()[0].sweep is None


def test_the_status_is_read_past_lines_longer_than_the_usual_tail(store: Store):
    run = new_sweep(store)
    write(run, begun(nets=LONG), *(long_line(step) for step in range(1, 5)))
    with lock.hold(run.path):
        assert run.status() == "running"
        write(run, long_line(5, paused=True))
        assert run.status() == "paused"
        write(run, ControlApplied(step=5, epoch=1, seconds=1, id="a", do="checkpoint"))
        assert run.status() == "paused"
        (summary,) = store.summaries()
        assert summary.status == "paused"
        write(run, ControlApplied(step=5, epoch=1, seconds=1, id="a", do="resume"))
        assert run.status() == "running"
        # So many networks end at once that no line with figures is near the end.
        write(run, *(over(net, 6) for net in range(LONG)))
        assert run.status() == "running"
    assert run.status() == "interrupted"
    write(run, ended(6))
    assert run.status() == "finished"


def test_of_a_sweep_no_more_than_one_long_line_beyond_the_usual_tail_is_read(store: Store):
    run = new_sweep(store)
    write(run, begun(nets=LONG), *(long_line(step) for step in range(1, 40)))
    head, tail = read_head_and_tail(run.path)
    assert head == begun(nets=LONG)
    assert [event.step for event in tail] == [37, 38, 39]
    write(run, ended(39))
    assert read_head_and_tail(run.path)[1] == [ended(39)]


def test_a_list_shows_the_best_network_of_a_sweep_under_way(store: Store):
    run = new_sweep(store)
    write(run, begun(nets=LONG), long_line(4), over(3, 5))
    last = store.summaries()[0].last
    assert isinstance(last, Progress)
    assert (last.step, last.train_loss, last.val_loss, last.train_accuracy) == (5, 0.25, 0.25, 0.5)


def test_a_summary_reads_a_sweep_at_rest_once(store: Store, monkeypatch: pytest.MonkeyPatch):
    run = new_sweep(store)
    write(run, begun(nets=4), ended(5))
    store.summaries()
    monkeypatch.setattr(Run, "_read", lambda *_: pytest.fail("read again"))
    assert len(store.summaries()) == 1


def test_the_networks_of_a_sweep_have_numbers(store: Store):
    run = new_sweep(store)
    assert net_of(run, run.sweep, 3).values == (0.1, 1)
    for number in (-1, 4, 10**9):
        with pytest.raises(NnlabError, match="0 to 3"):
            net_of(run, run.sweep, number)
    with pytest.raises(NnlabError, match="sweep of 4 networks"):
        must_be_one(run)


def test_a_folder_that_cannot_be_written_leaves_no_half_sweep(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    given = sweep_of()

    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nnlab.runs.store.sync_folder", full)
    with pytest.raises(NnlabError, match="space"):
        store.create(given.experiment, sweep=given, name="a")
    assert not list(store.root.iterdir())


def test_what_is_written_is_plain_json_without_defaults(store: Store):
    written = json.loads((new_sweep(store).path / SWEEP).read_text())
    assert set(written) == {"experiment", "axes"}
    assert written["axes"][1] == {"path": "model.seed", "values": "0..1"}


@pytest.mark.parametrize(
    "question",
    [
        lambda run: load_network(run),
        lambda run: state_at(run, 0, run.path),
        lambda run: open_test(run, run.path),
        lambda run: read_timeline(run),
        lambda run: replayable(run, History()),
        lambda run: export(run, "onnx"),
    ],
    ids=["network", "past", "test set", "timeline", "link", "export"],
)
def test_what_is_for_one_network_is_refused_of_a_sweep_with_the_mend(store: Store, question):
    run = new_sweep(store)
    with pytest.raises(NnlabError, match=r"sweep of 4.*--net 0"):
        question(run)
