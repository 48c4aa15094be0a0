"""What an action came to is read, though the page runs again meanwhile."""

import pytest

from nnlab.ui.session import classroom_state
from nnlab.ui.session.classroom_state import SHOWN_SECONDS, ClassroomState


def test_it_stays_in_its_section_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(classroom_state.time, "monotonic", lambda: now)
    state = ClassroomState(section="End")
    state.tell("Deleted 2 runs.")
    for _run in range(3):
        state.forget_old()
        assert state.said == "Deleted 2 runs."
    now += SHOWN_SECONDS + 1
    state.forget_old()
    assert state.said == ""
    state.tell(failed=["not allowed"])
    state.section = "Wall"
    state.forget_old()
    assert state.failed == []
