"""events.jsonl and what is folded from it."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlab.errors import RunDamagedError, RunNotFoundError
from nnlab.files import append_line
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EVENTS_FILE, EventReader, newest, read_head_and_tail
from nnlab.runs.record.status import derive_status
from nnlab.training.events import (
    CheckpointSaved,
    ControlApplied,
    Diverged,
    EpochEnded,
    Event,
    FitEnded,
    Progress,
    from_line,
    to_line,
)
from tests.runs.bench import started


def progress(step: int, loss: float = 0.5, *, paused: bool = False) -> Progress:
    return Progress(step=step, epoch=1, seconds=step / 10, lr=0.1, train_loss=loss, paused=paused)


def epoch_ended(step: int, val_loss: float = 0.7) -> EpochEnded:
    return EpochEnded(
        step=step, epoch=step // 25, seconds=1.0, lr=0.1, train_loss=0.5, val_loss=val_loss
    )


def told(step: int, do: str) -> ControlApplied:
    return ControlApplied(step=step, epoch=1, seconds=1.0, id="c", do=do)


def ended(reason: str, step: int = 9, **more: object) -> FitEnded:
    return FitEnded.model_validate(
        {"step": step, "epoch": 1, "seconds": 2.0, "reason": reason, **more}
    )


def saved(step: int, *, best: bool = False) -> CheckpointSaved:
    return CheckpointSaved(step=step, epoch=1, seconds=1.0, file=f"{step}.pt", best=best)


def diverged(step: int) -> Diverged:
    return Diverged(step=step, epoch=1, seconds=1, quantity="train_loss", value=float("inf"))


STEPS = st.integers(0, 30)
EVENTS: st.SearchStrategy[list[Event]] = st.lists(
    STEPS.map(started)
    | st.builds(progress, STEPS, st.floats(0, 9), paused=st.booleans())
    | STEPS.map(epoch_ended)
    | st.builds(told, STEPS, st.sampled_from(["pause", "resume", "step"]))
    | STEPS.map(diverged)
    | st.builds(saved, STEPS, best=st.booleans())
    | st.builds(ended, st.sampled_from(["completed", "stopped"]), STEPS),
    max_size=20,
)


def content(history: History) -> dict:
    told = dict(vars(history))
    for name in ("progress", "epochs"):
        told[name] = {key: repr(values) for key, values in vars(told[name])["_lists"].items()}
    return told


@settings(max_examples=60, deadline=None)
@given(EVENTS, st.data())
def test_folding_in_pieces_is_folding_at_once(events: list[Event], data: st.DataObject):
    cut = data.draw(st.integers(0, len(events)))
    pieces = History(events[:cut])
    pieces.extend(events[cut:])
    assert content(pieces) == content(History(events))
    assert content(History(iter(events))) == content(History(events))


@settings(max_examples=60, deadline=None)
@given(EVENTS)
def test_events_come_back_from_their_lines(events: list[Event]):
    assert [from_line(to_line(event)) for event in events] == events


def test_a_change_to_nothing_comes_back_from_its_line():
    event = ControlApplied(step=1, epoch=1, seconds=0, id="c", set={"path": "x", "value": None})
    assert from_line(to_line(event)) == event


def test_a_resumed_run_forgets_what_lies_beyond_its_checkpoint():
    first = [started(), progress(5), told(6, "checkpoint"), saved(6), progress(10), epoch_ended(25)]
    first += [told(26, "step"), saved(27), progress(30)]
    resumed = [started(step=6, epoch=1), progress(8), epoch_ended(25, 0.6)]
    history = History([*first, *resumed])
    assert history.progress["step"].tolist() == [5, 8]
    assert history.epochs["val_loss"].tolist() == [0.6]
    assert [event.step for event in history.checkpoints] == [6]
    assert [event.step for event in history.controls] == [6]
    assert history.ended is None
    assert history.step == 25


def test_columns_are_arrays_in_which_nan_stands_for_what_was_not_said():
    history = History([progress(5, 0.5), progress(7, 0.25)])
    assert history.progress["step"].dtype == np.float64
    assert history.progress["train_loss"].tolist() == [0.5, 0.25]
    assert np.isnan(history.progress["val_loss"]).all()
    assert history.progress.last("val_loss") is None
    assert history.progress.tail("step", 1) == [7]
    assert len(history.progress) == 2


def test_the_step_is_that_of_the_run_not_of_its_best_checkpoint():
    history = History([progress(90, paused=True), saved(90), saved(50, best=True)])
    assert (history.step, history.seconds, history.paused) == (90, 9.0, True)
    assert newest([progress(90), saved(50, best=True)]) == progress(90)
    assert newest([saved(50)]) is None


def test_the_latest_figure_is_the_ends_else_the_newer_tables():
    events: list[Event] = [progress(5, 0.9), epoch_ended(25), progress(30, 0.1)]
    assert History(events).latest("train_loss") == 0.1
    assert History(events).latest("val_loss") == 0.7
    assert History(events).latest("val_accuracy") is None
    assert History([*events, ended("completed", train_loss=0.05)]).latest("train_loss") == 0.05
    figures = History([ended("completed", train_loss=0.05, best_epoch=3)]).final_figures()
    assert figures == {"train_loss": 0.05, "best_epoch": 3}


# the file ------------------------------------------------------------------------------------


def test_a_reader_gives_whole_lines_only(tmp_path: Path):
    line = to_line(progress(5)).encode() + b"\n"
    reader = EventReader(tmp_path)
    assert reader.read_new() == []
    with (tmp_path / EVENTS_FILE).open("ab", buffering=0) as file:
        for cut in range(1, len(line)):
            file.write(line[cut - 1 : cut])
            assert reader.read_new() == []
        file.write(line[-1:] + line[:9])
        assert reader.read_new() == [progress(5)]
        file.write(line[9:] + line)
        assert reader.read_new() == [progress(5), progress(5)]
    assert reader.read_new() == []
    assert reader.damaged == 0


def test_a_line_that_a_crash_cut_short_is_skipped_and_the_file_goes_on(tmp_path: Path):
    whole = to_line(progress(5))
    (tmp_path / EVENTS_FILE).write_text(whole + "\n" + whole[:20])
    append_line(tmp_path / EVENTS_FILE, to_line(progress(7)))
    reader = EventReader(tmp_path)
    assert reader.read_new() == [progress(5), progress(7)]
    assert reader.damaged == 1
    head, tail = read_head_and_tail(tmp_path)
    assert head == progress(5)
    assert tail == [progress(5), progress(7)]


def test_a_deleted_run_is_told_from_one_that_has_not_spoken(tmp_path: Path):
    assert EventReader(tmp_path).read_new() == []
    with pytest.raises(RunNotFoundError, match="deleted"):
        EventReader(tmp_path / "gone").read_new()
    assert read_head_and_tail(tmp_path / "gone") == (None, [])


def test_head_and_tail_of_a_long_log_are_its_ends(tmp_path: Path):
    lines = [to_line(started()), *(to_line(progress(step)) for step in range(1, 2000))]
    (tmp_path / EVENTS_FILE).write_text("\n".join(lines) + "\n")
    head, tail = read_head_and_tail(tmp_path)
    assert head == started()
    assert tail[-1] == progress(1999)
    assert 1 < len(tail) < 400


def test_a_damaged_log_is_no_reason_to_fail(tmp_path: Path):
    (tmp_path / EVENTS_FILE).write_bytes(
        b"\xff\x00{}\n[]\n\n" + to_line(progress(5)).encode() + b"\n"
    )
    reader = EventReader(tmp_path)
    assert reader.read_new() == [progress(5)]
    assert reader.damaged == 2
    assert read_head_and_tail(tmp_path) == (None, [progress(5)])


# status --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "held", "status"),
    [
        ([], True, "starting"),
        ([], False, "interrupted"),
        ([started()], True, "running"),
        ([started(), progress(5)], True, "running"),
        ([started(), progress(5)], False, "interrupted"),
        ([started(), progress(5, paused=True)], True, "paused"),
        ([started(), progress(5, paused=True), saved(5)], True, "paused"),
        ([started(), progress(5, paused=True)], False, "interrupted"),
        ([started(), progress(5, paused=True), told(5, "resume")], True, "running"),
        ([started(), progress(5, paused=True), told(5, "step")], True, "running"),
        ([started(), progress(5, paused=True), told(5, "checkpoint")], True, "paused"),
        ([started(), ended("completed")], True, "finished"),
        ([started(), ended("completed")], False, "finished"),
        ([started(), ended("early_stopped")], False, "finished"),
        ([started(), ended("stopped")], False, "stopped"),
        ([started(), diverged(3), ended("diverged")], False, "diverged"),
        ([ended("failed", error="no data")], False, "failed"),
        ([started(), progress(5, paused=True), ended("released")], False, "paused"),
        ([started(), ended("server_gone")], False, "interrupted"),
        ([started(), ended("server_gone"), started(5)], True, "running"),
        ([started(), ended("server_gone"), started(5)], False, "interrupted"),
    ],
)
def test_the_status_follows_from_the_last_events_and_the_lock(events, held, status):
    assert derive_status(events, held=held) == status


def test_a_curve_holds_every_figure_recorded_but_no_single_batch_of_a_pause() -> None:
    history = History(
        [
            EpochEnded(step=10, seconds=1, train_loss=0.9, val_loss=0.8, epoch=1, lr=0.1),
            Progress(step=15, seconds=2, train_loss=0.7, val_loss=0.6, epoch=1, lr=0.1),
            Progress(
                step=16, seconds=3, train_loss=0.1, val_loss=0.55, paused=True, epoch=1, lr=0.1
            ),
            EpochEnded(step=20, seconds=4, train_loss=0.5, val_loss=0.4, epoch=1, lr=0.1),
        ]
    )
    steps, losses = history.curve("train_loss")
    assert (steps.tolist(), losses.tolist()) == ([10, 15, 20], [0.9, 0.7, 0.5])
    seconds, losses = history.curve("val_loss", "seconds")
    assert (seconds.tolist(), losses.tolist()) == ([1, 2, 3, 4], [0.8, 0.6, 0.55, 0.4])
    assert history.latest("train_loss") == 0.5


def test_a_pause_right_after_a_slow_step_does_not_hide_what_was_told_of_it() -> None:
    history = History()
    paused = Progress(step=5, epoch=1, seconds=0.5, lr=0.1, val_loss=0.6, paused=True)
    history.extend([progress(4, 0.9), progress(5, 0.4), paused])
    assert history.latest("train_loss") == 0.4
    assert history.latest("val_loss") == 0.6
    history.extend([progress(6, 0.3)])
    assert history.latest("train_loss") == 0.3
    assert history.latest("val_loss") is None


def test_events_that_are_no_file_are_a_damaged_run_with_a_mend(tmp_path: Path) -> None:
    (tmp_path / EVENTS_FILE).mkdir()
    for read in (EventReader(tmp_path).read_new, lambda: read_head_and_tail(tmp_path)):
        with pytest.raises(RunDamagedError, match=r"cannot be read \(Is a directory\).*delete the"):
            read()
