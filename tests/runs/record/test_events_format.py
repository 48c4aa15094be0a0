"""`events.jsonl` from this version stays readable, and docs/events.md says all that is in it."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from nnlab.errors import RunDamagedError, RunTooNewError
from nnlab.files import append_line
from nnlab.runs.record.history import History
from nnlab.runs.record.log import EVENTS_FILE, EventReader, read_head_and_tail
from nnlab.runs.store import Store
from nnlab.runs.workers.worker import train
from nnlab.training.events import (
    EVENTS,
    SCHEMA,
    TYPES,
    CheckpointSaved,
    ControlApplied,
    Diverged,
    FitEnded,
    FitStarted,
    Reason,
    from_line,
    to_line,
)
from tests.runs.bench import experiment, new_run, started
from tests.runs.record.test_log_and_history import ended, progress

FIXTURE = Path(__file__).parent / "fixtures" / "events-v1.jsonl"
DOCUMENT = (Path(__file__).resolve().parents[3] / "docs" / "events.md").read_text("utf-8")
COMMON = {"type", "step", "epoch", "seconds"}


def section(title: str) -> str:
    """The document's text from a heading to the next."""
    found = re.search(
        rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", DOCUMENT, re.DOTALL | re.MULTILINE
    )
    assert found is not None, f"docs/events.md has no heading '{title}'"
    return found[1]


def rows(text: str) -> dict[str, str]:
    """The first cells of the tables' rows in code, and the second cells."""
    return dict(re.findall(r"^\| `(\w+)` \| ([^|]*?) ?\|", text, re.MULTILINE))


def later(run: Path, **fields: object) -> None:
    append_line(run / EVENTS_FILE, json.dumps({"type": "fit_started", "step": 0, **fields}))


# the document --------------------------------------------------------------------------------


def test_the_document_speaks_of_this_format_and_of_all_types() -> None:
    assert f"**Format {SCHEMA}**" in DOCUMENT
    assert set(re.findall(r"^### `(\w+)`$", DOCUMENT, re.MULTILINE)) == TYPES
    assert len(TYPES) == len(EVENTS)
    assert set(rows(section("Every event"))) == COMMON


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_the_document_names_every_field_and_whether_it_may_be_absent(
    event: type[BaseModel],
) -> None:
    name = event.model_fields["type"].default
    documented = rows(section(f"`{name}`").split("| `reason` | what")[0])
    fields = {
        field.alias or name: field
        for name, field in event.model_fields.items()
        if name not in COMMON
    }
    assert documented.keys() == fields.keys()
    for field, is_always in documented.items():
        may_be_absent = not fields[field].is_required() and fields[field].default is None
        assert is_always == ("may be absent" if may_be_absent else "always"), field


def test_the_document_names_every_reason() -> None:
    after = section("`fit_ended`").split("| `reason` | what")[1]
    assert set(rows(after)) == set(get_args(Reason))


# a file of format 1 --------------------------------------------------------------------------


def test_a_file_of_format_1_stays_readable(tmp_path: Path) -> None:
    lines = FIXTURE.read_bytes()
    (tmp_path / EVENTS_FILE).write_bytes(lines)
    reader = EventReader(tmp_path)
    events = reader.read_new()
    assert (len(events), reader.damaged, reader.unknown) == (lines.count(b"\n"), 0, 0)
    assert {event.type for event in events} == {
        "fit_started",
        "progress",
        "epoch_ended",
        "control_applied",
        "checkpoint_saved",
        "diverged",
        "fit_ended",
    }
    for line, event in zip(lines.splitlines(), events, strict=True):
        said = json.loads(line)
        assert said.items() <= json.loads(to_line(event)).items()


def test_what_the_file_of_format_1_says_is_understood_as_ever(tmp_path: Path) -> None:
    (tmp_path / EVENTS_FILE).write_bytes(FIXTURE.read_bytes())
    history = History(EventReader(tmp_path).read_new())
    assert history.started is not None
    assert (history.started.step, history.started.total_steps) == (101, 200)
    assert history.epochs["step"].tolist() == [25, 50, 75, 100]
    assert history.epochs["val_loss"].tolist()[2:] == [0.6656368374824524, 0.6578658819198608]
    assert [control.set for control in history.controls if control.set and not control.error][
        :2
    ] == [
        {"path": "training.optimizer.lr", "value": 0.05},
        {"path": "training.clip_norm", "value": None},
    ]
    assert history.diverged is not None
    assert history.diverged.last_good_step == 101
    assert history.ended is not None
    assert history.ended.reason == "diverged"
    head, tail = read_head_and_tail(tmp_path)
    assert isinstance(head, FitStarted)
    assert isinstance(tail[-1], FitEnded)


# files of later versions ---------------------------------------------------------------------


def test_events_and_fields_of_later_versions_are_passed_over_and_counted(tmp_path: Path) -> None:
    line = json.loads(to_line(progress(5))) | {"temperature": 37, "unit": {"of": "later"}}
    append_line(tmp_path / EVENTS_FILE, json.dumps(line))
    append_line(
        tmp_path / EVENTS_FILE, '{"type": "weather", "step": 5, "epoch": 1, "seconds": 0.1}'
    )
    append_line(tmp_path / EVENTS_FILE, '{"type": "progress"')
    append_line(tmp_path / EVENTS_FILE, to_line(ended("completed")))
    reader = EventReader(tmp_path)
    assert reader.read_new() == [progress(5), ended("completed")]
    assert (reader.unknown, reader.damaged) == (1, 1)
    assert read_head_and_tail(tmp_path) == (progress(5), [ended("completed")])


@pytest.mark.parametrize("fields", [{}, json.loads(to_line(started()))])
def test_a_later_format_is_refused_with_words_and_nothing_is_changed(
    runs_dir: Path, data_dir: Path, fields: dict[str, object]
) -> None:
    run, good = new_run(runs_dir), new_run(runs_dir)
    later(run.path, **fields | {"schema": SCHEMA + 1})
    before = (run.path / EVENTS_FILE).read_bytes()
    reader = EventReader(run.path)
    for look in (reader.read_new, reader.read_new, run.status):
        with pytest.raises(RunTooNewError, match=r"format 2, and this nnlab reads up to 1.*Update"):
            look()
    with pytest.raises(RunTooNewError):
        list(train(run, data_dir=data_dir))
    assert (run.path / EVENTS_FILE).read_bytes() == before
    store = Store(runs_dir)
    assert [summary.run for summary in store.summaries()] == [good]
    ((damaged, reason),) = store.damaged()
    assert damaged == run
    assert "Update nnlab" in reason
    assert issubclass(RunTooNewError, RunDamagedError)


def test_a_note_of_how_it_began_comes_back(tmp_path: Path) -> None:
    event = started().model_copy(update={"note": "Resumed from step 5"})
    assert from_line(to_line(event)) == event
    assert "note" not in to_line(started())


def test_a_number_that_is_none_is_a_word() -> None:
    event = Diverged(step=1, epoch=1, seconds=0, quantity="train_loss", value=float("inf"))
    assert json.loads(to_line(event))["value"] == "Infinity"
    assert (
        json.loads(to_line(CheckpointSaved(step=1, epoch=1, seconds=0, file="a")))["best"] is False
    )
    control = ControlApplied(step=1, epoch=1, seconds=0, id="c", set={"path": "x", "value": None})
    assert json.loads(to_line(control))["set"]["value"] is None
    assert experiment().training.epochs == 4
