"""A widget follows its run while it trains, and holds the recording from then on."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nnlab.notebook import widget as widget_module
from nnlab.notebook.widget import StageWidget, widget_of
from nnlab.runs.record import lock
from nnlab.runs.record.log import EVENTS_FILE
from nnlab.runs.store import Run, Store
from tests.notebook.conftest import MakeRun, small, train_here
from tests.notebook.pages import data_of
from tests.runs.recorded.made import add_metrics, make_recorded

Sent = list[tuple[dict[str, Any], list[bytes]]]


def until(condition: Callable[[], object]) -> None:
    ends = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.02)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What widgets send."""
    found: Sent = []
    monkeypatch.setattr(StageWidget, "send", lambda _self, *said: found.append(said))
    monkeypatch.setattr(widget_module, "GRACE_SECONDS", 0.05)
    return found


@pytest.fixture
def show() -> Iterator[Callable[[Run], StageWidget]]:
    """`show(run)`: its widget, closed when the test ends."""
    widgets: list[StageWidget] = []

    def make(run: Run) -> StageWidget:
        widgets.append(widget_of(run))
        return widgets[-1]

    yield make
    for widget in widgets:
        widget.close()
        until(lambda widget=widget: not widget.is_followed)


Show = Callable[[Run], StageWidget]


def events_in(sent: Sent) -> list[dict[str, Any]]:
    """What a page knows by them: told from the beginning, they stand for those before."""
    found: list[dict[str, Any]] = []
    for head, buffers in list(sent):
        if "events" in head["has"]:
            told = json.loads(buffers[head["has"].index("events")])
            found = told if head["from"] == 0 else [*found, *told]
    return found


def test_a_run_that_is_shown_before_it_trains_is_told_whole_and_then_recorded(
    store: Store, data_dir: Path, sent: Sent, show: Show
) -> None:
    run = store.create(small(steps=200), name="it")
    widget = show(run)
    before = data_of(widget.page)
    assert before["moments"]["steps"] == []
    assert before["network"] is not None
    train_here(run, data_dir)
    until(lambda: data_of(widget.page)["moments"]["steps"])
    lines = [json.loads(line) for line in (run.path / EVENTS_FILE).read_text().splitlines()]
    assert events_in(sent) == lines
    assert sent[-1][0]["status"] == "finished"
    assert data_of(widget.page)["moments"]["steps"][-1] == 200
    until(lambda: not widget.is_followed)


def test_a_run_that_has_ended_is_a_recording_from_the_beginning(
    trained: MakeRun, sent: Sent
) -> None:
    before = threading.active_count()
    widget = widget_of(trained())
    assert data_of(widget.page)["moments"]["steps"][-1] == 60
    assert threading.active_count() == before
    assert sent == []
    widget.close()


def test_a_page_that_opens_late_is_told_all_of_it_without_asking(
    store: Store, sent: Sent, show: Show
) -> None:
    run = make_recorded(store, reason=None)
    with lock.hold(run.path):
        show(run)
        until(lambda: sent)
        sent.clear()  # as if it had not been there
        until(lambda: any(head["from"] == 0 for head, _ in sent))
    lines = [json.loads(line) for line in (run.path / EVENTS_FILE).read_text().splitlines()]
    assert events_in(sent) == lines


def test_closing_a_widget_ends_its_thread(store: Store, sent: Sent, show: Show) -> None:
    run = make_recorded(store, reason=None)
    with lock.hold(run.path):
        widget = show(run)
        until(lambda: sent)
        widget.close()
        until(lambda: not widget.is_followed)


def test_who_has_left_is_told_nothing_more_and_who_comes_back_everything(
    store: Store, sent: Sent, show: Show
) -> None:
    run = make_recorded(store, reason=None)
    with lock.hold(run.path):
        widget = show(run)
        until(lambda: events_in(sent))
        widget._handle_custom_msg({"type": "gone"}, [])
        until(lambda: not widget.is_followed)
        add_metrics(run, [{"loss": 0.25}], first=4)
        sent.clear()
        widget._handle_custom_msg({"type": "again"}, [])
        until(
            lambda: len(events_in(sent)) == len((run.path / EVENTS_FILE).read_text().splitlines())
        )
        assert sent[0][0]["from"] == 0


@pytest.mark.parametrize("said", [None, "again", {"type": 3}, {}, {"type": "again"}])
def test_whatever_a_page_says_breaks_nothing(trained: MakeRun, sent: Sent, said: Any) -> None:
    widget = widget_of(trained())
    widget._handle_custom_msg(said, [])
    assert not widget.is_followed
    widget.close()


def test_a_run_that_is_deleted_while_it_is_shown_ends_the_thread(
    store: Store, sent: Sent, show: Show
) -> None:
    run = make_recorded(store, reason=None)
    with lock.hold(run.path):
        widget = show(run)
        until(lambda: sent)
    store.delete(run.id)
    until(lambda: not widget.is_followed)


def test_a_recording_that_its_recorder_never_closed_is_told_as_interrupted(
    store: Store, sent: Sent, show: Show
) -> None:
    run = make_recorded(store, reason=None)
    with lock.hold(run.path):
        show(run)
        until(lambda: sent and sent[-1][0]["status"] == "running")
    until(lambda: sent[-1][0]["status"] == "interrupted")
