"""Changes made once more at their steps."""

from typing import Any

from nnlab.runs.rewind.repeated import RepeatedChanges, Repeating
from nnlab.training.controls import Control
from nnlab.training.events import ControlApplied

RATE = "training.optimizer.lr"


def applied(step: int, name: str, **what: Any) -> ControlApplied:
    return ControlApplied(step=step, epoch=1, seconds=0, id=name, **what)


def rate(step: int, name: str, value: float = 0.1) -> ControlApplied:
    return applied(step, name, set={"path": RATE, "value": value})


def test_changes_are_due_once_at_their_step_in_their_order() -> None:
    changes = RepeatedChanges([rate(3, "a", 0.1), rate(5, "c"), rate(3, "b", 0.2)])
    found = {step: [one.id for one in changes.due(step)] for step in range(7)}
    assert found == {0: [], 1: [], 2: [], 3: ["a", "b"], 4: [], 5: ["c"], 6: []}
    assert changes.due(3) == []


def test_a_change_that_was_passed_is_not_made_late() -> None:
    changes = RepeatedChanges([rate(3, "a")])
    assert changes.due(4) == []


def test_what_was_refused_and_what_changes_no_number_is_left_out() -> None:
    refused = applied(3, "a", set={"path": RATE, "value": -1}, error="it is negative")
    changes = RepeatedChanges([refused, applied(3, "b", do="pause"), rate(3, "c")])
    (due,) = changes.due(3)
    assert due.set is not None
    assert (due.id, due.set.path, due.set.value) == ("c", RATE, 0.1)


def test_what_is_asked_now_comes_after_them() -> None:
    class Asked:
        def poll(self, step: int, *, paused: bool) -> list[Control]:
            assert paused
            return [Control(id=f"asked {step}", at=0, do="pause")]

    controls = Repeating([rate(3, "a")], Asked())
    assert [one.id for one in controls.poll(3, paused=True)] == ["a", "asked 3"]
    assert [one.id for one in controls.poll(3, paused=True)] == ["asked 3"]
