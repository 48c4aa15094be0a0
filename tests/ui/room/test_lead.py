"""What a lecturer says to all, who may say it, and what it does to runs and pages."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from nnlab.classroom import freeze, rights
from nnlab.classroom.classroom import Classroom
from nnlab.classroom.rights import NotAllowedError
from nnlab.classroom.state import MAX_LINK
from nnlab.config import Points, from_link
from nnlab.errors import NnlabError
from nnlab.lessons import lesson_by_id
from nnlab.recipes import get
from nnlab.runs.record.status import Status
from nnlab.runs.store import Run, Store
from nnlab.ui.room import lead
from nnlab.ui.room.sendable import open_sent
from nnlab.ui.session.hide import hidden_by_lecturer
from nnlab.ui.visitors import is_frozen
from nnlab.visitor import Visitor
from tests.ui.room.conftest import Become


@dataclass
class Workers:
    """Remembers what was asked; says of each run what the test wants."""

    statuses: dict[str, Status]
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    started: list[tuple[str, str]] = field(default_factory=list)

    def pending(self) -> dict[str, Status]:
        return self.statuses

    def status(self, run: Run) -> Status:
        return self.statuses[run.id]

    def ask(self, run: Run, do: Any = None, **_also: object) -> None:
        self.asked.append((run.id, do))

    def start(self, run: Run, first: Any = None, *, watched: bool, visitor: Visitor) -> None:
        self.started.append((run.id, visitor.person))


def run_of(store: Store, owner: str) -> Run:
    return store.create(get("circle").experiment, name="circle", owner=owner)


def test_a_student_says_nothing_to_all(room: Classroom, become: Become) -> None:
    become("anna")
    experiment = get("circle").experiment
    for say in (
        lambda: lead.send_experiment(experiment),
        lambda: lead.send_recipe("xor"),
        lambda: lead.send_lesson("xor", 0),
        lambda: lead.follow_run("a-run", newest=True),
        *(lead.stop_following, lead.freeze_all, lead.go_on, lead.end_lesson),
        lambda: lead.hide(("data",)),
        lambda: lead.show_stage_of_lesson("outcome"),
    ):
        before = room.state
        with pytest.raises(NotAllowedError):
            say()
        assert room.state == before


def test_each_sending_is_another_and_opens_what_was_sent(room: Classroom, become: Become) -> None:
    become("teacher")
    experiment = get("moons").experiment
    seen = []
    for _time in range(2):
        lead.send_experiment(experiment)
        assert room.state.sent is not None
        seen.append(room.state.sent)
    assert seen[0].id != seen[1].id
    assert from_link(seen[0].what) == experiment
    assert (seen[0].page, seen[0].kind) == ("playground", "experiment")
    lead.send_recipe("rate-or-seed")
    assert room.state.sent is not None
    assert (room.state.sent.kind, room.state.sent.page) == ("sweep_recipe", "sweep")


def test_an_experiment_that_is_too_long_is_refused_in_words(
    room: Classroom, become: Become
) -> None:
    become("teacher")
    rows = tuple((i * 2**0.5 % 5, i * 3**0.5 % 5, i % 2) for i in range(2000))
    long = get("moons").experiment.model_copy(update={"data": Points(kind="points", rows=rows)})
    with pytest.raises(NnlabError, match=f"{MAX_LINK:,}"):
        lead.send_experiment(long)
    assert room.state.sent is None


def test_a_step_of_a_lesson_is_sent_and_opened(room: Classroom, become: Become) -> None:
    become("teacher")
    lead.send_lesson("your-seven", 1)
    state = room.state
    assert (state.lesson, state.lesson_step, state.stage) == ("your-seven", 1, "predict")
    assert state.sent is not None
    assert state.sent.title == f"{lesson_by_id('your-seven').title}, step 2"
    assert open_sent(state.sent) == lesson_by_id("your-seven").steps[1].page
    with pytest.raises(NnlabError, match="step 9"):
        lead.send_lesson("your-seven", 8)
    with pytest.raises(NnlabError, match="Did you mean 'xor-by-hand'"):
        lead.send_lesson("xor-by-hnad", 0)


def test_freeze_pauses_the_students_runs_and_go_on_resumes_those_alone(
    room: Classroom, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, theirs, resting, waiting = (run_of(store, who) for who in ("teacher", *["anna"] * 3))
    workers = Workers(
        {own.id: "running", theirs.id: "running", resting.id: "paused", waiting.id: "queued"}
    )
    freeze.freeze(room, store, workers)  # ty: ignore[invalid-argument-type]
    assert room.state.frozen
    assert sorted(workers.asked) == sorted([(theirs.id, "pause"), (waiting.id, "pause")])
    workers.statuses[theirs.id] = "paused"  # its place was given to others
    workers.asked.clear()
    again = Classroom(store.root)  # another server
    monkeypatch.setattr(rights, "classroom", lambda: again)
    freeze.go_on(again, store, workers)  # ty: ignore[invalid-argument-type]
    assert not again.state.frozen
    assert workers.asked == [(waiting.id, "resume")]
    assert workers.started == [(theirs.id, "anna")]
    workers.started.clear()
    freeze.go_on(again, store, workers)  # ty: ignore[invalid-argument-type]
    assert workers.started == []


def test_a_followed_run_is_the_rooms(room: Classroom, become: Become, store: Store) -> None:
    become("teacher")
    run = run_of(store, "teacher")
    lead.follow_run(run.id, newest=True)
    assert room.state.following == run.id
    assert not run.meta.shared  # it is seen for as long as it is followed


def test_frozen_and_hidden_hold_for_students_alone(room: Classroom, become: Become) -> None:
    room.change(frozen=True, hidden=("data", "no part"))
    become("anna")
    assert (is_frozen(), hidden_by_lecturer()) == (True, ("data",))
    become("teacher")
    assert (is_frozen(), hidden_by_lecturer()) == (False, ())
